// The way to a folder, crumb by crumb.
import { expect, test } from 'vitest';
import { crumbsOf } from '../../../../src/renderer/pages/picker/crumbs.ts';

function paths(path: string, isWindows = false): readonly string[] {
  return crumbsOf(path, new Set(), isWindows).map((crumb) => crumb.path);
}

test.each([
  ['/', false, ['/']],
  ['/home/ada', false, ['/', '/home', '/home/ada']],
  ['C:\\Users\\ada', true, ['C:\\', 'C:\\Users', 'C:\\Users\\ada']],
  ['C:\\', true, ['C:\\']],
  ['\\\\server\\share\\x', true, ['\\\\server\\share\\', '\\\\server\\share\\x']],
  ['/a\\b/c', false, ['/', '/a\\b', '/a\\b/c']],
])('%s', (path, isWindows, expected) => {
  expect(paths(path, isWindows)).toEqual(expected);
});

test('only what Vedette told can be opened, and names are safe to show', () => {
  expect(crumbsOf('/home/a\u202Eb', new Set(['/home']), false)).toEqual([
    { path: '/', name: '/', isKnown: false },
    { path: '/home', name: 'home', isKnown: true },
    { path: '/home/a\u202Eb', name: 'a\\u{202e}b', isKnown: false },
  ]);
});
