import { lstatSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identityOf, tellsLaterWrites } from '../../../../src/core/files/file-identity.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('identityOf', () => {
  it('is device, inode, size, mtime and ctime in decimal nanoseconds', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, 'content');
    const stats = lstatSync(path, { bigint: true });
    expect(identityOf(stats)).toBe(`${stats.dev}:${stats.ino}:7:${stats.mtimeNs}:${stats.ctimeNs}`);
    expect(identityOf(stats)).toMatch(/^\d+:\d+:7:\d{19}:\d{19}$/u);
  });

  it('changes when the bytes change and size and mtime are put back', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, 'before');
    utimesSync(path, 1000, 1000);
    const before = statSync(path, { bigint: true });
    writeFileSync(path, 'behind');
    utimesSync(path, 1000, 1000);
    const after = statSync(path, { bigint: true });
    expect([after.size, after.mtimeNs, after.ino]).toEqual([before.size, before.mtimeNs, before.ino]);
    expect(identityOf(after)).not.toBe(identityOf(before));
  });

  it('differs between a file and the one that took its place', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/old`, 'same');
    writeFileSync(`${folder.path}/new`, 'same');
    const before = identityOf(lstatSync(`${folder.path}/old`, { bigint: true }));
    renameSync(`${folder.path}/new`, `${folder.path}/old`);
    expect(identityOf(lstatSync(`${folder.path}/old`, { bigint: true }))).not.toBe(before);
  });
});

function identityAt(ctimeNs: bigint) {
  return identityOf({ dev: 1n, ino: 2n, size: 3n, mtimeNs: 0n, ctimeNs });
}

describe('an identity tells of later writes', () => {
  const ctimeMs = 1_760_000_000_123;

  it.each([
    [0, false],
    [-1000, false],
    [19, false],
    [21, true],
    [1000, true],
  ])('when read %i ms after the last change: %s', (laterMs, expected) => {
    const identity = identityAt(BigInt(ctimeMs) * 1_000_000n + 1n);
    expect(tellsLaterWrites(identity, ctimeMs + laterMs)).toBe(expected);
  });

  it('only after two seconds where the file system keeps whole seconds', () => {
    const identity = identityAt(1_760_000_000n * 1_000_000_000n);
    expect([1999, 2000].map((ms) => tellsLaterWrites(identity, 1_760_000_000_000 + ms))).toEqual([
      false,
      true,
    ]);
  });
});
