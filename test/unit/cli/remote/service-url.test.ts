import { describe, expect, test } from 'vitest';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';

describe('the address of a service', () => {
  test.each([
    ['http://127.0.0.1:8477', 'http', '127.0.0.1', 8477, '', 'http://127.0.0.1:8477'],
    ['http://localhost:1/', 'http', 'localhost', 1, '', 'http://localhost:1'],
    ['http://[::1]:8477', 'http', '::1', 8477, '', 'http://[::1]:8477'],
    ['https://scanner.example', 'https', 'scanner.example', 443, '', 'https://scanner.example'],
    ['HTTPS://Host:9/av/', 'https', 'host', 9, '/av', 'https://host:9/av'],
  ])('%s is taken', (text, scheme, hostname, port, prefix, shown) => {
    expect(parseServiceUrl(text, false)).toMatchObject({ scheme, hostname, port, prefix, shown });
  });

  test.each([
    ['127.0.0.1:8477', 'write it as'],
    ['scanner', 'write it as'],
    ['', 'write it as'],
    ['ftp://scanner', 'write it as'],
    ['https://scanner/?a', 'it may have no ?'],
    ['https://scanner/#a', 'it may have no ?'],
  ])('%j is refused', (text, told) => {
    expect(() => parseServiceUrl(text, true)).toThrow(told);
  });

  test('that holds a password is refused without repeating it', () => {
    expect(() => parseServiceUrl('https://me:hunter2@scanner', false)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });

  test.each(['http://scanner:8477', 'http://192.168.0.2', 'http://127.0.0.1.example', 'http://0.0.0.0'])(
    '%s carries no token in plain, unless that is allowed',
    (text) => {
      expect(() => parseServiceUrl(text, false)).toThrow('--allow-plain-http');
      expect(parseServiceUrl(text, true).scheme).toBe('http');
    },
  );
});
