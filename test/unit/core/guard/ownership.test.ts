import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ownDataFolder, Ownership } from '../../../../src/core/guard/ownership.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { readOwner } from '../../../../src/core/store/owner-lock.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the owner of a data folder', () => {
  test('is named to whoever comes second', () => {
    using folder = temporaryFolder();
    using _owner = new Ownership(folder.path, 'watch', silentLogger);
    expect(() => ownDataFolder(folder.path, 'command')).toThrow(
      new RegExp(`vedette watch \\(process ${process.pid}\\) already owns the data folder`),
    );
  });

  test('takes the lock again when somebody removed it, and can be found as before', () => {
    using folder = temporaryFolder();
    using owner = new Ownership(folder.path, 'watch', silentLogger);
    owner.announce('/run/there.sock');
    rmSync(join(folder.path, 'owner.lock'));
    rmSync(join(folder.path, 'owner.json'));
    expect(owner.isHeld()).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(owner.isHeld()).toBe(true);
    expect(readOwner(folder.path)).toMatchObject({ purpose: 'watch', address: '/run/there.sock' });
  });

  test('goes on without it while another has it, and takes it when that one ends', () => {
    using folder = temporaryFolder();
    using owner = new Ownership(folder.path, 'watch', silentLogger);
    rmSync(join(folder.path, 'owner.lock'));
    const other = ownDataFolder(folder.path, 'command');
    vi.advanceTimersByTime(10_000);
    expect(owner.isHeld()).toBe(false);
    other[Symbol.dispose]();
    vi.advanceTimersByTime(10_000);
    expect(owner.isHeld()).toBe(true);
  });
});
