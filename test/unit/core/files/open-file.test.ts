import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { describeFsError, isFsError, openForScan } from '../../../../src/core/files/open-file.ts';
import { isRoot, runModule } from './run-module.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isPosix = process.platform !== 'win32';

describe('openForScan', () => {
  it('opens a regular file for reading, whatever bytes its name has', () => {
    using folder = temporaryFolder();
    const path = isPosix ? `${folder.path}/caf\uDCE9 \n;$(x)` : `${folder.path}/café`;
    const encoded = isPosix
      ? Buffer.concat([Buffer.from(`${folder.path}/caf`), Buffer.of(0xe9), Buffer.from(' \n;$(x)')])
      : path;
    writeFileSync(encoded, 'content');
    const descriptor = openForScan(path);
    try {
      expect(readFileSync(descriptor, 'utf8')).toBe('content');
      expect(() => writeFileSync(descriptor, 'x')).toThrow(/EBADF/u);
    } finally {
      closeSync(descriptor);
    }
  });

  it.runIf(isPosix)('refuses a symbolic link', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/target`, 'content');
    symlinkSync('target', `${folder.path}/link`);
    expect(failureOf(`${folder.path}/link`)).toEqual({
      reason: 'symbolic_link',
      detail: 'it is a symbolic link (ELOOP)',
    });
  });

  // In a process of its own: without O_NONBLOCK the call would never come back.
  it.runIf(isPosix)('does not wait for the writer of a named pipe', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/pipe`;
    execFileSync('mkfifo', [path]);
    const expression = `require('node:fs').fstatSync(module.openForScan(${JSON.stringify(path)})).isFIFO()`;
    expect(runModule({ module: 'core/files/open-file.ts', expression })).toBe(true);
  });

  it.runIf(isPosix)('says that a socket is a special file', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/socket`;
    const server = createServer().listen(path);
    try {
      await once(server, 'listening');
      expect(failureOf(path)).toMatchObject({ reason: 'special_file' });
    } finally {
      server.close();
    }
  });

  it.runIf(isRoot)('says that there is no permission', () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const path = `${folder.path}/secret`;
    writeFileSync(path, 'x', { mode: 0o600 });
    const expression = `(() => { try { module.openForScan(${JSON.stringify(path)}); return 'opened'; } catch (error) { return module.describeFsError(error); } })()`;
    expect(runModule({ module: 'core/files/open-file.ts', expression, asNobody: true })).toEqual({
      reason: 'permission',
      detail: 'no permission to read it (EACCES)',
    });
  });

  it('says that a file has vanished, also when a folder of its path has', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, '');
    expect(failureOf(`${folder.path}/gone`)).toMatchObject({ reason: 'vanished' });
    expect(failureOf(`${folder.path}/file/below`)).toMatchObject({ reason: 'vanished' });
  });

  it.runIf(isPosix)('says that a path is too long', () => {
    expect(failureOf(`/${'a'.repeat(256)}`)).toMatchObject({ reason: 'path_too_long' });
    expect(failureOf('/abc'.repeat(1500))).toMatchObject({ reason: 'path_too_long' });
  });

  it.runIf(isPosix)('opens a folder without harm, and fstat tells', () => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/folder`);
    const descriptor = openForScan(`${folder.path}/folder`);
    try {
      expect(fstatSync(descriptor).isFile()).toBe(false);
    } finally {
      closeSync(descriptor);
    }
  });
});

describe('describeFsError', () => {
  it.each([
    ['ENOENT', 'vanished'],
    ['ENOTDIR', 'vanished'],
    ['EACCES', 'permission'],
    ['EPERM', 'permission'],
    ['ELOOP', 'symbolic_link'],
    ['EBUSY', 'locked'],
    ['ETXTBSY', 'locked'],
    ['EAGAIN', 'locked'],
    ['ENAMETOOLONG', 'path_too_long'],
    ['ENXIO', 'special_file'],
    ['EISDIR', 'special_file'],
    ['EIO', 'io_error'],
    ['ENODEV', 'io_error'],
    ['EMFILE', 'io_error'],
  ])('makes %s %s and tells the code', (code, reason) => {
    const failure = describeFsError(Object.assign(new Error('secret path'), { code }));
    expect(failure.reason).toBe(reason);
    expect(failure.detail).toContain(`(${code})`);
    expect(failure.detail).not.toContain('secret');
  });

  it('copes with whatever is thrown', () => {
    expect(describeFsError(undefined).reason).toBe('io_error');
    expect(describeFsError({ code: 'ENOENT' }).reason).toBe('io_error');
    expect(describeFsError(Object.assign(new Error('x'), { code: 'toString' })).reason).toBe('io_error');
  });
});

describe('isFsError', () => {
  it('tells a failed call from a bug', () => {
    expect(isFsError(errorOf(() => openForScan('/nowhere/at/all')))).toBe(true);
    expect(isFsError(new TypeError('bug'))).toBe(false);
    expect(isFsError('ENOENT')).toBe(false);
  });
});

function failureOf(path: string): unknown {
  return describeFsError(errorOf(() => closeSync(openForScan(path))));
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
