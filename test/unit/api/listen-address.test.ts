import { describe, expect, test } from 'vitest';
import { parseListenAddress } from '../../../src/api/listen-address.ts';

describe('where to listen', () => {
  test.each([
    ['127.0.0.1:8477', { host: '127.0.0.1', port: 8477 }],
    ['localhost:0', { host: '127.0.0.1', port: 0 }],
    ['LOCALHOST:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('%s is an address of this machine', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  test.each([
    '0.0.0.0:8477',
    '[::]:8477',
    '192.168.1.2:8477',
    'server.example:8477',
    '127.0.0.2:8477',
    '[::ffff:127.0.0.1]:8477',
  ])('%s is refused, because others could reach it', (text) => {
    expect(() => parseListenAddress(text)).toThrow(
      expect.objectContaining({
        code: 'BAD_USAGE',
        message: expect.stringMatching(/this machine only.*ssh -L 8477/),
      }),
    );
  });

  test.each([
    '8477',
    ':8477',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    'http://127.0.0.1:8477',
    ' 127.0.0.1:1',
    '',
  ])('%j is no address', (text) => {
    expect(() => parseListenAddress(text)).toThrow(
      expect.objectContaining({ code: 'BAD_USAGE', message: expect.stringMatching(/HOST:PORT/) }),
    );
  });
});
