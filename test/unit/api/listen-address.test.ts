import { describe, expect, test } from 'vitest';
import { isLoopback, parseListenAddress } from '../../../src/api/listen-address.ts';

const remoteToo = { mayBeRemote: true };

describe('where to listen', () => {
  test.each([
    ['127.0.0.1:8477', { host: '127.0.0.1', port: 8477 }],
    ['localhost:0', { host: '127.0.0.1', port: 0 }],
    ['LOCALHOST:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['127.0.0.2:8477', { host: '127.0.0.2', port: 8477 }],
    ['[::ffff:127.0.0.1]:8477', { host: '::ffff:127.0.0.1', port: 8477 }],
  ])('%s is an address of this machine', (text, address) => {
    expect(parseListenAddress(text, { mayBeRemote: false })).toEqual(address);
    expect(parseListenAddress(text, remoteToo)).toEqual(address);
  });

  test.each([
    ['0.0.0.0:8477', '0.0.0.0'],
    ['[::]:8477', '::'],
    ['192.168.1.2:8477', '192.168.1.2'],
    ['[2001:db8::1]:8477', '2001:db8::1'],
    ['[::ffff:192.168.1.2]:8477', '::ffff:192.168.1.2'],
    ['[::ffff:0.0.0.0]:8477', '::ffff:0.0.0.0'],
  ])('%s is refused, because others could reach it, unless they are meant to', (text, host) => {
    expect(() => parseListenAddress(text, { mayBeRemote: false })).toThrow(
      expect.objectContaining({
        code: 'BAD_USAGE',
        message: expect.stringMatching(
          /this machine only.*127\.0\.0\.1:8477.*tls_certificate and tls_key.*--allow-remote.*ssh -L 8477/,
        ),
      }),
    );
    expect(parseListenAddress(text, remoteToo)).toEqual({ host, port: 8477 });
  });

  test.each([
    'server.example:8477',
    '127.1:8477',
    '0:8477',
    '256.0.0.1:8477',
    '[::1::]:8477',
    '[127.0.0.1]:8477',
  ])('%s is refused, because it is no address', (text) => {
    expect(() => parseListenAddress(text, remoteToo)).toThrow(
      expect.objectContaining({
        code: 'BAD_USAGE',
        message: expect.stringMatching(/an IP address of this machine/),
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
  ])('%j has not the form', (text) => {
    expect(() => parseListenAddress(text, remoteToo)).toThrow(
      expect.objectContaining({ code: 'BAD_USAGE', message: expect.stringMatching(/HOST:PORT/) }),
    );
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['::ffff:192.0.2.1', false],
  ['::2', false],
  ['localhost', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
])('%j is loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
