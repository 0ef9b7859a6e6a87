// The pure parts: the two addresses of a page, request filters, and the command line.
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../electron-stand-in/command-line.ts';
import { toAppUrl, toPagePolicy, toPageUrl } from '../../electron-stand-in/main/app-address.ts';
import { urlFilter } from '../../electron-stand-in/main/session-rules.ts';

describe('the address of a page', () => {
  test.each([
    ['app://bundle/index.html', 'https://app--bundle.stand-in.test/index.html'],
    ['app://bundle/a%2fb?c=d#/e', 'https://app--bundle.stand-in.test/a%2fb?c=d#/e'],
    ['https://example.com/', 'https://example.com/'],
    ['file:///etc/passwd', 'file:///etc/passwd'],
  ])('%s goes to Chromium and back', (appUrl, pageUrl) => {
    expect(toPageUrl(appUrl, ['app'])).toBe(pageUrl);
    expect(toAppUrl(pageUrl)).toBe(appUrl);
  });

  test('a scheme that is not served stays what it is', () => {
    expect(toPageUrl('other://bundle/', ['app'])).toBe('other://bundle/');
  });

  test('a policy that names the scheme names the page', () => {
    expect(toPagePolicy("script-src 'self' app://bundle; img-src app: data:", ['app'])).toBe(
      "script-src 'self' https://app--bundle.stand-in.test; img-src https://*.stand-in.test data:",
    );
  });
});

test('a request filter knows stars', () => {
  const filter = urlFilter(['https://*.example.com/*', 'app://bundle/*']);
  const urls = [
    'https://a.example.com/b',
    'app://bundle/',
    'https://aXexample.com/',
    'http://a.example.com/b',
  ];
  expect(urls.filter(filter)).toEqual(['https://a.example.com/b', 'app://bundle/']);
  expect(urls.filter(urlFilter(['<all_urls>']))).toEqual(urls);
});

test('the command line is read up to the app', () => {
  const args = [
    '--no-sandbox',
    '-r',
    'a.js',
    '--inspect=0',
    '--remote-debugging-port=0',
    '.',
    '--hidden',
    'x',
  ];
  expect(readCommandLine(args)).toEqual({
    preloads: ['a.js'],
    app: '.',
    appIndex: 5,
    inspectPort: 0,
    wantsVersion: false,
  });
  expect(readCommandLine(['--version'])).toMatchObject({ app: null, appIndex: -1, wantsVersion: true });
});
