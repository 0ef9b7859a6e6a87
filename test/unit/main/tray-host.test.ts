import { describe, expect, test } from 'vitest';
import { findTrayHost } from '../../../src/main/tray-host.ts';

describe('a desktop that shows tray icons', () => {
  test.each([
    ['(true,)\n', 'present'],
    ['(false,)\n', 'absent'],
    ['nonsense', 'unknown'],
  ])('on Linux answers %j: %s', async (answer, host) => {
    expect(await findTrayHost('linux', async () => answer)).toBe(host);
  });

  test('is unknown where nobody can be asked', async () => {
    expect(await findTrayHost('linux', () => Promise.reject(new Error('ENOENT')))).toBe('unknown');
  });

  test.each(['darwin', 'win32'] as const)('is always there on %s', async (platform) => {
    expect(await findTrayHost(platform, () => Promise.reject(new Error('not asked')))).toBe('present');
  });
});
