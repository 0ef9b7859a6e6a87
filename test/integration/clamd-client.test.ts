// The client against a real clamd: verdicts, limits, and what happens when it is stopped or killed under load.
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClamdClient } from '../../src/core/engines/clamd/clamd-client.ts';
import type { ClamdClientOptions } from '../../src/core/engines/clamd/clamd-client.ts';
import type { ClamdTarget } from '../../src/core/engines/clamd/target.ts';
import { ClamdConnector } from '../../src/core/engines/clamd/clamd-connector.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { eicar } from '../helpers/eicar.ts';
import { targetAt } from '../helpers/fake-clamd.ts';
import { hasClamd, RealClamd, type RealClamdOptions } from '../helpers/real-clamd.ts';

const nothing = { kind: 'nothing' };
const foundEicar = {
  kind: 'found',
  detections: [{ name: 'Eicar-Test-Signature.UNOFFICIAL', severity: 'high' }],
};

async function start(options: RealClamdOptions = {}): Promise<RealClamd> {
  const clamd = await RealClamd.start(options);
  onTestFinished(() => clamd[Symbol.asyncDispose]());
  return clamd;
}

function clientOf(target: ClamdTarget, options: Partial<ClamdClientOptions> = {}): ClamdClient {
  const client = new ClamdClient({ target, logger: silentLogger, ...options });
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

/** Different from each other, so that clamd's own memory of clean files does not answer. */
function smallFile(index: number): Buffer {
  return Buffer.from(`harmless file ${index} of run ${process.pid}\n`.repeat(20));
}

async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += length) yield bytes.subarray(offset, offset + length);
}

describe.skipIf(!hasClamd)('ClamdClient and a real clamd', () => {
  it('gives the same answers over its socket and over TCP, for bytes, paths and streams', async () => {
    const clamd = await start();
    const cleanPath = join(clamd.folder, 'name: OK');
    const eicarPath = join(clamd.folder, 'é: OK');
    writeFileSync(cleanPath, 'harmless');
    writeFileSync(eicarPath, eicar());
    for (const address of [clamd.address, clamd.tcpAddress]) {
      const client = clientOf(targetAt(address));
      const large = Buffer.alloc(5_000_000, 'x');
      const answers = await Promise.all([
        client.scanBytes(smallFile(0)),
        client.scanBytes(eicar()),
        client.scanBytes(Buffer.alloc(0)),
        client.scanPath(cleanPath),
        client.scanPath(eicarPath),
        client.scanPath(join(clamd.folder, 'absent')),
        client.scanStream(() => pieces(large, 65_536), large.length),
        client.scanStream(() => pieces(eicar(), 7), eicar().length),
      ]);
      expect(answers).toMatchObject([
        nothing,
        foundEicar,
        nothing,
        nothing,
        foundEicar,
        { kind: 'failed', reason: 'protocol_error' },
        nothing,
        foundEicar,
      ]);
      expect(await client.version()).toEqual({ engine: expect.stringMatching(/^\d+\.\d+/), database: null });
      expect(await client.stats()).toMatchObject({ threadsMax: 10, queuedItems: expect.any(Number) });
    }
  });

  it('calls a device failed, for which clamd writes an error and an OK', async () => {
    const clamd = await start();
    expect(await clientOf(clamd.target).scanPath('/dev/null')).toMatchObject({ kind: 'failed' });
  });

  it('scans 1,000 small files in flight together, EICAR among them', async () => {
    const clamd = await start();
    const client = clientOf(clamd.target);
    const files = Array.from({ length: 1000 }, (_, index) =>
      index % 100 === 7 ? eicar() : smallFile(index),
    );
    const outcomes = await Promise.all(files.map((bytes) => client.scanBytes(bytes)));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds).toEqual(files.map((_, index) => (index % 100 === 7 ? 'found' : 'nothing')));
  });

  it('says stream_limit when clamd takes fewer bytes than it was thought to', async () => {
    const clamd = await start({ maxStreamBytes: 1_000_000 });
    for (const address of [clamd.address, clamd.tcpAddress]) {
      const client = clientOf(targetAt(address));
      const limit = { kind: 'incomplete', reason: 'stream_limit' };
      const large = Buffer.alloc(6_000_000, 'x');
      expect(await client.scanBytes(large)).toMatchObject(limit);
      expect(await client.scanStream(() => pieces(large, 100_000), large.length)).toMatchObject(limit);
      const exact = Buffer.alloc(1_000_000, 'y');
      expect(await client.scanBytes(exact)).toEqual(nothing);
      expect(await client.scanBytes(Buffer.alloc(1_000_001, 'y'))).toMatchObject(limit);
    }
  });

  it('names the limit that kept clamd from looking at everything', async () => {
    const clamd = await start({ configuration: ['MaxFileSize 100K', 'AlertExceedsMax yes'] });
    expect(await clientOf(clamd.target).scanBytes(Buffer.alloc(200_000, 'x'))).toEqual({
      kind: 'incomplete',
      reason: 'limits_exceeded',
      detail: 'clamd stopped at its limit MaxFileSize',
    });
  });

  it('gives up a stopped clamd within the probe, and uses it again when it goes on', async () => {
    const clamd = await start();
    const client = clientOf(clamd.target, { probeAfterMs: 400, probeTimeoutMs: 400, firstCooldownMs: 50 });
    expect(await client.scanBytes(eicar())).toMatchObject(foundEicar);
    clamd.signal('SIGSTOP');
    const startedMs = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => client.scanBytes(smallFile(index))),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['failed']));
    expect(outcomes[0]).toMatchObject({ reason: 'timeout' });
    expect(outcomes.at(-1)).toMatchObject({ reason: 'engine_unavailable' });
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(await client.scanBytes(eicar())).toMatchObject({ kind: 'failed', reason: 'engine_unavailable' });
    clamd.signal('SIGCONT');
    while (client.breakerState !== 'closed') await nextTurn();
    expect(await client.scanBytes(eicar())).toMatchObject(foundEicar);
  });

  it('loses no request when clamd is killed in the middle and comes back', async () => {
    const clamd = await start();
    const client = clientOf(clamd.target, { reconnectWindowMs: 20_000 });
    const first = Promise.withResolvers<void>();
    const outcomes = Array.from({ length: 400 }, async (_, index) => {
      const outcome = await client.scanBytes(index % 40 === 3 ? eicar() : smallFile(index));
      if (index === 50) first.resolve();
      return outcome.kind;
    });
    await first.promise;
    await clamd.kill();
    await clamd.spawn();
    const expected = outcomes.map((_, index) => (index % 40 === 3 ? 'found' : 'nothing'));
    expect(await Promise.all(outcomes)).toEqual(expected);
  });

  it('answers unavailable when clamd is killed and stays away', async () => {
    const clamd = await start();
    const client = clientOf(clamd.target, { reconnectWindowMs: 100 });
    const first = client.scanBytes(smallFile(0));
    const rest = Array.from({ length: 100 }, (_, index) => client.scanBytes(smallFile(index)));
    await first;
    await clamd.kill();
    const lost = (await Promise.all(rest)).filter(({ kind }) => kind !== 'nothing');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost).toMatchObject(lost.map(() => ({ kind: 'failed', reason: 'engine_unavailable' })));
    expect(await client.scanBytes(smallFile(1))).toMatchObject({
      kind: 'failed',
      reason: 'engine_unavailable',
    });
  });

  it('counts a full backlog as busy and gets through when clamd accepts again', async () => {
    const clamd = await start();
    clamd.signal('SIGSTOP');
    const crowd = clientOf(clamd.target, { maxStreams: 400, maxWaiting: 1000, requestTimeoutMs: 20_000 });
    const bytes = smallFile(1);
    const outcomes = Array.from({ length: 400 }, () =>
      crowd.scanStream(() => pieces(bytes, 100), bytes.length),
    );
    while (crowd.busyCount === 0) await nextTurn();
    const connector = new ClamdConnector({
      address: clamd.address,
      reconnectWindowMs: 100,
      connectTimeoutMs: 1000,
    });
    const ping = connector.ping(20_000);
    while (connector.busyCount === 0) await nextTurn();
    clamd.signal('SIGCONT');
    await ping;
    expect(new Set((await Promise.all(outcomes)).map(({ kind }) => kind))).toEqual(new Set(['nothing']));
  });
});
