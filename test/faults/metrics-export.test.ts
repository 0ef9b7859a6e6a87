// Metrics exports against real faults of a disk: a clear sentence, no partial file, and nothing written through a link.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMetricsExport, writeMetricsExportTo } from '../../src/core/metrics/metrics-export.ts';
import { AppError } from '../../src/shared/errors.ts';
import { metricsExportSchema, type MetricsExport } from '../../src/shared/metrics.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { sampleExport } from '../unit/core/metrics/sample-export.ts';

const isLinux = process.platform === 'linux';
const isPosix = process.platform !== 'win32';
const isRoot = process.geteuid?.() === 0;
const nobody = 65_534;
const document = sampleExport(20);
const nowSeconds = document.export_timestamp;

function write(folder: string, exported: MetricsExport = document): string {
  return writeMetricsExport({ folder, document: exported, nowSeconds, keep: 100 });
}

/** What a person is told; `written` when it went well. */
function told(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'written';
}

/** A document that does something in the middle of being written: when its file is open, before its text is. */
function meanwhile(work: () => void): MetricsExport {
  const withHook = {
    ...document,
    toJSON() {
      work();
      return document;
    },
  };
  return withHook;
}

/** Root may write everywhere: as somebody who may not. */
function asNobody<T>(work: () => T): T {
  if (!isRoot) return work();
  process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

function mounted(options: string, work: (folder: string) => void): void {
  using place = temporaryFolder();
  const folder = join(place.path, 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    work(folder);
  } finally {
    execFileSync('umount', ['-l', folder]);
  }
}

function canMount(): boolean {
  if (!isLinux || !isRoot) return false;
  try {
    mounted('size=64k', () => {});
    return true;
  } catch {
    return false;
  }
}

const mounts = canMount();

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Fills the disk but for so many bytes. */
function fill(folder: string, leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize - leaveBytes));
}

describe.runIf(mounts)('a full disk', () => {
  it.each([0, 4096, 8192])('with %i bytes left ends with no file and a sentence', (leaveBytes) => {
    mounted('size=256k,mode=0700', (folder) => {
      fill(folder, leaveBytes);
      expect(told(() => write(folder))).toBe(
        `EXPORT_FAILED: no metrics export was written to ${folder}: the disk is full (ENOSPC)`,
      );
      expect(readdirSync(folder)).toEqual(['filler']);
      rmSync(join(folder, 'filler'));
      expect(told(() => write(folder))).toBe('written');
    });
  });

  it('without room for another name ends with no file and a sentence', () => {
    // The root folder takes one of these.
    mounted('size=256k,nr_inodes=2,mode=0700', (folder) => {
      writeFileSync(join(folder, 'filler'), '');
      expect(told(() => write(folder))).toMatch(/^EXPORT_FAILED: .*the disk is full \(ENOSPC\)$/);
      expect(readdirSync(folder)).toEqual(['filler']);
    });
  });

  it('leaves the file that was to be replaced as it was', () => {
    mounted('size=256k,mode=0700', (folder) => {
      const file = join(folder, 'out.json');
      writeFileSync(file, 'before');
      fill(folder, 4096);
      expect(told(() => writeMetricsExportTo(file, document))).toBe(
        `EXPORT_FAILED: no metrics export was written to ${file}: the disk is full (ENOSPC)`,
      );
      expect(readFileSync(file, 'utf8')).toBe('before');
      expect(readdirSync(folder).toSorted()).toEqual(['filler', 'out.json']);
    });
  });
});

describe('a folder that cannot be written to', () => {
  it.runIf(mounts)('on a read-only file system is said to be so', () => {
    mounted('size=64k,mode=0700,ro', (folder) => {
      expect(told(() => write(folder))).toBe(
        `EXPORT_FAILED: no metrics export was written to ${folder}: the file system is read-only (EROFS)`,
      );
      expect(told(() => writeMetricsExportTo(join(folder, 'out.json'), document))).toMatch(/read-only/);
    });
  });

  it.runIf(isPosix)('for lack of permission is said to be so', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    mkdirSync(folder, { mode: 0o500 });
    chmodSync(place.path, 0o755);
    if (isRoot) chownSync(folder, nobody, nobody);
    const sentence = /^EXPORT_FAILED: no metrics export was written to .*: no permission to write there/;
    expect(asNobody(() => told(() => write(folder)))).toMatch(sentence);
    expect(asNobody(() => told(() => write(join(folder, 'deeper'))))).toMatch(sentence);
    expect(asNobody(() => told(() => writeMetricsExportTo(join(folder, 'out.json'), document)))).toMatch(
      sentence,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(isPosix && isRoot)('of another user is not used', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, nobody, nobody);
    expect(told(() => write(folder))).toMatch(/it belongs to another user$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(isPosix)('or rather, by everybody, is not used', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(told(() => write(folder))).toMatch(/others may write to it/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('something else in its place', () => {
  it('a file where the folder should be, or above it, stays as it is', () => {
    using place = temporaryFolder();
    const file = place.write('metrics', 'a file');
    expect(told(() => write(file))).toBe(
      `EXPORT_FAILED: no metrics export was written to ${file}: it is not a folder`,
    );
    expect(told(() => write(join(file, 'below')))).toMatch(/^EXPORT_FAILED: .* is not a folder/);
    expect(told(() => writeMetricsExportTo(join(file, 'below'), document))).toMatch(/^EXPORT_FAILED: /);
    expect(readFileSync(file, 'utf8')).toBe('a file');
  });

  it.runIf(isPosix)('a link where the folder should be is not followed', () => {
    using place = temporaryFolder();
    const victim = join(place.path, 'victim');
    mkdirSync(victim, { mode: 0o700 });
    symlinkSync(victim, join(place.path, 'metrics'));
    symlinkSync(join(place.path, 'nowhere'), join(place.path, 'dangling'));
    expect(told(() => write(join(place.path, 'metrics')))).toMatch(/it is a symbolic link$/);
    expect(told(() => write(join(place.path, 'dangling')))).toMatch(/it is a symbolic link$/);
    expect([readdirSync(victim), existsSync(join(place.path, 'nowhere'))]).toEqual([[], false]);
  });

  it.runIf(isPosix)('a link, a folder or a FIFO where the named file should be is left alone', () => {
    using place = temporaryFolder();
    const victim = place.write('victim', 'mine');
    const link = join(place.path, 'link');
    symlinkSync(victim, link);
    const fifo = join(place.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(told(() => writeMetricsExportTo(link, document))).toBe(
      `EXPORT_FAILED: no metrics export was written to ${link}: it is a symbolic link`,
    );
    expect(told(() => writeMetricsExportTo(fifo, document))).toMatch(/it is not a regular file$/);
    expect(told(() => writeMetricsExportTo(place.path, document))).toMatch(/it is a folder$/);
    expect(told(() => writeMetricsExportTo(join(place.path, 'none', 'out'), document))).toMatch(/ENOENT/);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect([lstatSync(link).isSymbolicLink(), lstatSync(fifo).isFIFO()]).toEqual([true, true]);
    expect(readdirSync(place.path).toSorted()).toEqual(['fifo', 'link', 'victim']);
  });
});

describe('in the middle of writing', () => {
  it.runIf(isPosix)('a folder that vanishes is said to have done so', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    const vanishing = meanwhile(() => rmSync(folder, { recursive: true }));
    expect(told(() => write(folder, vanishing))).toBe(
      `EXPORT_FAILED: no metrics export was written to ${folder}: the folder is not there (ENOENT)`,
    );
    expect(existsSync(folder)).toBe(false);
    expect(told(() => write(folder))).toBe('written');
  });

  it.runIf(isLinux)('a folder that is swapped for a link does not lead anywhere else', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    const victim = join(place.path, 'victim');
    mkdirSync(victim, { mode: 0o700 });
    const old = 'rt_protection_metrics_20200101_000000.json';
    writeFileSync(join(victim, old), 'not to be cleaned up');
    const swapping = meanwhile(() => {
      renameSync(folder, join(place.path, 'moved'));
      symlinkSync(victim, folder);
    });
    writeMetricsExport({ folder, document: swapping, nowSeconds, keep: 1 });
    expect(readdirSync(victim)).toEqual([old]);
    expect(readdirSync(join(place.path, 'moved'))).toEqual([expect.stringMatching(/^rt_.*\.json$/)]);
  });

  it.runIf(isPosix)('a link that takes the place of the named file is replaced, not followed', () => {
    using place = temporaryFolder();
    const victim = place.write('victim', 'mine');
    const file = join(place.path, 'out.json');
    writeMetricsExportTo(
      file,
      meanwhile(() => symlinkSync(victim, file)),
    );
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(lstatSync(file).isFile()).toBe(true);
  });

  it('a bug is not taken for a fault of the disk, and leaves no file either', () => {
    using place = temporaryFolder();
    const broken = meanwhile(() => {
      throw new TypeError('a bug');
    });
    expect(() => write(join(place.path, 'metrics'), broken)).toThrow(new TypeError('a bug'));
    expect(() => writeMetricsExportTo(join(place.path, 'out.json'), broken)).toThrow(TypeError);
    expect(readdirSync(join(place.path, 'metrics'))).toEqual([]);
    expect(readdirSync(place.path)).toEqual(['metrics']);
  });

  it.runIf(isLinux)('keeps no descriptor open, however it ends', () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    write(folder);
    const before = openDescriptors();
    for (let turn = 0; turn < 20; turn += 1) {
      write(folder);
      told(() =>
        write(
          folder,
          meanwhile(() => rmSync(folder, { recursive: true, force: true })),
        ),
      );
      told(() => writeMetricsExportTo(place.path, document));
    }
    expect(openDescriptors()).toBe(before);
  });

  it.runIf(isPosix)('exports of one second by several processes are all there and all whole', async () => {
    using place = temporaryFolder();
    const folder = join(place.path, 'metrics');
    mkdirSync(folder, { mode: 0o700 });
    const script = join(import.meta.dirname, '../unit/core/metrics/write-exports.ts');
    const count = 30;
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, [script, folder, String(count)], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    const codes = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(codes.map(([code]) => code)).toEqual([0, 0, 0]);
    const files = readdirSync(folder);
    expect(files).toHaveLength(3 * count);
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(() => metricsExportSchema.parse(JSON.parse(text))).not.toThrow();
    }
  });
});
