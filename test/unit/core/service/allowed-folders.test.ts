import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { AllowedFolders, type PathProblem } from '../../../../src/core/service/allowed-folders.ts';
import { BoundedLooks } from '../../../../src/core/service/bounded-looks.ts';
import { findRealPath } from '../../../../src/core/intake/place.ts';
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
    folders: new AllowedFolders({ folders: () => [inside()] }),
    inside,
    outside: (...names) => join(folder.path, 'out', ...names),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const never = new AbortController().signal;

async function problemIn(folders: AllowedFolders, path: string): Promise<string | null> {
  return detailOf((await folders.problemsOf([path], never)).get(path) ?? null);
}

function detailOf(problem: PathProblem | null): string | null {
  return problem?.detail ?? null;
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
  ])('%j: %s', async (name, problem) => {
    using home = scene();
    mkdirSync(join(home.folder.path, 'in-not'));
    expect(await problemIn(home.folders, `${home.folder.path}/${name}`)).toBe(problem);
  });

  test('that is not absolute is not allowed, wherever the program runs', async () => {
    const folders = new AllowedFolders({ folders: () => [process.cwd()] });
    expect(await problemIn(folders, 'package.json')).toBe('its path is not absolute');
    expect(await problemIn(folders, '')).toBe('its path is not absolute');
    expect(await problemIn(folders, join(process.cwd(), 'package.json'))).toBeNull();
  });

  test('leads where the links in it lead, and its last name leads nowhere', async () => {
    using home = scene();
    home.folder.write('out/sub/file');
    mkdirSync(home.inside('real'));
    symlinkSync(home.outside('sub'), home.inside('to-folder'));
    symlinkSync(home.outside('sub/file'), home.inside('to-file'));
    symlinkSync(home.inside('real'), home.outside('back'));
    symlinkSync(home.outside('nothing'), home.inside('dangling'));
    symlinkSync(home.inside('loop'), home.inside('loop'));
    function problemOf(path: string): Promise<string | null> {
      return problemIn(home.folders, path);
    }
    expect(await problemOf(home.inside('to-folder/file'))).toBe(elsewhere);
    expect(await problemOf(home.inside('to-folder/missing/file'))).toBe(elsewhere);
    expect(await problemOf(home.outside('back/file'))).toBeNull();
    expect(await problemOf(home.inside('to-file'))).toBeNull();
    expect(await problemOf(home.inside('to-folder'))).toBeNull();
    // What ends in a separator, or in a point, is followed by the system too.
    expect(await problemOf(`${home.inside('to-folder')}/`)).toBe(elsewhere);
    expect(await problemOf(`${home.inside('to-folder')}/.`)).toBe(elsewhere);
    expect(await problemOf(home.inside('dangling/file'))).toBeNull();
    expect(await problemOf(home.inside('loop/file'))).toBeNull();
  });

  test('of a folder is followed to its end', async () => {
    using home = scene();
    symlinkSync(home.outside(), home.inside('link'));
    expect(detailOf(await home.folders.problemOfFolder(home.inside('link')))).toBe(elsewhere);
    expect(detailOf(await home.folders.problemOfFolder(home.inside()))).toBeNull();
    expect(detailOf(await home.folders.problemOfFolder(home.inside('new/folder')))).toBeNull();
    expect(detailOf(await home.folders.problemOfFolder(home.outside()))).toBe(elsewhere);
    expect(detailOf(await home.folders.problemOfFolder(`${home.inside()}/..`))).toBe(
      'its path goes upwards ("..")',
    );
  });

  test('may hold bytes that are no text', async () => {
    using home = scene();
    const odd = decodePath(Buffer.from('caf\xe9', 'latin1'));
    mkdirSync(encodePath(home.inside(odd)));
    symlinkSync(encodePath(home.outside()), encodePath(home.inside(odd, 'link')));
    const folders = new AllowedFolders({ folders: () => [home.inside(odd)] });
    expect(await problemIn(folders, home.inside(odd, odd))).toBeNull();
    expect(await problemIn(folders, home.inside(odd, 'link', 'file'))).toBe(elsewhere);
    expect(await problemIn(folders, home.inside('caf\u00E9', 'file'))).toBe(elsewhere);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that may not be entered is not told about', async () => {
    using home = scene();
    mkdirSync(home.outside('closed/sub'), { recursive: true });
    chmodSync(home.outside('closed'), 0);
    expect(await problemIn(home.folders, home.outside('closed/sub/file'))).toBe(elsewhere);
    chmodSync(home.outside('closed'), 0o700);
  });
});

describe('the folders', () => {
  test('are resolved, and those that are not there allow nothing', async () => {
    using home = scene();
    symlinkSync(home.inside(), join(home.folder.path, 'name'));
    const names = [join(home.folder.path, 'name'), join(home.folder.path, 'missing')];
    const named = new AllowedFolders({ folders: () => names });
    expect(await problemIn(named, home.inside('file'))).toBeNull();
    expect(await problemIn(named, join(home.folder.path, 'name/file'))).toBeNull();
    expect(await problemIn(named, join(home.folder.path, 'missing/file'))).toBe(elsewhere);
    expect(await problemIn(new AllowedFolders({ folders: () => [] }), home.inside('file'))).toBe(elsewhere);
    expect(await problemIn(new AllowedFolders({ folders: () => ['/'] }), home.outside('file'))).toBeNull();
  });

  test('are looked at again after a second, and at once when others are configured', async () => {
    using home = scene();
    let nowMs = 0;
    let names = [join(home.folder.path, 'name')];
    const folders = new AllowedFolders({ folders: () => names, nowMs: () => nowMs });
    symlinkSync(home.inside(), join(home.folder.path, 'name'));
    expect(await problemIn(folders, home.inside('file'))).toBeNull();
    rmSync(join(home.folder.path, 'name'));
    symlinkSync(home.outside(), join(home.folder.path, 'name'));
    nowMs = 999;
    expect(await problemIn(folders, home.outside('file'))).toBe(elsewhere);
    nowMs = 1000;
    expect(await problemIn(folders, home.outside('file'))).toBeNull();
    expect(await problemIn(folders, home.inside('file'))).toBe(elsewhere);
    names = [home.inside()];
    expect(await problemIn(folders, home.inside('file'))).toBeNull();
  });
});

describe('many paths', () => {
  test('have their problems told by path, and share the look at a folder', async () => {
    using home = scene();
    mkdirSync(home.inside('a'));
    const realPath = vi.fn<typeof findRealPath>(findRealPath);
    const names = [home.inside()];
    const folders = new AllowedFolders({ folders: () => names, realPath });
    const paths = Array.from({ length: 250 }, (_, index) => home.inside('a', String(index)));
    expect(await folders.problemsOf([...paths, home.outside('x'), 'y'], never)).toEqual(
      new Map([
        [home.outside('x'), { reason: 'not_allowed', detail: elsewhere }],
        ['y', { reason: 'not_allowed', detail: 'its path is not absolute' }],
      ]),
    );
    // The folder of all of them, the allowed one, and the one elsewhere.
    expect(realPath.mock.calls.length).toBe(3);
  });

  test('are not looked at when nobody waits any more', async () => {
    using home = scene();
    expect(await home.folders.problemsOf(['relative'], AbortSignal.abort())).toEqual(new Map());
  });

  test('cost little however many folders of them are not there', async () => {
    using home = scene();
    const realPath = vi.fn<typeof findRealPath>(findRealPath);
    const folders = new AllowedFolders({ folders: () => [home.inside()], realPath });
    const paths = Array.from({ length: 20 }, (_, index) =>
      home.inside(String(index), 'a/'.repeat(1500), 'x'),
    );
    expect(await folders.problemsOf(paths, never)).toEqual(new Map());
    // One by one they would be 30,000 questions.
    expect(realPath.mock.calls.length).toBeLessThan(300);
  });
});

/** `in/hung` is on a network that is gone. */
function hungScene(): Scene & { readonly asked: readonly string[] } {
  const home = scene();
  const asked: string[] = [];
  const names = [home.inside(), home.inside('hung')];
  const folders = new AllowedFolders({
    folders: () => names,
    looks: new BoundedLooks({ deadlineMs: 2000 }),
    realPath(path) {
      asked.push(path);
      return path.startsWith(home.inside('hung')) ? new Promise<never>(() => {}) : findRealPath(path);
    },
  });
  return { ...home, folders, asked };
}

describe('a folder that does not answer', () => {
  const late = { reason: 'timeout', detail: expect.stringContaining('does not answer in time') };

  test('keeps nobody waiting for long: its paths have their reason, and those of other folders their answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    using home = hungScene();
    using _timers = { [Symbol.dispose]: () => vi.useRealTimers() };
    const hung = Array.from({ length: 100 }, (_, index) => home.inside('hung', String(index), 'file'));
    const looked = home.folders.problemsOf([...hung, home.inside('file')], never);
    // Meanwhile others are answered, and no later than before.
    expect(await home.folders.problemsOf([home.inside('file')], never)).toEqual(new Map());
    await vi.advanceTimersByTimeAsync(2000);
    expect(await looked).toEqual(new Map(hung.map((path) => [path, late])));
    expect(await home.folders.problemOfFolder(home.inside('hung'))).toEqual(late);
    expect(home.asked.filter((path) => path.startsWith(home.inside('hung')))).toHaveLength(1);
  });

  test('is not touched at all where it is known beforehand', async () => {
    using home = scene();
    const realPath = vi.fn<typeof findRealPath>(findRealPath);
    const folders = new AllowedFolders({
      folders: () => [home.inside('hung'), home.inside()],
      mounts: { answersAt: async (path) => !path.startsWith(home.inside('hung')) },
      realPath,
    });
    const paths = [home.inside('hung/file'), home.inside('file'), home.outside('file')];
    expect(await folders.problemsOf(paths, never)).toEqual(
      new Map([
        [home.inside('hung/file'), late],
        [home.outside('file'), { reason: 'not_allowed', detail: elsewhere }],
      ]),
    );
    expect(realPath.mock.calls.filter(([path]) => path.startsWith(home.inside('hung')))).toEqual([]);
  });

  test('does not keep who goes away', async () => {
    using home = hungScene();
    const end = new AbortController();
    const looked = home.folders.problemsOf([home.inside('hung/file')], end.signal);
    end.abort();
    expect(await looked).toEqual(new Map());
  });
});
