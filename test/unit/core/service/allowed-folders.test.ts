import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { AllowedFolders } from '../../../../src/core/service/allowed-folders.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

interface Scene extends Disposable {
  readonly folder: TemporaryFolder;
  readonly folders: AllowedFolders;
  /** Below the one folder that is allowed. */
  readonly inside: (...names: string[]) => string;
  readonly outside: (...names: string[]) => string;
}

function scene(): Scene {
  const folder = temporaryFolder();
  function inside(...names: string[]): string {
    return join(folder.path, 'in', ...names);
  }
  mkdirSync(inside());
  mkdirSync(join(folder.path, 'out'));
  return {
    folder,
    folders: new AllowedFolders(() => [inside()]),
    inside,
    outside: (...names) => join(folder.path, 'out', ...names),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const elsewhere = 'it is in no folder that the service may look at ([api] scan_folders)';

describe('a path', () => {
  test.each([
    ['in/file', null],
    ['in', null],
    ['in/', null],
    ['in//file', null],
    ['in/./file', null],
    ['in/missing/deep/file', null],
    ['in/..file', null],
    ['in/a\\b', null],
    ['out/file', elsewhere],
    ['out', elsewhere],
    ['.', elsewhere],
    ['in-not', elsewhere],
    ['in-not/file', elsewhere],
    ['missing/in', elsewhere],
    ['in/../in/file', 'its path goes upwards ("..")'],
    ['in/..', 'its path goes upwards ("..")'],
    ['in/a\0b', 'its path holds a zero byte'],
    [`in/${'a/'.repeat(17_000)}`, 'its path is longer than any system takes'],
  ])('%j: %s', (name, problem) => {
    using home = scene();
    mkdirSync(join(home.folder.path, 'in-not'));
    expect(home.folders.problemOf(`${home.folder.path}/${name}`)).toBe(problem);
  });

  test('that is not absolute is not allowed, wherever the program runs', () => {
    const folders = new AllowedFolders(() => [process.cwd()]);
    expect(folders.problemOf('package.json')).toBe('its path is not absolute');
    expect(folders.problemOf('')).toBe('its path is not absolute');
    expect(folders.problemOf(join(process.cwd(), 'package.json'))).toBeNull();
  });

  test('leads where the links in it lead, and its last name leads nowhere', () => {
    using home = scene();
    home.folder.write('out/sub/file');
    mkdirSync(home.inside('real'));
    symlinkSync(home.outside('sub'), home.inside('to-folder'));
    symlinkSync(home.outside('sub/file'), home.inside('to-file'));
    symlinkSync(home.inside('real'), home.outside('back'));
    symlinkSync(home.outside('nothing'), home.inside('dangling'));
    symlinkSync(home.inside('loop'), home.inside('loop'));
    function problemOf(path: string): string | null {
      return home.folders.problemOf(path);
    }
    expect(problemOf(home.inside('to-folder/file'))).toBe(elsewhere);
    expect(problemOf(home.inside('to-folder/missing/file'))).toBe(elsewhere);
    expect(problemOf(home.outside('back/file'))).toBeNull();
    expect(problemOf(home.inside('to-file'))).toBeNull();
    expect(problemOf(home.inside('to-folder'))).toBeNull();
    // What ends in a separator, or in a point, is followed by the system too.
    expect(problemOf(`${home.inside('to-folder')}/`)).toBe(elsewhere);
    expect(problemOf(`${home.inside('to-folder')}/.`)).toBe(elsewhere);
    expect(problemOf(home.inside('dangling/file'))).toBeNull();
    expect(problemOf(home.inside('loop/file'))).toBeNull();
  });

  test('of a folder is followed to its end', () => {
    using home = scene();
    symlinkSync(home.outside(), home.inside('link'));
    expect(home.folders.problemOfFolder(home.inside('link'))).toBe(elsewhere);
    expect(home.folders.problemOfFolder(home.inside())).toBeNull();
    expect(home.folders.problemOfFolder(home.inside('new/folder'))).toBeNull();
    expect(home.folders.problemOfFolder(home.outside())).toBe(elsewhere);
    expect(home.folders.problemOfFolder(`${home.inside()}/..`)).toBe('its path goes upwards ("..")');
  });

  test('may hold bytes that are no text', () => {
    using home = scene();
    const odd = decodePath(Buffer.from('caf\xe9', 'latin1'));
    mkdirSync(encodePath(home.inside(odd)));
    symlinkSync(encodePath(home.outside()), encodePath(home.inside(odd, 'link')));
    const folders = new AllowedFolders(() => [home.inside(odd)]);
    expect(folders.problemOf(home.inside(odd, odd))).toBeNull();
    expect(folders.problemOf(home.inside(odd, 'link', 'file'))).toBe(elsewhere);
    expect(folders.problemOf(home.inside('caf\u00E9', 'file'))).toBe(elsewhere);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that may not be entered is not told about', () => {
    using home = scene();
    mkdirSync(home.outside('closed/sub'), { recursive: true });
    chmodSync(home.outside('closed'), 0);
    expect(home.folders.problemOf(home.outside('closed/sub/file'))).toBe(elsewhere);
    chmodSync(home.outside('closed'), 0o700);
  });
});

describe('the folders', () => {
  test('are resolved, and those that are not there allow nothing', () => {
    using home = scene();
    symlinkSync(home.inside(), join(home.folder.path, 'name'));
    const named = new AllowedFolders(() => [
      join(home.folder.path, 'name'),
      join(home.folder.path, 'missing'),
    ]);
    expect(named.problemOf(home.inside('file'))).toBeNull();
    expect(named.problemOf(join(home.folder.path, 'name/file'))).toBeNull();
    expect(named.problemOf(join(home.folder.path, 'missing/file'))).toBe(elsewhere);
    expect(new AllowedFolders(() => []).problemOf(home.inside('file'))).toBe(elsewhere);
    expect(new AllowedFolders(() => ['/']).problemOf(home.outside('file'))).toBeNull();
  });

  test('are looked at again after a second, and at once when others are configured', () => {
    using home = scene();
    let nowMs = 0;
    let names = [join(home.folder.path, 'name')];
    const folders = new AllowedFolders(
      () => names,
      () => nowMs,
    );
    symlinkSync(home.inside(), join(home.folder.path, 'name'));
    expect(folders.problemOf(home.inside('file'))).toBeNull();
    rmSync(join(home.folder.path, 'name'));
    symlinkSync(home.outside(), join(home.folder.path, 'name'));
    nowMs = 999;
    expect(folders.problemOf(home.outside('file'))).toBe(elsewhere);
    nowMs = 1000;
    expect(folders.problemOf(home.outside('file'))).toBeNull();
    expect(folders.problemOf(home.inside('file'))).toBe(elsewhere);
    names = [home.inside()];
    expect(folders.problemOf(home.inside('file'))).toBeNull();
  });
});

describe('many paths', () => {
  test('have their problems told by path, and share the look at a folder', async () => {
    using home = scene();
    mkdirSync(home.inside('a'));
    const paths = Array.from({ length: 250 }, (_, index) => home.inside('a', String(index)));
    const looked = home.folders.problemsOf([...paths, home.outside('x'), 'y'], new AbortController().signal);
    // The first hundred have been looked at by now, and the folder with them.
    renameSync(home.inside('a'), home.outside('a'));
    symlinkSync(home.outside('a'), home.inside('a'));
    expect(await looked).toEqual(
      new Map([
        [home.outside('x'), elsewhere],
        ['y', 'its path is not absolute'],
      ]),
    );
    expect((await home.folders.problemsOf(paths)).size).toBe(250);
  });

  test('are not looked at when nobody waits any more', async () => {
    using home = scene();
    expect(await home.folders.problemsOf(['relative'], AbortSignal.abort())).toEqual(new Map());
  });

  test('cost little however many folders of them are not there', async () => {
    using home = scene();
    const deep = 'a/'.repeat(1500);
    const paths = Array.from({ length: 200 }, (_, index) => home.inside(String(index), deep, 'x'));
    const startedMs = performance.now();
    expect(await home.folders.problemsOf(paths)).toEqual(new Map());
    // One by one they would be 300,000 questions.
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
