// Which clamd is taken, and what is said when there is none; real sockets, no real clamd.
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultLimits, smallestDefaultLimits } from '../../../../../src/core/engines/clamd/clamd-config.ts';
import { findClamd } from '../../../../../src/core/engines/clamd/find-clamd.ts';
import type { FindClamdOptions, FoundEngine } from '../../../../../src/core/engines/clamd/find-clamd.ts';
import type { KnownPlaces } from '../../../../../src/core/engines/clamd/known-places.ts';
import { silentLogger } from '../../../../../src/core/logger.ts';

let folder: string;
let socketPath: string;
let configPath: string;
let servers: Server[];
let silent: Socket[];
const silence = 'says nothing';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-test-'));
  socketPath = join(folder, 'clamd.ctl');
  configPath = join(folder, 'clamd.conf');
  servers = [];
  silent = [];
});
afterEach(async () => {
  for (const socket of silent) socket.destroy();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function fakeClamd(answers: Readonly<Record<string, string>>): Server {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (question) => {
      const answer = answers[question.toString('latin1')] ?? 'HTTP/1.1 400 Bad Request\r\n';
      if (answer === silence) silent.push(socket);
      else socket.end(answer);
    });
  });
  servers.push(server);
  return server;
}

async function serve(answers: Readonly<Record<string, string>>, path = socketPath): Promise<void> {
  const server = fakeClamd(answers);
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
}

async function serveTcp(): Promise<number> {
  const server = fakeClamd(clamd);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? 0 : bound.port;
}

const clamd = { 'zPING\0': 'PONG\0', 'zVERSION\0': 'ClamAV 1.4.6\0' };

function find(
  options: Partial<FindClamdOptions> = {},
  places: Partial<KnownPlaces> = {},
): Promise<FoundEngine> {
  return findClamd({
    choice: { kind: 'unix', path: socketPath },
    dataDir: join(folder, 'data'),
    limits: defaultLimits,
    maxScanSeconds: 50,
    logger: silentLogger,
    askTimeoutMs: 300,
    places: {
      addresses: [],
      configPaths: [configPath],
      binaries: [],
      databaseDirs: [],
      daemonUsers: ['clamav'],
      ...places,
    },
    ...options,
  });
}

describe('a clamd that was asked for', () => {
  it('is found with the limits of its own configuration', async () => {
    await serve(clamd);
    writeFileSync(
      configPath,
      `LocalSocket ${socketPath}\nMaxFileSize 7M\nAlertExceedsMax yes\nAlertEncrypted yes\nDatabaseDirectory ${folder}\n`,
    );
    writeFileSync(join(folder, 'own.hdb'), 'x');
    expect(await find()).toEqual({
      kind: 'found',
      target: {
        address: { kind: 'unix', path: socketPath },
        kind: 'found',
        limits: { ...defaultLimits, maxFileBytes: 7 * 1024 * 1024 },
        reportsLimits: true,
        reportsEncrypted: true,
        acceptsPaths: false,
      },
      report: { name: 'clamav', state: 'ready', version: 'ClamAV 1.4.6', signatures: 0, detail: '' },
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      // It may not have loaded yet what was just written.
      isCertain: false,
      settings: [{ ...defaultLimits, maxFileBytes: 7 * 1024 * 1024 }, true, true, []],
    });
    // Put there with its old time it has still only just arrived.
    utimesSync(join(folder, 'own.hdb'), 1_700_000_000, 1_700_000_000);
    expect(await find()).toMatchObject({ isCertain: false });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 901_000);
    expect(await find()).toMatchObject({ isCertain: true });
    now.mockRestore();
  });

  it('is reduced when it keeps silent about its limits, with the remedy', async () => {
    await serve(clamd);
    writeFileSync(configPath, `LocalSocket ${socketPath}\nAlertEncrypted yes\n`);
    expect((await find()).report).toMatchObject({
      state: 'reduced',
      detail: `clamd does not say when it could not look at all of a file: add "AlertExceedsMax yes" to ${configPath} and restart clamd.`,
    });
  });

  it('counts as silent and small when its configuration is not to be had', async () => {
    await serve(clamd);
    writeFileSync(configPath, `LocalSocket ${folder}/another.ctl\nAlertExceedsMax yes\nMaxFileSize 1G\n`);
    expect(await find()).toMatchObject({
      target: { limits: smallestDefaultLimits, reportsLimits: false, reportsEncrypted: false },
      report: { state: 'reduced' },
      fingerprint: 'unknown',
      isCertain: false,
    });
  });

  it('has another fingerprint with another daily database, and its age in the detail', async () => {
    const version = 'ClamAV 1.4.6/27300/Sat Nov 15 09:00:00 2008';
    await serve({ ...clamd, 'zVERSION\0': `${version}\0` });
    const other = join(folder, 'other.ctl');
    await serve({ ...clamd, 'zVERSION\0': 'ClamAV 1.4.6/27301/Sun Nov 16 09:00:00 2008\0' }, other);
    const [first, second] = [await find(), await find({ choice: { kind: 'unix', path: other } })];
    expect(first.report).toMatchObject({
      version,
      detail: expect.stringMatching(/The signatures are \d{4} days old/),
    });
    expect(first.kind === 'found' && first.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toMatchObject({ fingerprint: first.kind === 'found' ? first.fingerprint : '' });
  });

  it('is told about when every user may use its socket', async () => {
    await serve(clamd);
    chmodSync(socketPath, 0o600);
    expect((await find()).report.detail).not.toContain('Every user');
    chmodSync(socketPath, 0o666);
    expect((await find()).report.detail).toContain(
      `Every user of this machine may use the socket ${socketPath}`,
    );
  });

  it.skipIf(process.getuid?.() !== 0)('is refused when its socket belongs to somebody else', async () => {
    await serve(clamd);
    chownSync(socketPath, 54_321, 0);
    expect(await find()).toMatchObject({
      kind: 'unavailable',
      report: { state: 'unavailable', detail: expect.stringContaining('belongs to user 54321') },
    });
  });

  it.each([
    ['there is no socket', 'There is no socket at'],
    ['nobody listens', 'Nothing answers at'],
    ['it speaks HTTP', 'is not clamd'],
    ['it never answers', 'does not answer'],
  ])('is unavailable with a cause when %s', async (name, expected) => {
    if (name === 'nobody listens') writeFileSync(socketPath, '');
    if (name === 'it speaks HTTP') await serve({});
    if (name === 'it never answers') await serve({ 'zPING\0': silence });
    expect(await find()).toEqual({
      kind: 'unavailable',
      isAbsent: false,
      report: {
        name: 'clamav',
        state: 'unavailable',
        version: '',
        signatures: 0,
        detail: expect.stringContaining(expected),
      },
    });
  });
});

describe('auto', () => {
  it('takes the first of the places that answers', async () => {
    const second = join(folder, 'second.ctl');
    await serve(clamd, second);
    const addresses = [socketPath, second].map((path) => ({ kind: 'unix' as const, path }));
    expect(await find({ choice: 'auto' }, { addresses })).toMatchObject({
      target: { address: { path: second } },
    });
  });

  it('finds a socket that only the configuration names', async () => {
    await serve(clamd);
    writeFileSync(configPath, `LocalSocket ${socketPath}\n`);
    expect(await find({ choice: 'auto' })).toMatchObject({
      kind: 'found',
      target: { address: { path: socketPath } },
    });
  });

  it('goes by itself only to what is plainly this machine', async () => {
    const port = await serveTcp();
    writeFileSync(configPath, `TCPSocket ${port}\nTCPAddr ::ffff:127.0.0.1\n`);
    expect(await find({ choice: 'auto' })).toMatchObject({ kind: 'unavailable' });
    writeFileSync(configPath, `TCPSocket ${port}\nTCPAddr 127.0.0.1\n`);
    expect(await find({ choice: 'auto' })).toMatchObject({ kind: 'found', target: { address: { port } } });
  });

  it('goes elsewhere when it is told to, and says that nothing is encrypted', async () => {
    const port = await serveTcp();
    const found = await find({ choice: { kind: 'tcp', host: '::ffff:127.0.0.1', port } });
    expect(found.report.detail).toContain('without encryption');
  });

  it('ends with an error when it is aborted, also when a clamd answers', async () => {
    await serve(clamd);
    writeFileSync(configPath, `LocalSocket ${socketPath}\n`);
    const aborted = find({ choice: 'auto', signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('says how to install clamd when there is none', async () => {
    expect(await find({ choice: 'auto' })).toMatchObject({
      kind: 'unavailable',
      isAbsent: true,
      report: { detail: expect.stringMatching(/^There is no clamd on this machine\. To install it: \S/) },
    });
  });

  it('says why one that is there was not taken', async () => {
    await serve({});
    const found = await find({ choice: 'auto' }, { addresses: [{ kind: 'unix', path: socketPath }] });
    expect(found.report.detail).toContain(`What listens at ${socketPath} is not clamd`);
    expect(found).toMatchObject({ kind: 'unavailable', isAbsent: false });
  });

  it('leaves a clamd alone that cannot load the folder of signatures asked for', async () => {
    await serve(clamd);
    const places = { addresses: [{ kind: 'unix' as const, path: socketPath }] };
    expect(await find({ choice: 'auto', signatureDir: folder }, places)).toMatchObject({
      kind: 'unavailable',
      isAbsent: false,
    });
  });
});

describe('the other choices', () => {
  it('none is unavailable by choice', async () => {
    expect((await find({ choice: 'none' })).report.detail).toBe(
      'clamd is switched off in the configuration.',
    );
  });

  it('managed is unavailable when the folder of signatures cannot be read', async () => {
    const found = await find(
      { choice: 'managed', signatureDir: join(folder, 'none') },
      { binaries: [process.execPath] },
    );
    expect(found.report).toMatchObject({
      state: 'unavailable',
      detail: expect.stringContaining('cannot be read'),
    });
  });

  it('managed is unavailable with the words of a program that ends at once', async () => {
    const binary = join(folder, 'clamd');
    writeFileSync(binary, '#!/bin/sh\necho "ERROR: no threads today" >&2\nexit 3\n', { mode: 0o700 });
    expect((await find({ choice: 'managed' }, { binaries: [folder, binary] })).report.detail).toBe(
      'clamd ended while it started (exit code 3): ERROR: no threads today',
    );
  });

  it('an aborted start is an error, not an absence', async () => {
    const signal = AbortSignal.abort();
    const places = { binaries: ['/bin/sh'] };
    await expect(find({ choice: 'managed', signal }, places)).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });
});
