import { describe, expect, test } from 'vitest';
import { problemOfRequest } from '../../../src/api/check-request.ts';

const host = '127.0.0.1:8477';
const own = `http://${host}`;

function statusOf(method: string, headers: Record<string, string>, target = '/', port = 8477): number {
  return problemOfRequest({ method, target, headers }, { scheme: 'http', port })?.status ?? 200;
}

describe('a request', () => {
  test.each(['127.0.0.1:8477', 'localhost:8477', '[::1]:8477', 'LocalHost:8477'])('may be for %s', (name) => {
    expect(statusOf('GET', { host: name })).toBe(200);
  });

  test.each([
    'evil.example:8477',
    '127.0.0.1',
    '127.0.0.1:8478',
    '127.0.0.1:84770',
    '127.0.0.1.evil.example:8477',
    'localhost.:8477',
    '0.0.0.0:8477',
    '127.1:8477',
    '[::1]',
    '::1:8477',
    '',
    'evil.example@127.0.0.1:8477',
    '127.0.0.1:8477, evil.example',
  ])('is refused for the name %j', (name) => {
    expect(statusOf('GET', { host: name })).toBe(421);
    expect(statusOf('POST', { host: name, origin: `http://${name}` })).toBe(421);
  });

  test('is refused without a name, or through a proxy', () => {
    expect(statusOf('GET', {})).toBe(421);
    expect(statusOf('GET', { host }, 'http://evil.example/')).toBe(421);
  });

  test('needs no port where browsers leave it out', () => {
    expect(statusOf('GET', { host: 'localhost' }, '/', 80)).toBe(200);
  });

  test.each([
    ['our own page', 200, { origin: own, 'sec-fetch-site': 'same-origin' }],
    ['our own page in an older browser', 200, { origin: own }],
    ['no browser', 403, {}],
    ['another site', 403, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that hides it', 403, { origin: 'null' }],
    ['another site in a browser that sends our origin', 403, { origin: own, 'sec-fetch-site': 'cross-site' }],
    ['another port', 403, { origin: 'http://127.0.0.1:9000', 'sec-fetch-site': 'same-site' }],
    ['another of our names', 403, { origin: 'http://localhost:8477' }],
    ['https', 403, { origin: `https://${host}` }],
    ['a person', 403, { origin: own, 'sec-fetch-site': 'none' }],
  ])('that changes something, from %s: %i', (_who, status, headers) => {
    expect(statusOf('POST', { host, ...headers })).toBe(status);
    expect(statusOf('DELETE', { host, ...headers })).toBe(status);
  });

  test.each([
    ['a person', 200, { 'sec-fetch-site': 'none' }],
    ['our own page', 200, { 'sec-fetch-site': 'same-origin' }],
    ['no browser', 200, {}],
    ['a script of our own page', 200, { origin: own, 'sec-fetch-site': 'same-origin' }],
    ['an image on another site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['another port', 403, { 'sec-fetch-site': 'same-site' }],
    ['a script of another site', 403, { origin: 'https://evil.example' }],
  ])('that only asks, from %s: %i', (_who, status, headers) => {
    expect(statusOf('GET', { host, ...headers })).toBe(status);
  });
});
