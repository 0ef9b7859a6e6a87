import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import {
  openFolder,
  openFolderByComparison,
  type OpenFolder,
} from '../../../../src/core/vault/anchored-folder.ts';
import { inTime, lookAt } from '../../../../src/core/vault/timely-files.ts';
import { retryWhileBusy } from '../../../../src/core/vault/vault-context.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe.each([
  ['descriptors', openFolder],
  ['comparison', openFolderByComparison],
])('a folder anchored by %s', (_way, open) => {
  it('is opened where every component is a folder', async () => {
    using temporary = temporaryFolder();
    mkdirSync(join(temporary.path, 'a', 'b'), { recursive: true });
    writeFileSync(join(temporary.path, 'a', 'file'), '');
    symlinkSync('a', join(temporary.path, 'link'));
    symlinkSync('nowhere', join(temporary.path, 'dangling'));
    expect(await kindOf(open, '/')).toBe('open');
    expect(await kindOf(open, join(temporary.path, 'a', 'b'))).toBe('open');
    expect(await kindOf(open, `${temporary.path}//a/b/`)).toBe('open');
    expect(await kindOf(open, join(temporary.path, 'a', 'none', 'b'))).toBe('missing');
    expect(await kindOf(open, join(temporary.path, 'a', 'file'))).toBe('missing');
    expect(await kindOf(open, join(temporary.path, 'a', 'file', 'b'))).toBe('missing');
    for (const name of ['link', 'dangling']) {
      const at = join(temporary.path, name);
      expect(await kindOf(open, at)).toEqual({ kind: 'link', at });
      expect(await kindOf(open, join(at, 'b'))).toEqual({ kind: 'link', at });
    }
    for (const path of ['a', '', './a', `${temporary.path}/a/../a`, `${temporary.path}/./a`, '/a\0b']) {
      expect(await kindOf(open, path)).toBe('not_plain');
    }
  });

  it('takes plain names only', async () => {
    using temporary = temporaryFolder();
    const opening = await open(temporary.path);
    if (opening.kind !== 'open') throw new Error(opening.kind);
    using folder = opening.folder;
    for (const name of ['', '.', '..', 'a/b', '/etc/passwd', 'a\0']) {
      expect(() => folder.at(name)).toThrow(RangeError);
    }
    expect(await lookAt(folder.at('none'))).toBeNull();
  });

  it('never acts on what was put in its place', async () => {
    using temporary = temporaryFolder();
    const [path, moved] = [join(temporary.path, 'folder'), join(temporary.path, 'moved')];
    mkdirSync(path);
    const opening = await open(path);
    if (opening.kind !== 'open') throw new Error(opening.kind);
    using folder = opening.folder;
    renameSync(path, moved);
    mkdirSync(path);
    let acted: unknown;
    try {
      acted = await folder.act(async () => writeFileSync(encodePath(folder.at('file')), ''));
    } catch (error) {
      acted = error;
    }
    expect(await lookAt(join(path, 'file'))).toBeNull();
    const wasMade = (await lookAt(join(moved, 'file'))) !== null;
    expect({ wasMade, acted }).toMatchObject(
      open === openFolder
        ? { wasMade: true, acted: { isSure: true } }
        : { wasMade: false, acted: { code: 'ESTALE' } },
    );
  });

  it('says when it was replaced during an act', async () => {
    using temporary = temporaryFolder();
    const path = join(temporary.path, 'folder');
    mkdirSync(path);
    const opening = await open(path);
    if (opening.kind !== 'open') throw new Error(opening.kind);
    using folder = opening.folder;
    const { isSure } = await folder.act(async () => {
      renameSync(path, join(temporary.path, 'moved'));
      mkdirSync(path);
    });
    expect(isSure).toBe(open === openFolder);
  });
});

describe('a call on a file system', () => {
  it('has a deadline, and what comes late is let go of', async () => {
    vi.useFakeTimers();
    try {
      const call = Promise.withResolvers<number>();
      const late: number[] = [];
      const answer = inTime(call.promise, (value) => late.push(value), 1000);
      const failure = answer.catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1000);
      expect(await failure).toMatchObject({ code: 'ETIMEDOUT', syscall: 'wait' });
      call.resolve(7);
      await call.promise;
      await Promise.resolve();
      expect(late).toEqual([7]);
      expect(await inTime(Promise.resolve(8), () => late.push(8), 1000)).toBe(8);
      expect(vi.getTimerCount()).toBe(0);
      expect(late).toEqual([7]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is tried again three times while something is busy, and never for another reason', async () => {
    const waits: number[] = [];
    async function wait(ms: number): Promise<void> {
      waits.push(ms);
    }
    await expect(retryWhileBusy(wait, failing('EACCES'))).rejects.toMatchObject({ code: 'EACCES' });
    expect(waits).toEqual([]);
    await expect(retryWhileBusy(wait, failing('EBUSY'))).rejects.toMatchObject({ code: 'EBUSY' });
    expect(waits).toEqual([100, 300, 900]);
  });
});

async function kindOf(open: OpenFolder, path: string): Promise<unknown> {
  const opening = await open(path);
  if (opening.kind === 'open') opening.folder[Symbol.dispose]();
  return opening.kind === 'link' ? opening : opening.kind;
}

function failing(code: string): () => Promise<never> {
  return async () => {
    throw Object.assign(new Error(code), { code });
  };
}
