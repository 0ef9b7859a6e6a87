import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { UploadSpool } from '../../../../src/core/service/upload-spool.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const never = new AbortController().signal;

function folderIn(home: TemporaryFolder): string {
  return join(home.path, 'uploads');
}

/** Bytes as they come, and then the error. */
function bodyThatBreaks(error: Error): Readable {
  return Readable.from(
    (async function* () {
      yield await Promise.resolve(Buffer.from('some'));
      throw error;
    })(),
  );
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

  test('that nobody waits for is given up, also while it stalls', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool(folderIn(home));
    const body = new PassThrough();
    const end = new AbortController();
    const received = spool.receive(body, 9, end.signal);
    body.write(Buffer.from('x'));
    await expect
      .poll(() => readdirSync(folderIn(home)).map((name) => statSync(join(folderIn(home), name)).size))
      .toEqual([1]);
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

  test.skipIf(process.platform !== 'linux')('for which there is no room says so', async () => {
    using home = temporaryFolder();
    const spool = new UploadSpool('/proc/self/uploads');
    await expect(spool.receive(Readable.from([]), 9, never)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringMatching(/^the upload cannot be kept for the scan: .* \(E\w+\)$/),
    });
    expect(home.path).not.toBe('');
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
    expect(statSync(file.path).isFile()).toBe(true);
  });
});
