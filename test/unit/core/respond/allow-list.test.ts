import { describe, expect, test } from 'vitest';
import { AllowList } from '../../../../src/core/respond/allow-list.ts';
import { normalizeEntry } from '../../../../src/core/respond/normalize-allow-entry.ts';
import type { AllowEntry } from '../../../../src/shared/allow-entry.ts';
import { allowEntry, detectionOf } from './samples.ts';

const sha256 = 'ab'.repeat(32);
const finding = { path: '/home/u/tools/x.exe', sha256, detections: [detectionOf('A'), detectionOf('B')] };

function byPath(value: string, platform: NodeJS.Platform = 'linux'): AllowList {
  return new AllowList([allowEntry({ kind: 'path', value })], platform);
}

describe('the allow-list', () => {
  test('an empty one allows nothing', () => {
    expect(new AllowList().match(finding)).toBeNull();
  });

  test('allows a content wherever it lies, and no other', () => {
    const entry = allowEntry({ value: sha256 });
    const list = new AllowList([entry]);
    expect(list.match(finding)).toBe(entry);
    expect(list.match({ ...finding, sha256: 'ab'.repeat(31) })).toBeNull();
    expect(list.match({ ...finding, sha256: null })).toBeNull();
  });

  test('counts from the moment it is set, both ways', () => {
    const list = new AllowList();
    list.set([allowEntry({ value: sha256 })]);
    expect(list.match(finding)?.id).toBe(1);
    list.set([]);
    expect(list.match(finding)).toBeNull();
  });

  test.each([
    ['/home/u/tools/x.exe', '/home/u/tools/x.exe', true],
    ['/home/u/tools', '/home/u/tools/x.exe', true],
    ['/home/u/tools', '/home/u/tools/deep/er/x.exe', true],
    ['/home/u/tools', '/home/u/toolsmith/x.exe', false],
    ['/home/u/tool', '/home/u/tools/x.exe', false],
    ['/home/u/tools/x.exe', '/home/u/tools/x.exe.bak', false],
    ['/home/u/Tools', '/home/u/tools/x.exe', false],
    ['/srv', '/srv/x.exe', true],
    ['/srv', '/x.exe', false],
    // Through a link `..` leads elsewhere than the text says.
    ['/home/u/tools', '/home/u/tools/../evil.exe', false],
    ['/home/u/tools', '/home/u/tools/link/../evil.exe', false],
    // Whatever stands in the database.
    ['/', '/home/u/tools/x.exe', false],
    ['/home/u/\udcff', '/home/u/\udcff/x', true],
    ['/home/u/\udcff', '/home/u/\udcfe/x', false],
  ])('the place %j allows %j: %s', (value, path, isAllowed) => {
    expect(byPath(value).match({ ...finding, path }) !== null).toBe(isAllowed);
  });

  test.each([
    ['win32', 'C:\\Tools', 'c:\\tools\\X.exe', true],
    ['win32', 'C:\\Tools', '\\\\?\\C:\\Tools\\x.exe', true],
    ['win32', 'C:\\Tools', 'D:\\Tools\\x.exe', false],
    ['win32', 'C:\\', 'C:\\x.exe', false],
    ['win32', 'C:\\Tools', 'C:\\Tools\\..\\x.exe', false],
    ['win32', '\\\\server\\share\\tools', '\\\\SERVER\\share\\tools\\x.exe', true],
    ['darwin', '/Users/u/Tools', '/users/u/tools/x', true],
    ['darwin', '/Users/u/caf\u00e9', '/Users/u/cafe\u0301/x', true],
    ['darwin', '/Users/u/Tools', '/System/Volumes/Data/Users/u/Tools/x', true],
  ] as const)('on %s the place %s allows %s: %s', (platform, value, path, isAllowed) => {
    expect(byPath(value, platform).match({ ...finding, path }) !== null).toBe(isAllowed);
  });

  test('the nearest of several folders is named', () => {
    const near = allowEntry({ id: 2, kind: 'path', value: '/home/u/tools' });
    const far = allowEntry({ id: 1, kind: 'path', value: '/home/u' });
    expect(new AllowList([far, near], 'linux').match(finding)).toBe(near);
  });

  test('a signature excuses a file only when all its detections are excused', () => {
    const [a, b] = ['A', 'B'].map((value, index) => allowEntry({ id: index + 1, kind: 'signature', value }));
    const entries: AllowEntry[] = a === undefined || b === undefined ? [] : [a, b];
    expect(new AllowList(entries.slice(0, 1)).match(finding)).toBeNull();
    expect(new AllowList(entries.slice(1)).match(finding)).toBeNull();
    expect(new AllowList(entries).match(finding)).toBe(a);
    expect(new AllowList(entries).match({ ...finding, detections: [] })).toBeNull();
  });

  test('a signature is compared exactly, whatever it is called', () => {
    const list = new AllowList([allowEntry({ kind: 'signature', value: '__proto__' })]);
    expect(list.match({ ...finding, detections: [detectionOf('__proto__')] })?.id).toBe(1);
    expect(list.match({ ...finding, detections: [detectionOf('constructor')] })).toBeNull();
    expect(list.match({ ...finding, detections: [detectionOf('__PROTO__')] })).toBeNull();
  });

  test('an entry of one kind is not taken for one of another', () => {
    const list = new AllowList([
      allowEntry({ kind: 'signature', value: sha256 }),
      allowEntry({ kind: 'hash', value: 'A' }),
      allowEntry({ kind: 'signature', value: finding.path }),
    ]);
    expect(list.match(finding)).toBeNull();
  });
});

describe('an entry as a person writes it', () => {
  test.each([
    ['hash', ` ${'AB'.repeat(32)}\n`, 'ab'.repeat(32)],
    ['path', '/home/u/tools/', '/home/u/tools'],
    ['path', '/home/u//tools/./deep/../', '/home/u/tools'],
    ['path', '/srv', '/srv'],
    ['path', '/home/anna/tools', '/home/anna/tools'],
    ['path', '/home/u/\udcff', '/home/u/\udcff'],
    ['signature', 'Win.Test.EICAR_HDB-1', 'Win.Test.EICAR_HDB-1'],
  ] as const)('%s %j is kept as %j', (kind, value, kept) => {
    expect(normalizeEntry({ kind, value }, 'linux', '/home/u')).toEqual({ kind: 'usable', value: kept });
  });

  test.each([
    ['C:\\Tools\\', 'C:\\Tools'],
    ['c:/Tools/x.exe', 'c:\\Tools\\x.exe'],
    ['\\\\server\\share\\tools\\', '\\\\server\\share\\tools'],
  ])('on Windows the path %s is kept as %s', (value, kept) => {
    expect(normalizeEntry({ kind: 'path', value }, 'win32', 'C:\\Users\\u')).toEqual({
      kind: 'usable',
      value: kept,
    });
  });

  test.each([
    ['linux', 'hash', 'abc'],
    ['linux', 'hash', 'g'.repeat(64)],
    ['linux', 'hash', 'a'.repeat(65)],
    ['linux', 'path', 'tools/x.exe'],
    ['linux', 'path', './x'],
    ['linux', 'path', '/a\0b'],
    ['linux', 'path', '/'],
    ['linux', 'path', '//'],
    ['linux', 'path', '/home/u/../..'],
    ['linux', 'path', '/home'],
    ['linux', 'path', '/home/u'],
    ['linux', 'path', '/home/u/'],
    ['linux', 'path', '/root'],
    // That of another user: whoever protects all of them may write it.
    ['linux', 'path', '/home/anna'],
    ['darwin', 'path', '/users'],
    ['darwin', 'path', '/Users/anna/'],
    ['win32', 'path', 'C:\\'],
    ['win32', 'path', 'C:'],
    ['win32', 'path', 'C:tools'],
    ['win32', 'path', '\\tools'],
    ['win32', 'path', '\\\\server\\share\\'],
    ['win32', 'path', '\\\\?\\C:\\'],
    ['win32', 'path', 'C:\\Users\\'],
    ['win32', 'path', 'c:\\users\\U'],
    ['win32', 'path', 'C:\\Users\\anna'],
    ['linux', 'signature', '   '],
    ['linux', 'signature', 'x'.repeat(501)],
  ] as const)('on %s the %s %j is refused with a sentence', (platform, kind, value) => {
    const home = platform === 'win32' ? 'C:\\Users\\u' : '/home/u';
    expect(normalizeEntry({ kind, value }, platform, home)).toEqual({
      kind: 'unusable',
      problem: expect.stringMatching(/^[A-Z].+\.$/u),
    });
  });

  test('a signature of 500 characters is not too long', () => {
    expect(normalizeEntry({ kind: 'signature', value: 'x'.repeat(500) }).kind).toBe('usable');
  });
});
