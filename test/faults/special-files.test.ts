// What is no ordinary file: it gets its verdict without being read, and nothing else waits for it.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { kindOf, Scene, vedette } from '../helpers/faults/scene.ts';
import { startScriptedClamd } from '../helpers/faults/scripted-clamd.ts';
import { properAnswer } from '../helpers/fake-clamd.ts';
import { hasClamd } from '../helpers/real-clamd.ts';

function makeFifo(path: string): void {
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

describe.skipIf(process.platform === 'win32')('special files', () => {
  it('passes over eight FIFOs, a socket and devices and still finds what lies beside them', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 8; index += 1) makeFifo(join(scene.files, `fifo-${index}`));
    const server = createServer().listen(join(scene.files, 'socket'));
    await once(server, 'listening');
    for (let index = 0; index < 20; index += 1) scene.write(`plain-${index}`, `content ${index}`);
    scene.write('found', eicar());
    const scanned = await scene.scan({ paths: [scene.files, '/dev/zero', '/dev/null', '/dev/tty'] });
    server.close();
    const special = scanned.results.filter(({ reason }) => reason === 'special_file');
    expect(special).toHaveLength(12);
    for (const result of special) expect(result).toMatchObject({ verdict: 'unscannable', sha256: null });
    expect(scanned.of('found').verdict).toBe('infected');
    expect(scanned.summary).toMatchObject({ files: 33, clean: 20, infected: 1, unscannable: 12 });
    expect(scanned.exitCode).toBe(1);
  });

  it('takes FIFOs and devices from a list of names as it takes them from a walk', async () => {
    using scene = new Scene({ withRules: false });
    makeFifo(join(scene.files, 'fifo'));
    const names = [join(scene.files, 'fifo'), '/dev/zero', scene.write('plain', 'x')];
    const scanned = await scene.scan({
      paths: [],
      options: ['--files-from', '-'],
      stdin: Buffer.from(names.join('\n')),
    });
    expect(scanned.results.map(kindOf).toSorted()).toEqual([
      'clean',
      'unscannable/special_file',
      'unscannable/special_file',
    ]);
    expect(scanned.exitCode).toBe(2);
  });

  it('is not held up by files that turn into FIFOs after they were identified', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 16; index += 1) scene.write(`file-${index}`, `content ${index}`);
    let isFirst = true;
    await using clamd = await startScriptedClamd((request) => {
      // One worker opens eight files at a time: the other eight are identified by now and not yet open.
      if (isFirst) for (let index = 0; index < 16; index += 1) swapForFifo(scene.files, `file-${index}`);
      isFirst = false;
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(scanned.results.map(kindOf)).toEqual(Array.from({ length: 16 }, () => 'unscannable/special_file'));
    const opened = scanned.results.filter(({ detail }) => detail === 'not a regular file any more');
    expect(opened).toHaveLength(8);
  });

  it('tries rules on a FIFO without waiting for a writer', () => {
    using scene = new Scene({ withRules: false });
    makeFifo(join(scene.files, 'fifo'));
    const tried = spawnSync(vedette, ['rules', 'test', join(scene.files, 'fifo')], { timeout: 20_000 });
    expect(tried.signal).toBeNull();
    expect(tried.status).not.toBe(0);
  });

  it.skipIf(process.platform !== 'linux').each(['/proc/kmsg', '/proc/version'])(
    'never calls %s clean, which is listed with no bytes and has some',
    async (path) => {
      using scene = new Scene({ withRules: false });
      const scanned = await scene.scan({ paths: [path] });
      expect(scanned.results.map(kindOf)).toEqual([expect.stringMatching(/^unscannable/)]);
    },
  );

  it('decides on a sparse file of 100 GB without reading it', async () => {
    using scene = new Scene({ withRules: false });
    truncateSync(scene.write('sparse', ''), 100e9);
    const result = (await scene.scan()).of('sparse');
    expect(result).toMatchObject({ verdict: 'partial', reason: 'too_large', sha256: null, engines: [] });
  });

  it('calls an empty file clean and asks no engine', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('empty', '');
    await using clamd = await startScriptedClamd(() => 'stream: Should.Not.Be.Asked FOUND\0');
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(kindOf(scanned.of('empty'))).toBe('clean');
    expect(clamd.requests.filter(({ command }) => command === 'INSTREAM')).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  it('does not follow links inside a walk, and reports the target once under its own name when it does', async () => {
    using scene = new Scene({ withRules: false });
    const outside = join(scene.folder, 'outside');
    writeFileSync(outside, eicar());
    const inside = scene.write('inside', eicar());
    for (const [index, target] of [outside, inside, inside].entries()) {
      symlinkSync(target, join(scene.files, `link-${index}`));
    }
    const unfollowed = await scene.scan();
    expect(unfollowed.results.map(({ path }) => path)).toEqual([inside]);
    const followed = await scene.scan({ options: ['--follow-symlinks'] });
    expect(followed.results.map(({ path }) => path).toSorted()).toEqual([inside, outside].toSorted());
    expect(followed.summary.infected).toBe(2);
  });

  it.skipIf(!hasClamd)('scans the target of a link that the user named, through clamd too', async () => {
    using scene = new Scene();
    const outside = join(scene.folder, 'outside');
    writeFileSync(outside, eicar());
    symlinkSync(outside, join(scene.files, 'link'));
    const { results } = await scene.scan({ clamd: 'managed', paths: [join(scene.files, 'link')] });
    expect(results).toMatchObject([{ path: outside, verdict: 'infected', hybrid: true }]);
  });

  it('ends when links go round in circles or to the root', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('found', eicar());
    mkdirSync(join(scene.files, 'folder'));
    symlinkSync('..', join(scene.files, 'folder', 'up'));
    symlinkSync('self', join(scene.files, 'self'));
    symlinkSync('found/beyond', join(scene.files, 'not-a-folder'));
    const scanned = await scene.scan({ options: ['--follow-symlinks'] });
    expect(scanned.results).toMatchObject([{ verdict: 'infected' }]);
  });

  it('reports both names of an infected file, and what was written through a name outside', async () => {
    using scene = new Scene({ withRules: false });
    const outside = join(scene.folder, 'outside');
    linkSync(scene.write('first', eicar()), join(scene.files, 'second'));
    linkSync(scene.write('third', 'harmless'), outside);
    const before = await scene.scan();
    expect(before.summary).toMatchObject({ infected: 2, clean: 1 });
    writeFileSync(outside, eicar());
    const after = await scene.scan();
    expect(after.summary).toMatchObject({ infected: 3, clean: 0 });
  });
});

describe.skipIf(process.getuid?.() !== 0)('files of others', () => {
  const nobody = 65_534;

  it('lists what it may not read, and goes on', async () => {
    using scene = new Scene({ withRules: false });
    spawnSync('chown', ['-R', String(nobody), scene.folder]);
    scene.write('mine', eicar());
    const secret = scene.write('secret', eicar());
    const closed = scene.write('closed/inside', eicar());
    spawnSync('chmod', ['644', join(scene.files, 'mine')]);
    spawnSync('chmod', ['600', secret]);
    spawnSync('chmod', ['700', join(closed, '..')]);
    writeFileSync(join(scene.folder, 'config.toml'), '');
    const scanned = await scene.scan({ userId: nobody });
    expect(Object.fromEntries(scanned.results.map((result) => [result.path, kindOf(result)]))).toEqual({
      [join(scene.files, 'mine')]: 'infected',
      [secret]: 'unscannable/permission',
      [join(closed, '..')]: 'unscannable/permission',
    });
    expect(scanned.exitCode).toBe(1);
  });

  it.skipIf(!hasClamd)('has clamd look at what clamd itself could not read', async () => {
    using scene = new Scene();
    spawnSync('chmod', ['600', scene.write('mine', eicar())]);
    const scanned = await scene.scan({ clamd: 'managed' });
    expect(scanned.of('mine')).toMatchObject({ verdict: 'infected', hybrid: true });
  });
});

function swapForFifo(folder: string, name: string): void {
  makeFifo(join(folder, `${name}.new`));
  rmSync(join(folder, name));
  renameSync(join(folder, `${name}.new`), join(folder, name));
}
