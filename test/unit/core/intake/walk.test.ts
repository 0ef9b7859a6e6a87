import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { createExclusions } from '../../../../src/core/intake/exclusions.ts';
import { emptyWalkCounts, walk, type WalkEntry, type WalkOptions } from '../../../../src/core/intake/walk.ts';
import { isRoot, runModule } from '../files/run-module.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const isLinux = process.platform === 'linux';
const isPosix = process.platform !== 'win32';

function plant(root: string, ...names: readonly string[]): void {
  for (const name of names) {
    const path = encodePath(`${root}/${name}`);
    if (name.endsWith('/')) mkdirSync(path, { recursive: true });
    else {
      mkdirSync(encodePath(dirname(`${root}/${name}`)), { recursive: true });
      writeFileSync(path, 'x');
    }
  }
}

/** Files relative to the folder, sorted; skipped ones with their reason. */
function walked(root: string, roots: readonly string[], options?: WalkOptions): readonly string[] {
  return [...walk(roots, options)].map((entry) => shortOf(root, entry)).toSorted();
}

function shortOf(root: string, entry: WalkEntry): string {
  const path = entry.path.startsWith(`${root}/`) ? entry.path.slice(root.length + 1) : entry.path;
  if (entry.kind === 'file') return path;
  const { judgement } = entry;
  return `${path} -> ${judgement.kind}/${judgement.reason}`;
}

describe('walk', () => {
  it('yields every file once, in all folders', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'b/c', 'b/d/e', 'b/.hidden', 'empty/');
    expect(walked(folder.path, [folder.path])).toEqual(['a', 'b/.hidden', 'b/c', 'b/d/e']);
  });

  it('yields a named file and takes relative roots from the current folder', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'b');
    expect([...walk([`${folder.path}/a`])]).toEqual([{ kind: 'file', path: `${folder.path}/a` }]);
    expect([...walk(['package.json'])]).toEqual([{ kind: 'file', path: `${process.cwd()}/package.json` }]);
  });

  it.runIf(isLinux)('keeps every byte of every name', () => {
    using folder = temporaryFolder();
    const names = [
      'line\nbreak',
      'tab\tname',
      '-rf',
      ';$(x)',
      'file: OK',
      'Eicar FOUND',
      'n'.repeat(255),
      '😀',
      'i\u202Efdp',

      'zero\u200Bwidth',
      'byte\uDCFF',
      '\uFFFD',
      '\uFFFD\uDC80',
      'dir\uDCFE/inner\uDCFD',
      'dir\uDCFE/deep\uFFFD/x',
    ].toSorted();
    plant(folder.path, ...names);
    expect(walked(folder.path, [folder.path])).toEqual(names);
    expect([...walk([`${folder.path}/byte\uDCFF`])]).toEqual([
      { kind: 'file', path: `${folder.path}/byte\uDCFF` },
    ]);
  });

  it('says that a named root does not exist', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'file');
    expect([...walk([`${folder.path}/gone`])]).toEqual([
      {
        kind: 'skipped',
        path: `${folder.path}/gone`,
        judgement: { kind: 'unscannable', reason: 'not_found', detail: 'there is no such file or folder' },
        sizeBytes: 0,
      },
    ]);
    expect(walked(folder.path, [`${folder.path}/file/below`])).toEqual([
      'file/below -> unscannable/not_found',
    ]);
    expect(walked(folder.path, [''])).toEqual([' -> unscannable/not_found']);
  });

  it.runIf(isPosix)('reports special files and opens none of them', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'file');
    execFileSync('mkfifo', [`${folder.path}/pipe`]);
    expect(walked(folder.path, [folder.path])).toEqual(['file', 'pipe -> unscannable/special_file']);
    expect(walked(folder.path, ['/dev/zero', `${folder.path}/pipe`])).toEqual([
      '/dev/zero -> unscannable/special_file',
      'pipe -> unscannable/special_file',
    ]);
  });

  it.runIf(isRoot)('reports a folder it may not read and goes on', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'closed/b', 'open/c');
    chmodSync(folder.path, 0o755);
    chmodSync(`${folder.path}/closed`, 0o700);
    const expression = `[...module.walk([${JSON.stringify(folder.path)}])]`;
    const entries = runModule({ module: 'core/intake/walk.ts', expression, asNobody: true });
    expect(entries).toHaveLength(3);
    expect(entries).toEqual(
      expect.arrayContaining([
        { kind: 'file', path: `${folder.path}/a` },
        { kind: 'file', path: `${folder.path}/open/c` },
        {
          kind: 'skipped',
          path: `${folder.path}/closed`,
          judgement: {
            kind: 'unscannable',
            reason: 'permission',
            detail: 'no permission to read it (EACCES)',
          },
          sizeBytes: 0,
        },
      ]),
    );
  });

  it('walks overlapping and repeated roots once, whatever their order', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'b/c', 'b/d/e');
    const { path } = folder;
    const all = ['a', 'b/c', 'b/d/e'];
    expect(walked(path, [path, path, `${path}/`, `${path}/b/..`])).toEqual(all);
    expect(walked(path, [path, `${path}/b`, `${path}/b/c`])).toEqual(all);
    expect(walked(path, [`${path}/b/c`, `${path}/b`, `${path}/b/c`, path])).toEqual(all);
  });

  it('reports both names of a file with two names', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'one');
    linkSync(`${folder.path}/one`, `${folder.path}/two`);
    expect(walked(folder.path, [folder.path])).toEqual(['one', 'two']);
    expect(walked(folder.path, [`${folder.path}/two`, folder.path])).toEqual(['one', 'two']);
  });

  it('goes on when a folder vanishes meanwhile', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'b/c');
    const entries = walk([folder.path]);
    expect(entries.next().value).toEqual({ kind: 'file', path: `${folder.path}/a` });
    rmSync(`${folder.path}/b`, { recursive: true });
    expect([...entries].map((entry) => shortOf(folder.path, entry))).toEqual(['b -> unscannable/vanished']);
  });

  it.runIf(isPosix)('does not follow a folder that became a link after it was listed', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'root/a', 'root/b/c', 'outside/secret');
    const entries = walk([`${folder.path}/root`]);
    entries.next();
    rmSync(`${folder.path}/root/b`, { recursive: true });
    symlinkSync('../outside', `${folder.path}/root/b`);
    expect([...entries].map((entry) => shortOf(folder.path, entry))).toEqual([
      'root/b -> unscannable/vanished',
    ]);
  });

  it.runIf(isLinux)('closes its folder when it is left early', () => {
    using folder = temporaryFolder();
    plant(folder.path, ...Array.from({ length: 10 }, (_, index) => `f${index}`));
    const before = readdirSync('/proc/self/fd').length;
    for (const _entry of walk([folder.path])) break;
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('lets what its consumer throws through', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'b');
    const entries = walk([folder.path]);
    entries.next();
    expect(() => entries.throw(new TypeError('bug'))).toThrow('bug');
  });
});

describe('walk and symbolic links', () => {
  it.runIf(isPosix)('counts links inside a walk and follows none', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'in/file', 'out/secret');
    symlinkSync('../out', `${folder.path}/in/folder-link`);
    symlinkSync('../out/secret', `${folder.path}/in/file-link`);
    symlinkSync('nowhere', `${folder.path}/in/dangling`);
    const counts = emptyWalkCounts();
    expect(walked(folder.path, [`${folder.path}/in`], { counts })).toEqual(['in/file']);
    expect(counts).toEqual({ excluded: 0, symbolicLinks: 3, otherDevices: 0 });
  });

  it.runIf(isPosix)('follows a link that is named and reports the real path', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'real/file');
    symlinkSync('real', `${folder.path}/folder-link`);
    symlinkSync('real/file', `${folder.path}/file-link`);
    symlinkSync('nowhere', `${folder.path}/dangling`);
    symlinkSync('loop', `${folder.path}/loop`);
    expect(walked(folder.path, [`${folder.path}/folder-link`])).toEqual(['real/file']);
    expect(walked(folder.path, [`${folder.path}/file-link`, `${folder.path}/real`])).toEqual(['real/file']);
    expect(walked(folder.path, [`${folder.path}/dangling`])).toEqual(['dangling -> unscannable/not_found']);
    expect(walked(folder.path, [`${folder.path}/loop`])).toEqual(['loop -> unscannable/symbolic_link']);
  });

  it.runIf(isPosix)('follows links when told to, each target once under its own path', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'in/file', 'in/sub/x', 'out/secret', 'out/more/y', 'single');
    symlinkSync('../out', `${folder.path}/in/out1`);
    symlinkSync('../out', `${folder.path}/in/out2`);
    symlinkSync('../out/secret', `${folder.path}/in/secret`);
    symlinkSync('../single', `${folder.path}/in/single1`);
    symlinkSync('../single', `${folder.path}/in/single2`);
    symlinkSync('file', `${folder.path}/in/again`);
    symlinkSync('..', `${folder.path}/in/sub/up`);
    symlinkSync('../../in', `${folder.path}/out/more/back`);
    symlinkSync('round', `${folder.path}/in/round`);
    symlinkSync('file/below', `${folder.path}/in/not-a-folder`);
    const counts = emptyWalkCounts();
    expect(walked(folder.path, [`${folder.path}/in`], { followSymlinks: true, counts })).toEqual([
      'in/file',
      'in/sub/x',
      'out/more/y',
      'out/secret',
      'single',
    ]);
    expect(counts.symbolicLinks).toBe(2);
  });

  it.runIf(isLinux)('does not follow a link to another device', () => {
    using folder = temporaryFolder();
    symlinkSync('/proc/self', `${folder.path}/proc`);
    symlinkSync('/proc/version', `${folder.path}/version`);
    const counts = emptyWalkCounts();
    expect(walked(folder.path, [folder.path], { followSymlinks: true, counts })).toEqual([]);
    expect(counts.otherDevices).toBe(2);
  });
});

describe('walk and exclusions', () => {
  it('leaves out files and whole folders, and counts each once', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a.txt', 'a.iso', 'node_modules/x/y', 'src/b.tmp', 'src/c', 'data/d', 'x.iso/e');
    const rules = { globs: ['node_modules', '*.tmp'], folders: [`${folder.path}/data`], extensions: ['iso'] };
    const counts = emptyWalkCounts();
    expect(walked(folder.path, [folder.path], { exclusions: createExclusions(rules), counts })).toEqual([
      'a.txt',
      'src/c',
      'x.iso/e',
    ]);
    expect(counts.excluded).toBe(4);
  });

  it('hold for named roots and for the targets of links too', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'in/a', 'out/b.tmp', 'out/c');
    const exclusions = createExclusions({
      globs: ['*.tmp'],
      folders: [`${folder.path}/out`],
      extensions: [],
    });
    expect(walked(folder.path, [`${folder.path}/out/b.tmp`, `${folder.path}/out`], { exclusions })).toEqual(
      [],
    );
    if (isPosix) symlinkSync('../out/c', `${folder.path}/in/link`);
    const options = { exclusions, followSymlinks: true };
    expect(walked(folder.path, [`${folder.path}/in`], options)).toEqual(['in/a']);
  });
});

describe('walk and devices', () => {
  it.runIf(isLinux && isRoot && canMount())(
    'stays on the device of its root, unless it is told or named',
    () => {
      using folder = temporaryFolder();
      plant(folder.path, 'a', 'mounted/');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', `${folder.path}/mounted`]);
      try {
        plant(folder.path, 'mounted/b');
        const counts = emptyWalkCounts();
        expect(walked(folder.path, [folder.path], { counts })).toEqual(['a']);
        expect(counts.otherDevices).toBe(1);
        expect(walked(folder.path, [folder.path], { crossDevices: true })).toEqual(['a', 'mounted/b']);
        expect(walked(folder.path, [folder.path, `${folder.path}/mounted`])).toEqual(['a', 'mounted/b']);
      } finally {
        execFileSync('umount', [`${folder.path}/mounted`]);
      }
    },
  );

  // The devices here differ without any mount.
  it.runIf(isLinux && existsSync('/dev/shm') && existsSync('/dev/null'))(
    'does not enter /dev/shm from /dev',
    () => {
      const counts = emptyWalkCounts();
      const paths = [...walk(['/dev'], { counts })].map(({ path }) => path);
      expect(paths).toContain('/dev/null');
      expect(paths.filter((path) => path.startsWith('/dev/shm/'))).toEqual([]);
      expect(counts.otherDevices).toBeGreaterThan(0);
    },
  );
});

function stalls(path: string): boolean {
  return path.endsWith('/mounted') || path.endsWith('/on-it');
}

describe('walk where a file system does not answer', () => {
  it('tells of the folder it is mounted on, or of the root on it, and looks at neither', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'mounted/b', 'on-it');
    expect(walked(folder.path, [folder.path, `${folder.path}/on-it`], { stalls })).toEqual([
      'a',
      'mounted -> unscannable/timeout',
      'on-it',
      'on-it -> unscannable/timeout',
    ]);
    // As a folder is asked about before its first look, one that is not there has no other word.
    const gone = [`${folder.path}/gone/mounted`, `${folder.path}/gone`];
    expect(walked(folder.path, gone, { stalls })).toEqual([
      'gone -> unscannable/not_found',
      'gone/mounted -> unscannable/timeout',
    ]);
  });

  it('does not look where a link leads to one', () => {
    using folder = temporaryFolder();
    plant(folder.path, 'a', 'elsewhere/b');
    plant(folder.path, 'walked/c');
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'walked', 'on-it'));
    const options = { stalls, followSymlinks: true };
    expect(walked(folder.path, [join(folder.path, 'walked')], options)).toEqual([
      'walked/c',
      'walked/on-it -> unscannable/timeout',
    ]);
  });
});

describe('walk in a very deep tree', () => {
  it.runIf(isLinux)('ends where the path is longer than the system takes, and says so', () => {
    using folder = temporaryFolder();
    // The shell goes down a thousand levels at a time: no call gets a path that is too long.
    const script =
      'cd "$1" && for _ in 1 2 3 4 5; do mkdir -p "$2" && cd -P "$2" || exit 1; done; : > bottom';
    execFileSync('sh', ['-c', script, 'sh', folder.path, 'd/'.repeat(1000)]);
    plant(folder.path, 'top');
    try {
      const entries = [...walk([folder.path])];
      expect(entries.map((entry) => (entry.kind === 'file' ? 'file' : entry.judgement.reason))).toEqual([
        'file',
        'path_too_long',
      ]);
      expect(entries[1]?.path.length).toBeGreaterThanOrEqual(4096);
    } finally {
      execFileSync('rm', ['-rf', folder.path]);
    }
  });
});

function canMount(): boolean {
  using folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path], { stdio: 'ignore' });
    execFileSync('umount', [folder.path]);
    return true;
  } catch {
    return false;
  }
}
