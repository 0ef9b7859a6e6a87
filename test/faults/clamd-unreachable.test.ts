// A clamd that is not there, not ours to use, or something else: the user is told which, and no file is clean by it.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { cleanByClamd, kindOf, Scene, type RunOptions } from '../helpers/faults/scene.ts';
import { hasClamd, RealClamd } from '../helpers/real-clamd.ts';

/** Scans one plain and one infected file; checks what holds without any clamd and returns what is said of it. */
async function detailWithout(scene: Scene, run: RunOptions): Promise<string> {
  scene.write('plain', 'plain');
  scene.write('found', eicar());
  const scanned = await scene.scan(run);
  expect(cleanByClamd(scanned.results)).toEqual([]);
  expect(scanned.of('plain')).toMatchObject({ reason: 'engine_unavailable', engines: ['yara', 'hash'] });
  expect(scanned.of('found')).toMatchObject({
    verdict: 'infected',
    engines: ['yara', 'hash'],
    hybrid: false,
  });
  const [clamav] = scanned.summary.engines;
  expect(clamav).toMatchObject({ name: 'clamav', state: 'unavailable' });
  expect(scanned.of('plain').detail).toBe(clamav?.detail);
  return clamav?.detail ?? '';
}

describe.skipIf(process.platform === 'win32')('a clamd that cannot be used', () => {
  it('says that there is no socket', async () => {
    using scene = new Scene();
    const socket = join(scene.folder, 'nothing');
    expect(await detailWithout(scene, { clamd: socket })).toMatch(/no socket .*nothing.*start clamd/i);
  });

  it.skipIf(!hasClamd)('says that nothing listens at the socket a dead clamd left', async () => {
    using scene = new Scene();
    await using clamd = await RealClamd.start();
    await clamd.kill();
    const detail = await detailWithout(scene, { clamd: join(clamd.folder, 'clamd.sock') });
    expect(detail).toMatch(/^Nothing answers at /);
  });

  it.skipIf(!hasClamd)(
    'calls nothing clean when it is there and cannot start, also if nobody chose it',
    async () => {
      using scene = new Scene();
      scene.write('plain', 'plain');
      const missing = join(scene.folder, 'no-such-folder');
      const scanned = await scene.scan({ clamd: 'auto', options: ['--signature-dir', missing] });
      expect(kindOf(scanned.of('plain'))).toBe('partial/engine_unavailable');
      expect(scanned.exitCode).toBe(2);
    },
  );

  it('says that nothing listens at a port', async () => {
    using scene = new Scene();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = portOf(server.address());
    server.close();
    await once(server, 'close');
    expect(await detailWithout(scene, { clamd: `127.0.0.1:${port}` })).toMatch(/^Nothing answers at /);
  });

  it.skipIf(process.getuid?.() !== 0)('says that the user may not use the socket', async () => {
    using scene = new Scene();
    const socket = join(scene.folder, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    chmodSync(socket, 0o600);
    scene.write('plain', '');
    spawnSync('chown', ['-R', '65534', scene.folder]);
    spawnSync('chown', ['0', socket]);
    const detail = await detailWithout(scene, { clamd: socket, userId: 65_534 });
    server.close();
    expect(detail).toMatch(/permission|may not/i);
  });

  it.skipIf(process.getuid?.() !== 0)('refuses a socket that another user put there', async () => {
    using scene = new Scene();
    const socket = join(scene.folder, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    spawnSync('chown', ['65534', socket]);
    const detail = await detailWithout(scene, { clamd: socket });
    server.close();
    expect(detail).toMatch(/belongs to user 65534/);
  });

  it('says that what listens is no clamd when it speaks HTTP', async () => {
    using scene = new Scene();
    const server = createHttpServer((_request, response) => response.end('OK\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const detail = await detailWithout(scene, { clamd: `127.0.0.1:${portOf(server.address())}` });
    server.close();
    expect(detail).toMatch(/not.*clamd|HTTP/i);
  });

  it('says that what listens does not answer', async () => {
    using scene = new Scene();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const detail = await detailWithout(scene, { clamd: `127.0.0.1:${portOf(server.address())}` });
    server.close();
    expect(detail).toMatch(/did not answer|does not answer|no answer/i);
  });

  it('does not list clamd as having looked at an empty file', async () => {
    using scene = new Scene();
    scene.write('empty', '');
    const scanned = await scene.scan({ clamd: join(scene.folder, 'nothing') });
    expect(cleanByClamd(scanned.results)).toEqual([]);
  });

  it.skipIf(!hasClamd)('says that the managed clamd has a database it cannot load', async () => {
    using scene = new Scene();
    writeFileSync(join(scene.database, 'broken.ndb'), 'this is no signature\n');
    expect(await detailWithout(scene, { clamd: 'managed' })).toMatch(/Malformed database/);
  });
});

describe.skipIf(!hasClamd)('the generation of signatures', () => {
  it('changes with the database files of a clamd that tells no database version', async () => {
    using scene = new Scene();
    scene.write('plain', 'holds a later marker');
    const first = await scene.scan({ clamd: 'managed' });
    const again = await scene.scan({ clamd: 'managed' });
    const signature = `Fault.Later:0:*:${Buffer.from('a later marker').toString('hex')}\n`;
    writeFileSync(join(scene.database, 'later.ndb'), signature);
    const changed = await scene.scan({ clamd: 'managed' });
    expect(kindOf(first.of('plain'))).toBe('clean');
    expect(again.summary.generation).toBe(first.summary.generation);
    expect(changed.summary.generation).not.toBe(first.summary.generation);
    expect(kindOf(changed.of('plain'))).toBe('infected');
  });
});

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('it listens at no port');
  return address.port;
}
