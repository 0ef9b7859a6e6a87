import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countFiles } from '../../../../src/core/intake/count-files.ts';
import { createExclusions } from '../../../../src/core/intake/exclusions.ts';
import { emptyWalkCounts } from '../../../../src/core/intake/walk.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

function plantMany(root: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    if (index % 500 === 0) mkdirSync(`${root}/${index / 500}`);
    writeFileSync(`${root}/${Math.floor(index / 500)}/${index}.txt`, '');
  }
}

describe('countFiles', () => {
  it('counts what a walk yields and leaves the counts of the walk alone', async () => {
    using folder = temporaryFolder();
    plantMany(folder.path, 700);
    const counts = emptyWalkCounts();
    const exclusions = createExclusions({ globs: ['1*.txt'], folders: [], extensions: [] });
    const { signal } = new AbortController();
    expect(await countFiles([folder.path, `${folder.path}/gone`], { exclusions, counts }, signal)).toBe(
      700 - 111 + 1,
    );
    expect(counts).toEqual(emptyWalkCounts());
  });

  it('lets others have their turn and stops when it is told to', async () => {
    using folder = temporaryFolder();
    plantMany(folder.path, 10_000);
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    expect(await countFiles([folder.path], {}, stop.signal)).toBeNull();
    expect(await countFiles([folder.path], {}, stop.signal)).toBeNull();
  });
});
