import { describe, expect, test } from 'vitest';
import { OwnHosts } from '../../../../src/api/service/own-hosts.ts';
import type { Site } from '../../../../src/api/http-server.ts';

const site: Site = { scheme: 'http', port: 8477 };
const loopback = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' };
const remote = { localAddress: '192.0.2.1', remoteAddress: '192.0.2.99' };
const none = new OwnHosts([]);

describe('on loopback', () => {
  test.each(['127.0.0.1:8477', 'localhost:8477', 'LocalHost:8477', '[::1]:8477'])('%s is ours', (host) => {
    expect(none.has(host, loopback, site)).toBe(true);
    expect(none.has(host, { localAddress: '::1', remoteAddress: '::1' }, site)).toBe(true);
    expect(
      none.has(host, { localAddress: '::ffff:127.0.0.1', remoteAddress: '::ffff:127.0.0.1' }, site),
    ).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example:8477',
    'evil.example',
    '127.0.0.1.evil.example:8477',
    'localhost.evil.example:8477',
    'localhost.:8477',
    '127.0.0.1',
    '127.0.0.1:8478',
    '127.0.0.1:84770',
    '127.1:8477',
    '0.0.0.0:8477',
    '2130706433:8477',
    '::1:8477',
    '[::1',
    'user@127.0.0.1:8477',
    '127.0.0.1:8477, evil.example',
    ' 127.0.0.1:8477',
    '192.0.2.1:8477',
  ])('%j is not', (host) => {
    expect(none.has(host, loopback, site)).toBe(false);
  });

  test.each([
    ['http', 80],
    ['https', 443],
  ] as const)('%s needs no port on %i', (scheme, port) => {
    expect(none.has('localhost', loopback, { scheme, port })).toBe(true);
    expect(none.has('localhost', loopback, { scheme, port: 81 })).toBe(false);
  });
});

describe('from elsewhere', () => {
  test('the address that was reached is ours, in any of its forms', () => {
    expect(none.has('192.0.2.1:8477', remote, site)).toBe(true);
    expect(none.has('192.0.2.1:8477', { ...remote, localAddress: '::ffff:192.0.2.1' }, site)).toBe(true);
    const six = { localAddress: '2001:db8::a', remoteAddress: '2001:db8::b' };
    expect(none.has('[2001:db8::a]:8477', six, site)).toBe(true);
    expect(none.has('[2001:0DB8:0:0::000a]:8477', six, site)).toBe(true);
    expect(none.has('[fe80::1]:8477', { ...six, localAddress: 'fe80::1%eth0' }, site)).toBe(true);
  });

  test.each([
    '192.0.2.2:8477',
    '192.0.2.1:80',
    '127.0.0.1:8477',
    'localhost:8477',
    '[::1]:8477',
    '[2001:db8::a]:8477',
  ])('%s is not', (host) => {
    expect(none.has(host, remote, site)).toBe(false);
    expect(none.has(host, {}, site)).toBe(false);
  });
});

test('a name that is allowed is ours with any port, one with a port only with that', () => {
  const hosts = new OwnHosts(['Scan.Example.com', ' files.example.com:8443 ', '127.0.0.1']);
  expect(
    [
      'scan.example.com',
      'SCAN.example.com:9000',
      'files.example.com:8443',
      'files.example.com',
      'files.example.com:8477',
      'x.scan.example.com',
      '127.0.0.1:9000',
    ].map((host) => hosts.has(host, remote, site)),
  ).toEqual([true, true, true, false, false, false, true]);
});

test('a name that is allowed with the usual port needs none, as browsers leave it out', () => {
  const hosts = new OwnHosts(['files.example.com:443']);
  expect(hosts.has('files.example.com', remote, { scheme: 'https', port: 443 })).toBe(true);
  expect(hosts.has('files.example.com', remote, site)).toBe(false);
});
