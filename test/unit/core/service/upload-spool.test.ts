import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { UploadSpool } from '../../../../src/core/service/upload-spool.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const never = new AbortController().signal;

function folderIn(home: TemporaryFolder): string {
  return join(home.path, 'uploads');
}

function writesFiles(prototype: unknown): prototype is Pick<FileHandle, 'appendFile'> {
  return typeof prototype === 'object' && prototype !== null && 'appendFile' in prototype;
}

function sizesIn(home: TemporaryFolder): readonly number[] {
  return readdirSync(folderIn(home)).map((name) => statSync(join(folderIn(home), name)).size);
}

/** At once: before it is read. */
function bodyThatBreaks(error: Error): Readable {
  const body = new PassThrough();
  body.write(Buffer.from('some'), () => body.destroy(error));
  return body;
}

describe('an upload', () => {
  test('is a private file of a random name until it is done with', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    const umask = process.umask(0);
    try {
      await using file = await spool.receive(
        Readable.from([Buffer.from('two '), Buffer.from('parts')]),
        9,
        never,
      );
      expect(readFileSync(file.path, 'utf8')).toBe('two parts');
      expect(file).toMatchObject({ sizeBytes: 9, path: expect.stringMatching(/\/uploads\/[\da-f]{32}$/) });
      expect(statSync(file.path).mode & 0o777).toBe(0o600);
      expect(statSync(folderIn(home)).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(umask);
    }
    expect(readdirSync(folderIn(home))).toEqual([]);
  });

  test('that is empty is an empty file', async () => {
    using home = temporaryFolder();
    await using file = await new UploadSpool(folderIn(home)).receive(Readable.from([]), 9, never);
    expect([file.sizeBytes, statSync(file.path).size]).toEqual([0, 0]);
  });

  test('that is too large is refused in the middle, is gone, and can still be answered', async () => {
    using home = temporaryFolder();
    const body = new PassThrough();
    const received = new UploadSpool(folderIn(home)).receive(body, 9, never);
    body.write(Buffer.alloc(5));
    body.write(Buffer.alloc(5));
    // It never ends.
    await expect(received).rejects.toMatchObject({ code: 'TOO_LARGE', details: { max_bytes: 9 } });
    expect(readdirSync(folderIn(home))).toEqual([]);
    expect(body.destroyed).toBe(false);
  });

  test('that breaks off is gone', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    const cause = new Error('aborted');
    await expect(spool.receive(bodyThatBreaks(cause), 9, never)).rejects.toMatchObject({
      code: 'CALL_INVALID',
      cause,
    });
    expect(readdirSync(folderIn(home))).toEqual([]);
  });

  test('that breaks off while it is written, or after it was refused, is gone too', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    const cause = new Error('aborted');
    const body = new PassThrough();
    const received = spool.receive(body, 9, never);
    body.write(Buffer.from('x'));
    await expect.poll(() => sizesIn(home)).toEqual([1]);
    body.destroy(cause);
    await expect(received).rejects.toMatchObject({ code: 'CALL_INVALID', cause });
    const large = new PassThrough();
    large.write(Buffer.alloc(10));
    await expect(spool.receive(large, 9, never)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    large.destroy(cause);
    await new Promise(setImmediate);
    expect(readdirSync(folderIn(home))).toEqual([]);
  });

  test('that nobody waits for is given up, also while it stalls', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    const body = new PassThrough();
    const end = new AbortController();
    const received = spool.receive(body, 9, end.signal);
    body.write(Buffer.from('x'));
    await expect.poll(() => sizesIn(home)).toEqual([1]);
    end.abort();
    await expect(received).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect([body.destroyed, readdirSync(folderIn(home))]).toEqual([true, []]);
  });

  test('that nobody waits for before it begins is not begun', async () => {
    using home = temporaryFolder();
    const end = new AbortController();
    const received = new UploadSpool(folderIn(home)).receive(new PassThrough(), 9, end.signal);
    end.abort();
    await expect(received).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(readdirSync(folderIn(home))).toEqual([]);
  });

  test('of text is a bug', async () => {
    using home = temporaryFolder();
    const received = new UploadSpool(folderIn(home)).receive(Readable.from(['text']), 9, never);
    await expect(received).rejects.toThrow(TypeError);
  });

  test('is not taken where clients could fill the disk of the databases, together with those under way', async () => {
    using home = temporaryFolder();
    const mib = 1024 * 1024;
    const free = { bytes: 128 * mib + 19 };
    const spool = new UploadSpool(folderIn(home), () => free.bytes);
    const slow = new PassThrough();
    const first = spool.receive(slow, 10, never);
    await expect(spool.receive(Readable.from([Buffer.from('x')]), 10, never)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('too little room'),
    });
    slow.end('y');
    await (await first)[Symbol.asyncDispose]();
    await using second = await spool.receive(Readable.from([Buffer.from('x')]), 10, never);
    expect(second.sizeBytes).toBe(1);
  });

  test('for which the disk has no room says so, and is gone', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    await using any = await open(home.write('any'));
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
    const prototype: unknown = Object.getPrototypeOf(any);
    if (!writesFiles(prototype)) throw new TypeError('not how node has it');
    const write = vi.spyOn(prototype, 'appendFile').mockRejectedValueOnce(full);
    try {
      await expect(spool.receive(Readable.from([Buffer.from('x')]), 9, never)).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: 'the upload cannot be kept for the scan: the disk is full (ENOSPC)',
      });
    } finally {
      write.mockRestore();
    }
    expect(readdirSync(folderIn(home))).toEqual([]);
  });
});

describe('the folder for uploads', () => {
  test('is emptied at the start, links not followed', () => {
    using home = temporaryFolder();
    const kept = home.write('elsewhere/kept');
    mkdirSync(join(folderIn(home), 'folder'), { recursive: true });
    writeFileSync(join(folderIn(home), 'folder/file'), '');
    writeFileSync(join(folderIn(home), 'left behind'), '');
    symlinkSync(join(home.path, 'elsewhere'), join(folderIn(home), 'link'));
    expect(new UploadSpool(folderIn(home))).toBeInstanceOf(UploadSpool);
    expect(readdirSync(folderIn(home))).toEqual([]);
    expect(statSync(kept).isFile()).toBe(true);
  });

  test('that is a link is not used, and what it leads to is left alone', async () => {
    using home = temporaryFolder();
    const kept = home.write('elsewhere/kept');
    symlinkSync(join(home.path, 'elsewhere'), folderIn(home));
    const received = new UploadSpool(folderIn(home)).receive(Readable.from([]), 9, never);
    await expect(received).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(statSync(kept).isFile()).toBe(true);
  });

  test('is made anew when somebody has removed it', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    rmSync(folderIn(home), { recursive: true });
    await expect(spool.receive(Readable.from([]), 9, never)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    await using file = await spool.receive(Readable.from([]), 9, never);
    // Nobody has lost the folder again: those that are on their way stay.
    await using another = await spool.receive(Readable.from([]), 9, never);
    expect([file, another].map(({ path }) => statSync(path).isFile())).toEqual([true, true]);
  });

  test('keeps what is on its way when it is made anew twice', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    rmSync(folderIn(home), { recursive: true });
    const both = [1, 2].map(() => spool.receive(Readable.from([]), 9, never).catch(() => null));
    expect(await Promise.all(both)).toEqual([null, null]);
    await using file = await spool.receive(Readable.from([]), 9, never);
    renameSync(folderIn(home), join(home.path, 'moved'));
    await expect(spool.receive(Readable.from([]), 9, never)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    renameSync(join(home.path, 'moved'), folderIn(home));
    await using another = await spool.receive(Readable.from([]), 9, never);
    expect([file, another].map(({ path }) => statSync(path).isFile())).toEqual([true, true]);
  });
});
