// Our own clamd, with the real program: started, killed, restarted, reloaded, ended with us. Skipped where there is none.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askClamd } from '../../src/core/engines/clamd/ask-clamd.ts';
import { defaultLimits } from '../../src/core/engines/clamd/clamd-config.ts';
import { findClamd, reportManaged } from '../../src/core/engines/clamd/find-clamd.ts';
import { knownPlaces } from '../../src/core/engines/clamd/known-places.ts';
import { startManagedClamd } from '../../src/core/engines/clamd/managed-clamd.ts';
import type { ManagedClamd, ManagedClamdOptions } from '../../src/core/engines/clamd/managed-clamd.ts';
import { roomyMemoryFolder } from '../../src/core/engines/clamd/private-folder.ts';
import { eicarText } from '../../src/core/engines/clamd/signature-view.ts';
import type { ClamdAddress } from '../../src/core/engines/clamd/target.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { isAlive, processesNaming, until } from '../helpers/processes.ts';

const binary = knownPlaces(process.platform, process.env).binaries.find((path) => existsSync(path));
const clamscan = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
  .map((path) => join(path, 'clamscan'))
  .find((path) => existsSync(path));
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';

let folder: string;
let running: ManagedClamd[];
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette test-'));
  running = [];
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const clamd of running) await clamd[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<ManagedClamdOptions> = {}): Promise<ManagedClamd> {
  const clamd = await startManagedClamd({
    binary: binary ?? 'there is no clamd',
    dataDir: join(folder, 'data'),
    signatureDir: null,
    limits: defaultLimits,
    maxScanSeconds: 10,
    logger: silentLogger,
    signal: AbortSignal.timeout(20_000),
    backOff: { firstMs: 20, longestMs: 100, resetAfterMs: 60_000 },
    ...options,
  });
  running.push(clamd);
  return clamd;
}

/** One INSTREAM on its own connection, in the plainest way: the answer without `stream: `. */
async function scan(address: ClamdAddress, bytes: Uint8Array): Promise<string> {
  const socket = address.kind === 'unix' ? connect(address.path) : connect(address.port, address.host);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  socket.write(Buffer.concat([Buffer.from('zINSTREAM\0'), size, bytes, Buffer.alloc(4)]));
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer).replace('stream: ', '').replace('\0', '');
}

function nextState(clamd: ManagedClamd, kind: 'ready' | 'restarting'): Promise<void> {
  return new Promise((resolve) => {
    const off = clamd.onState((state) => {
      if (state.kind !== kind) return;
      off();
      resolve();
    });
  });
}

function pidOf(clamd: ManagedClamd): number {
  const { state } = clamd;
  if (state.kind !== 'ready' || state.pid === null) throw new TypeError('clamd is not ready');
  return state.pid;
}

/** A value in the configuration that was written last. */
function configured(key: string): string {
  const text = readFileSync(join(folder, 'data', 'clamd', 'clamd.conf'), 'utf8');
  return new RegExp(`^${key} (.*)$`, 'm').exec(text)?.[1] ?? '';
}

/** A zip of one member; `flags` 1 says that it is encrypted. */
function zip(content: Buffer, flags = 0): Buffer {
  const data = deflateRawSync(content);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt16LE(8, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(5, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from('a.txt'), data]);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0'),
    shared,
    Buffer.alloc(14),
    Buffer.from('a.txt'),
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, Buffer.from('PK\x05\x06'), end]);
}

function hashSignature(content: string, name: string): string {
  return `${createHash('sha256').update(content).digest('hex')}:${content.length}:${name}\n`;
}

describe.runIf(isRequired)('with VEDETTE_REQUIRE_CLAMD=1', () => {
  it('there is a clamd', () => {
    expect(binary).toBeDefined();
  });
});

describe.skipIf(binary === undefined)('a managed clamd', () => {
  it('finds EICAR and nothing else, on a socket and in folders that are ours alone', async () => {
    mkdirSync(join(folder, 'data', 'clamd'), { recursive: true, mode: 0o755 });
    const clamd = await start();
    const { address } = clamd.target;
    expect(await scan(address, Buffer.from(eicarText()))).toBe('Vedette.Test.EICAR.UNOFFICIAL FOUND');
    expect(await scan(address, Buffer.from('harmless'))).toBe('OK');
    expect(clamd.target).toEqual({
      address: { kind: 'unix', path: join(folder, 'data', 'clamd', 'clamd.sock') },
      kind: 'managed',
      limits: defaultLimits,
      reportsLimits: true,
      reportsEncrypted: true,
      acceptsPaths: process.platform === 'linux',
    });
    const modes = ['clamd', 'clamd/clamd.sock', 'clamd/clamd.conf'].map(
      (name) => statSync(join(folder, 'data', name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(clamd.signatures).toMatchObject({ count: 2, linkedFiles: 0 });
    expect(reportManaged(clamd)).toMatchObject({
      state: 'reduced',
      detail: expect.stringContaining('freshclam'),
    });
    expect(readdirSync(join(folder, 'data', 'clamd')).filter((name) => name.startsWith('probe'))).toEqual([]);
  });

  it('is started again at the same address when it is killed', async () => {
    const clamd = await start();
    const killed = pidOf(clamd);
    const [restarting, ready] = [nextState(clamd, 'restarting'), nextState(clamd, 'ready')];
    process.kill(killed, 'SIGKILL');
    await restarting;
    expect(reportManaged(clamd)).toMatchObject({
      state: 'unavailable',
      detail: expect.stringContaining('signal 9'),
    });
    await ready;
    expect(pidOf(clamd)).not.toBe(killed);
    expect(await scan(clamd.target.address, Buffer.from(eicarText()))).toContain('FOUND');
  });

  it('waits longer before each start that fails, and recovers', async () => {
    const signatureDir = join(folder, 'signatures');
    mkdirSync(signatureDir);
    const clamd = await start({ signatureDir });
    const delays: number[] = [];
    const recovered = new Promise<void>((resolve) => {
      clamd.onState((state) => {
        if (state.kind === 'restarting') delays.push(state.delayMs);
        if (delays.length === 4) rmSync(join(signatureDir, 'broken.ndb'), { force: true });
        if (state.kind === 'ready') resolve();
      });
    });
    writeFileSync(join(signatureDir, 'broken.ndb'), 'not a signature\n');
    process.kill(pidOf(clamd), 'SIGKILL');
    await recovered;
    expect(delays).toEqual([20, 40, 80, 100]);
  });

  it.each([
    ['after it was up for long enough', 0, [20, 20]],
    ['not before', 60_000, [20, 40]],
  ])('is quick to start again %s', async (_, resetAfterMs, expected) => {
    const clamd = await start({ backOff: { firstMs: 20, longestMs: 100, resetAfterMs } });
    const delays: number[] = [];
    clamd.onState((state) => {
      if (state.kind === 'restarting') delays.push(state.delayMs);
    });
    for (let round = 0; round < 2; round += 1) {
      const ready = nextState(clamd, 'ready');
      process.kill(pidOf(clamd), 'SIGKILL');
      await ready;
    }
    expect(delays).toEqual(expected);
  });

  it('leaves neither process nor files of its run when it is disposed, also twice', async () => {
    const clamd = await start();
    const temporary = configured('TemporaryDirectory');
    expect(statSync(temporary).mode & 0o777).toBe(0o700);
    const parent = roomyMemoryFolder(defaultLimits.maxScanBytes) ?? join(folder, 'data', 'clamd');
    expect(dirname(temporary)).toBe(parent);
    const pid = pidOf(clamd);
    const states: string[] = [];
    clamd.onState((state) => states.push(state.kind));
    await clamd[Symbol.asyncDispose]();
    await clamd[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
    expect(states).toEqual(['stopped']);
    expect(readdirSync(join(folder, 'data', 'clamd')).toSorted()).toEqual([
      'clamd.conf',
      'clamd.log',
      'database',
    ]);
    expect(existsSync(temporary)).toBe(false);
  });

  it('ends also when clamd is stopped and takes no signal', async () => {
    const clamd = await start();
    const pid = pidOf(clamd);
    process.kill(pid, 'SIGSTOP');
    await clamd[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
  });

  it('can be disposed while it waits for its next start', async () => {
    const clamd = await start({ backOff: { firstMs: 60_000 } });
    const restarting = nextState(clamd, 'restarting');
    process.kill(pidOf(clamd), 'SIGKILL');
    await restarting;
    await clamd[Symbol.asyncDispose]();
    expect(clamd.state).toEqual({ kind: 'stopped' });
  });

  it('ends when the process that started it is killed, and its leftovers do not hinder the next', async () => {
    const source = fileURLToPath(new URL('../../src/core/', import.meta.url));
    const script = `
      import { startManagedClamd } from ${JSON.stringify(join(source, 'engines/clamd/managed-clamd.ts'))};
      import { silentLogger } from ${JSON.stringify(join(source, 'logger.ts'))};
      const clamd = await startManagedClamd({
        ...${JSON.stringify({ binary, dataDir: join(folder, 'data'), signatureDir: null, limits: defaultLimits, maxScanSeconds: 10 })},
        logger: silentLogger, signal: new AbortController().signal,
      });
      process.stdout.write(String(clamd.state.pid));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(child.stdout, 'data');
    const pid = Number(output);
    expect(isAlive(pid)).toBe(true);
    const temporary = configured('TemporaryDirectory');
    // The kernel closes this when clamd ends; clamd itself would only after an hour.
    const connection = connect(configured('LocalSocket')).on('error', () => connection.destroy());
    await once(connection, 'connect');
    const closed = new Promise((resolve) => {
      connection.once('close', resolve);
    });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await Promise.all([closed, gone]);
    expect(existsSync(temporary)).toBe(true);
    const clamd = await start();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(temporary)).toBe(false);
    expect(await askClamd(clamd.target.address, 'PING', 20_000)).toBe('PONG');
  });

  it('runs twice at one data folder without either ending the other', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.target.address).not.toEqual(second.target.address);
    await first[Symbol.asyncDispose]();
    expect(await askClamd(second.target.address, 'PING', 20_000)).toBe('PONG');
    const third = await start();
    expect(third.target.address).toEqual(first.target.address);
  });

  it('replaces one whose supervisor was killed too', async () => {
    const dataDir = join(folder, 'data');
    const configPath = join(dataDir, 'clamd', 'clamd.conf');
    const first = await start();
    await first[Symbol.asyncDispose]();
    mkdirSync(join(dataDir, 'clamd', 'temporary'), { recursive: true });
    const text = readFileSync(configPath, 'utf8').replace(
      /^TemporaryDirectory .*$/m,
      `TemporaryDirectory ${dataDir}`,
    );
    writeFileSync(configPath, text);
    const orphan = spawn(binary ?? '', ['-c', configPath], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(orphan);
    const orphanEnded = once(orphan, 'exit');
    await once(orphan.stdout, 'data');
    expect(isAlive(orphan.pid ?? 0)).toBe(true);
    await start();
    await orphanEnded;
  });

  it('runs beside another with another data folder', async () => {
    const [first, second] = [await start(), await start({ dataDir: join(folder, 'other data') })];
    await first[Symbol.asyncDispose]();
    expect(await askClamd(second.target.address, 'PING', 20_000)).toBe('PONG');
  });

  it('puts its socket elsewhere when the path is too long', async () => {
    const clamd = await start({ dataDir: join(folder, 'x'.repeat(120)) });
    const { address } = clamd.target;
    const path = address.kind === 'unix' ? address.path : '';
    expect(path.startsWith(folder)).toBe(false);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(clamd.target.acceptsPaths).toBe(process.platform === 'linux');
    await clamd[Symbol.asyncDispose]();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('refuses a data folder that cannot stand in its configuration, and leaves nothing running', async () => {
    await expect(start({ dataDir: join(folder, 'not text \udcff') })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('says that it could not look into an encrypted archive or past a limit', async () => {
    const clamd = await start({ limits: { ...defaultLimits, maxFileBytes: 200_000, maxScanBytes: 300_000 } });
    const { address } = clamd.target;
    expect(await scan(address, zip(Buffer.from(eicarText())))).toContain('EICAR');
    expect(await scan(address, zip(randomBytes(100), 1))).toBe('Heuristics.Encrypted.Zip FOUND');
    expect(await scan(address, randomBytes(200_001))).toBe('Heuristics.Limits.Exceeded.MaxFileSize FOUND');
    const nested = zip(Buffer.concat([randomBytes(99_000), zip(randomBytes(98_000)), zip(randomBytes(1))]));
    expect(await scan(address, nested)).toMatch(/^Heuristics\.Limits\.Exceeded\.\w+ FOUND$/);
  });

  it('loads the linked signatures, as clamscan does from the same folder', async () => {
    const signatureDir = join(folder, 'signatures');
    mkdirSync(signatureDir);
    writeFileSync(join(folder, 'elsewhere.hsb'), hashSignature('bad thing', 'Test.Linked'));
    symlinkSync(join(folder, 'elsewhere.hsb'), join(signatureDir, 'linked.hsb'));
    const found = await findClamd({
      choice: 'auto',
      signatureDir,
      dataDir: join(folder, 'data'),
      limits: defaultLimits,
      maxScanSeconds: 10,
      logger: silentLogger,
    });
    if (found.kind !== 'managed') throw new TypeError(found.report.detail);
    running.push(found.managed);
    expect(found.report).toEqual({
      name: 'clamav',
      state: 'ready',
      version: expect.any(String),
      signatures: 3,
      detail: '',
    });
    expect(await scan(found.target.address, Buffer.from('bad thing'))).toBe('Test.Linked.UNOFFICIAL FOUND');
  });

  it.skipIf(clamscan === undefined)('has a database folder that clamscan loads as well', async () => {
    const signatureDir = join(folder, 'signatures');
    mkdirSync(signatureDir);
    writeFileSync(join(signatureDir, 'own.hsb'), hashSignature('bad thing', 'Test.Linked'));
    await start({ signatureDir });
    writeFileSync(join(folder, 'bad'), 'bad thing');
    const database = join(folder, 'data', 'clamd', 'database');
    const { status, stdout } = spawnSync(clamscan ?? '', [
      '--no-summary',
      '-d',
      database,
      join(folder, 'bad'),
    ]);
    expect([status, String(stdout)]).toEqual([1, `${join(folder, 'bad')}: Test.Linked.UNOFFICIAL FOUND\n`]);
  });

  it('has a folder for signatures of its own where the system has none', async () => {
    const own = join(folder, 'data', 'clamd', 'signatures');
    const places = { ...knownPlaces(process.platform, process.env), databaseDirs: [join(folder, 'none')] };
    const found = await findClamd({
      choice: 'managed',
      dataDir: join(folder, 'data'),
      limits: defaultLimits,
      maxScanSeconds: 10,
      logger: silentLogger,
      places,
    });
    if (found.kind !== 'managed') throw new TypeError(found.report.detail);
    running.push(found.managed);
    expect(found.report.state).toBe('reduced');
    writeFileSync(join(own, 'new.hsb'), hashSignature('new thing', 'Test.New'));
    await found.managed.refreshSignatures();
    expect(reportManaged(found.managed)).toMatchObject({ state: 'ready', signatures: 3 });
  });

  it('takes new signatures when it is told to look, and keeps the old when the new are broken', async () => {
    const signatureDir = join(folder, 'signatures');
    mkdirSync(signatureDir);
    const clamd = await start({ signatureDir });
    const { fingerprint } = clamd.signatures;
    expect(await clamd.refreshSignatures()).toBe(false);

    writeFileSync(join(signatureDir, 'new.hsb'), hashSignature('new thing', 'Test.New'));
    expect(await clamd.refreshSignatures()).toBe(true);
    expect(clamd.signatures).toMatchObject({ count: 3, linkedFiles: 1 });
    expect(clamd.signatures.fingerprint).not.toBe(fingerprint);
    expect(await scan(clamd.target.address, Buffer.from('new thing'))).toContain('Test.New');

    const good = clamd.signatures.fingerprint;
    writeFileSync(join(signatureDir, 'broken.ndb'), 'not a signature\n');
    await expect(clamd.refreshSignatures()).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
      message: expect.stringContaining(join(signatureDir, 'broken.ndb')),
    });
    expect(clamd.signatures.fingerprint).toBe(good);
    expect(await scan(clamd.target.address, Buffer.from('new thing'))).toContain('Test.New');
  });

  it('tells why it ended early, in the words of clamd', async () => {
    const signatureDir = join(folder, 'signatures');
    mkdirSync(signatureDir);
    writeFileSync(join(signatureDir, 'broken.ndb'), 'not a signature\n');
    await expect(start({ signatureDir })).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
      message: expect.stringMatching(
        /^clamd ended while it started .*signatures\/broken\.ndb.*Malformed database/,
      ),
    });
    await expect(start({ binary: '/bin/false' })).rejects.toMatchObject({ code: 'CLAMD_UNAVAILABLE' });
    await expect(start({ binary: join(folder, 'none') })).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
    });
  });

  it('gives up a start in time, or at once when it is aborted, and ends what it started', async () => {
    const silent = join(folder, 'silent');
    writeFileSync(silent, `#!/bin/sh\nexec tail -f '${silent}'\n`, { mode: 0o700 });
    await expect(start({ binary: silent, readyTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'CLAMD_TIMEOUT',
    });
    // The shell that guarded it is told to end, and not waited for.
    await until(() => processesNaming(silent).length === 0);
    await expect(start({ binary: silent, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
    await until(() => processesNaming(silent).length === 0);
  });
});
