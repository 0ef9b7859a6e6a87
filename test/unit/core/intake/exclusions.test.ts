import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExclusions, type Exclusions } from '../../../../src/core/intake/exclusions.ts';

const nothing = { globs: [], folders: [], extensions: [] };

function withGlobs(...globs: string[]): Exclusions {
  return createExclusions({ ...nothing, globs }, 'linux');
}

const segment = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'node_modules',
    '.git',
    'x.tmp',
    'new\nline',
    'byte\uDCFF',
    '-rf',
    '!a',
    '[a]',
    '😀',
    'A',
  ),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 4 })
    .filter((text) => !/[/\0]/u.test(text) && !/^\.{1,2}$/u.test(text)),
);
const absolutePath = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((segments) => `/${segments.join('/')}`);
const glob = fc.constantFrom(
  'node_modules',
  '*.tmp',
  '/a/**',
  'b/*',
  '**/.git/**',
  '/a/b',
  '?',
  '*line',
  'byte*',
  '!a',
);
const rules = fc.record({
  globs: fc.array(glob, { maxLength: 3 }),
  folders: fc.array(absolutePath, { maxLength: 3 }),
  extensions: fc.array(fc.constantFrom('tmp', '.iso', 'tar.gz'), { maxLength: 2 }),
});

describe('a glob without a slash', () => {
  it.each([
    ['*.tmp', '/a/b/x.tmp', true],
    ['*.tmp', '/a/b/.tmp', true],
    ['*.tmp', '/a/b/x.tmp.exe', false],
    ['*.tmp', '/a/b/x.TMP', false],
    ['node_modules', '/a/node_modules/b/c.js', true],
    ['node_modules/', '/a/node_modules/b/c.js', true],
    ['node_modules', '/a/node_modules2/c.js', false],
    ['*', '/a', true],
    ['*.tmp', '/a/new\nline.tmp', true],
    ['a*z', '/q/a\n\n\nz', true],
    ['a*z', '/q/a\uDCFFz', true],
    ['-rf', '/q/-rf', true],
    ['{a,b}.log', '/q/b.log', true],
    ['{a,b}.log', '/q/c.log', false],
  ])('%j and %j: %s', (pattern, path, excluded) => {
    expect(withGlobs(pattern).excludes(path)).toBe(excluded);
  });

  it('takes a leading exclamation mark for a character, never for "all but"', () => {
    expect(withGlobs('!*.exe').excludes('/a/document.txt')).toBe(false);
    expect(withGlobs('!*.exe').excludes('/a/!setup.exe')).toBe(true);
  });
});

describe('a glob with a slash', () => {
  it.each([
    ['/var/cache/**', '/var/cache/a/b', true],
    ['/var/cache/**', '/var/cached', false],
    ['/var/*/b', '/var/x/b', true],
    ['/var/*/b', '/var/x/y/b', false],
    ['build/output', '/home/ana/build/output/file', true],
    ['build/output', '/home/ana/rebuild/output', false],
    ['**/.git/**', '/home/ana/.git/config', true],
    ['/a/**/z', '/a/new\nline/z', true],
    ['/a/**/z', '/a/byte\uDCFF/z', true],
  ])('%j and %j: %s', (pattern, path, excluded) => {
    expect(withGlobs(pattern).excludes(path)).toBe(excluded);
  });
});

describe('an excluded folder', () => {
  it.each([
    ['/home/ana', '/home/ana', true],
    ['/home/ana/', '/home/ana/a/b', true],
    ['/home/ana', '/home/anabel/a', false],
    ['/home/./x/../ana', '/home/ana/a', true],
    ['/', '/anything/at/all', true],
    ['/new\nline', '/new\nline/a', true],
    ['/byte\uDCFF', '/byte\uDCFF/a', true],
    ['/byte\uDCFF', '/byte\uDCFE/a', false],
    ['/a[b]', '/a[b]/c', true],
    ['/a[b]', '/ab/c', false],
    ['/Home', '/home/a', false],
  ])('%j and %j: %s', (folder, path, excluded) => {
    expect(createExclusions({ ...nothing, folders: [folder] }, 'linux').excludes(path)).toBe(excluded);
  });

  it('is compared without case where the platform does so', () => {
    const windows = createExclusions(
      { ...nothing, folders: ['C:\\Users\\Ana'], globs: ['*.TMP', 'd:\\x\\*'] },
      'win32',
    );
    expect(windows.excludes('c:\\users\\ANA\\file.txt')).toBe(true);
    expect(windows.excludes('c:\\users\\anabel')).toBe(false);
    expect(windows.excludes('E:\\a.tmp')).toBe(true);
    expect(windows.excludes('D:\\X\\y')).toBe(true);
    const mac = createExclusions({ ...nothing, folders: ['/Users/Zoe\u0308'] }, 'darwin');
    expect(mac.excludes('/users/zo\u00EB/a')).toBe(true);
  });
});

describe('an excluded extension', () => {
  it.each([
    ['iso', '/a/x.ISO', true],
    ['.iso', '/a/x.iso', true],
    ['tar.gz', '/a/x.tar.gz', true],
    ['gz', '/a/x.tar.gz', true],
    ['iso', '/a/iso', false],
    ['iso', '/a/.iso', false],
    ['iso', '/a/x.iso.exe', false],
    ['iso', '/a/x.iso/inside.exe', false],
  ])('%j and %j: %s', (extension, path, excluded) => {
    expect(createExclusions({ ...nothing, extensions: [extension] }, 'linux').excludes(path)).toBe(excluded);
  });

  it('leaves no folder out', () => {
    expect(createExclusions({ ...nothing, extensions: ['iso'] }).excludesFolder('/a/x.iso')).toBe(false);
  });
});

describe('createExclusions', () => {
  it.each([
    { ...nothing, globs: [''] },
    { ...nothing, folders: [''] },
    { ...nothing, extensions: [''] },
    { ...nothing, extensions: ['.'] },
    { ...nothing, extensions: ['a/b'] },
    { ...nothing, globs: ['a'.repeat(70_000)] },
  ])('refuses a rule that cannot be meant', (unusable) => {
    expect(() => createExclusions(unusable, 'linux')).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });

  it('leaves nothing out without rules', () => {
    fc.assert(
      fc.property(absolutePath, (path) => {
        expect(createExclusions(nothing).excludes(path)).toBe(false);
      }),
    );
  });

  it('leaves out all that is in a folder that is left out', () => {
    fc.assert(
      fc.property(rules, absolutePath, segment, (given, folder, name) => {
        const exclusions = createExclusions(given, 'linux');
        fc.pre(exclusions.excludesFolder(folder));
        expect(exclusions.excludes(`${folder}/${name}`)).toBe(true);
        expect(exclusions.excludesFolder(`${folder}/${name}`)).toBe(true);
      }),
    );
  });

  it('answers for a path the same whatever was asked before', () => {
    fc.assert(
      fc.property(rules, fc.array(absolutePath, { minLength: 1, maxLength: 20 }), (given, paths) => {
        const used = createExclusions(given, 'linux');
        for (const path of paths) {
          expect(used.excludes(path)).toBe(createExclusions(given, 'linux').excludes(path));
        }
      }),
    );
  });

  it('leaves out exactly what is below an excluded folder', () => {
    fc.assert(
      fc.property(absolutePath, absolutePath, (folder, path) => {
        const exclusions = createExclusions({ ...nothing, folders: [folder] }, 'linux');
        expect(exclusions.excludes(path)).toBe(path === folder || path.startsWith(`${folder}/`));
        expect(exclusions.excludes(folder + path)).toBe(true);
      }),
    );
  });
});
