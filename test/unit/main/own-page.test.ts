import { describe, expect, test } from 'vitest';
import { isAllowedRequest, isAppUrl, isOwnPage, pageAt } from '../../../src/main/own-page.ts';

describe('our own page', () => {
  test.each(['app://vedette/index.html', 'app://vedette/index.html#/threats/5', 'app://vedette/'])(
    '%s is ours',
    (url) => {
      expect(isAppUrl(url)).toBe(true);
    },
  );

  test.each([
    'app://evil/index.html',
    'app://vedette.evil/index.html',
    'app://vedette:80/index.html',
    'app://user@vedette/index.html',
    'https://vedette/index.html',
    'file:///index.html',
    'devtools://devtools/bundled/index.html',
    'about:blank',
    'data:text/html,x',
    '',
  ])('%j is not ours', (url) => {
    expect(isAppUrl(url)).toBe(false);
  });

  test('only the main frame of our own window is answered', () => {
    const frame = { url: 'app://vedette/index.html', isMain: true };
    expect(isOwnPage({ contentsId: 1, frame }, 1)).toBe(true);
    expect(isOwnPage({ contentsId: 2, frame }, 1)).toBe(false);
    expect(isOwnPage({ contentsId: 1, frame }, null)).toBe(false);
    expect(isOwnPage({ contentsId: 1, frame: null }, 1)).toBe(false);
    expect(isOwnPage({ contentsId: 1, frame: { ...frame, isMain: false } }, 1)).toBe(false);
    expect(isOwnPage({ contentsId: 1, frame: { ...frame, url: 'https://vedette/' } }, 1)).toBe(false);
  });

  test.each([
    ['app://vedette/assets/a.js', true, true],
    ['app://other/a.js', false, false],
    ['data:image/png;base64,AA==', true, true],
    ['blob:app://vedette/5', true, true],
    ['http://127.0.0.1/', false, false],
    ['https://example.org/', false, false],
    ['ws://127.0.0.1/', false, false],
    ['file:///etc/passwd', false, false],
    ['devtools://devtools/a.js', false, true],
    ['nonsense', false, false],
  ])('a window may load %s: installed %s, in a checkout %s', (url, installed, inCheckout) => {
    expect(isAllowedRequest(url, true)).toBe(installed);
    expect(isAllowedRequest(url, false)).toBe(inCheckout);
  });

  test('a route is a fragment of the page', () => {
    expect(pageAt('')).toBe('app://vedette/index.html');
    expect(pageAt('/threats/5')).toBe('app://vedette/index.html#/threats/5');
  });
});
