import { lstatSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
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
