import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { identifyFile } from '../../../../src/core/intake/identify-file.ts';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { isRoot, runModule } from '../files/run-module.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const limit = { maxFileSizeBytes: 100 };
const isPosix = process.platform !== 'win32';

const hostileNames = [
  'line\nbreak',
  'tab\tname',
  '-rf',
  '--help',
  ';$(x)`y`',
  'file: OK',
  'x: Eicar FOUND',
  'n'.repeat(255),
  'emoji 😀',
  'invoice\u202Efdp.exe',
  'zero\u200Bwidth',
  'byte\uDCFF',
  '\uFFFD and byte\uDC80',
];

describe('identifyFile', () => {
  it.each([0, 99, 100])('lets a regular file of %d bytes go on', (sizeBytes) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, 'x'.repeat(sizeBytes));
    expect(identifyFile(path, limit)).toEqual({
      kind: 'regular',
      file: {
        path,
        sizeBytes,
        identity: expect.stringMatching(new RegExp(`^\\d+:\\d+:${sizeBytes}:\\d+:\\d+$`, 'u')),
      },
    });
  });

  it('judges one byte over the limit as too large and tells both sizes', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, 'x'.repeat(101));
    expect(identifyFile(`${folder.path}/file`, limit)).toEqual({
      kind: 'judged',
      judgement: { kind: 'partial', reason: 'too_large', detail: '101 bytes, over the limit of 100 bytes' },
      sizeBytes: 101,
    });
  });

  it('judges a sparse file of 100 GB without reading it', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/sparse`;
    writeFileSync(path, '');
    truncateSync(path, 100_000_000_000);
    expect(identifyFile(path, { maxFileSizeBytes: 2 ** 31 })).toMatchObject({
      judgement: { kind: 'partial', reason: 'too_large' },
      sizeBytes: 100_000_000_000,
    });
  });

  it.runIf(isPosix).each([
    ['pipe', 'a named pipe'],
    ['folder', 'a folder'],
    ['/dev/zero', 'a character device'],
    ['/dev/null', 'a character device'],
  ])('judges %s as a special file: %s', (name, words) => {
    using folder = temporaryFolder();
    execFileSync('mkfifo', [`${folder.path}/pipe`]);
    mkdirSync(`${folder.path}/folder`);
    const path = name.startsWith('/') ? name : `${folder.path}/${name}`;
    expect(identifyFile(path, limit)).toEqual(special(`it is ${words}`));
  });

  it.runIf(isPosix)('judges a socket as a special file', async () => {
    using folder = temporaryFolder();
    const server = createServer().listen(`${folder.path}/socket`);
    try {
      await once(server, 'listening');
      expect(identifyFile(`${folder.path}/socket`, limit)).toEqual(special('it is a socket'));
    } finally {
      server.close();
    }
  });

  it.runIf(isPosix)('does not follow a link, whether its target is there or not', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/target`, 'x');
    symlinkSync('target', `${folder.path}/link`);
    symlinkSync('nowhere', `${folder.path}/dangling`);
    for (const name of ['link', 'dangling']) {
      expect(identifyFile(`${folder.path}/${name}`, limit)).toMatchObject({
        judgement: { kind: 'unscannable', reason: 'symbolic_link' },
      });
    }
  });

  it('judges what is gone as vanished', () => {
    expect(identifyFile('/nowhere/at/all', limit)).toMatchObject({
      judgement: { kind: 'unscannable', reason: 'vanished' },
      sizeBytes: 0,
    });
  });

  it('judges a path with a zero byte instead of throwing', () => {
    expect(identifyFile('/tmp/a\0b', limit)).toMatchObject({
      judgement: { kind: 'unscannable', reason: 'io_error' },
    });
  });

  it.runIf(isRoot)('judges what stands in a closed folder as a matter of permission', () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o700);
    writeFileSync(`${folder.path}/file`, 'x');
    const expression = `module.identifyFile(${JSON.stringify(`${folder.path}/file`)}, { maxFileSizeBytes: 10 })`;
    expect(runModule({ module: 'core/intake/identify-file.ts', expression, asNobody: true })).toMatchObject({
      judgement: { kind: 'unscannable', reason: 'permission' },
    });
  });

  it.runIf(process.platform === 'linux').each(hostileNames)('finds the file named %j', (name) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/${name}`;
    writeFileSync(encodePath(path), 'x');
    expect(identifyFile(path, limit)).toMatchObject({ kind: 'regular', file: { path, sizeBytes: 1 } });
  });
});

function special(detail: string): unknown {
  return { kind: 'judged', judgement: { kind: 'unscannable', reason: 'special_file', detail }, sizeBytes: 0 };
}
