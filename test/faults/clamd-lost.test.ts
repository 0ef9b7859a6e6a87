// A clamd that dies, is full or has no answer for one file in the middle of a scan: every file gets a verdict all the same.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { livePartsOf } from '../../src/core/antivirus-options.ts';
import type { ScalingEvent } from '../../src/shared/metrics.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { eicar } from '../helpers/eicar.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { calledCleanThoughBad, socketOf, startClamd, writeMarked } from '../helpers/faults/marked-files.ts';
import { kindOf, Scene } from '../helpers/faults/scene.ts';
import { startScriptedClamd } from '../helpers/faults/scripted-clamd.ts';
import { properAnswer } from '../helpers/fake-clamd.ts';
import { hasClamd } from '../helpers/real-clamd.ts';

describe.skipIf(!hasClamd)('a clamd that is killed', () => {
  it('in the middle of a scan leaves the rest to YARA, and that is said', async () => {
    using scene = new Scene();
    writeMarked(scene, 1500);
    scene.write('found', eicar());
    await using clamd = await startClamd();
    const killed: Promise<void>[] = [];
    const scanned = await scene.scan({
      clamd: socketOf(clamd),
      maxWorkers: 2,
      onResult: () => {
        if (killed.length === 0) killed.push(clamd.kill());
      },
    });
    await Promise.all(killed);
    expect(scanned.summary.files).toBe(1501);
    expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    expect(kindOf(scanned.of('found'))).toBe('infected');
    expect(scanned.summary.partial).toBeGreaterThan(0);
    const partial = scanned.results.filter(({ verdict }) => verdict === 'partial');
    expect(new Set(partial.map(({ reason }) => reason))).toEqual(new Set(['engine_unavailable']));
    expect(scanned.summary.engines[0]).toMatchObject({ name: 'clamav', state: 'unavailable' });
    expect(scanned.exitCode).toBe(1);
  });

  it('is started again when it is our own, and nothing is lost', async () => {
    using scene = new Scene({ withRules: false });
    writeMarked(scene, 1500);
    let hasKilled = false;
    const scanned = await scene.scan({
      clamd: 'managed',
      maxWorkers: 2,
      onResult: () => {
        if (hasKilled) return;
        hasKilled = true;
        process.kill(Number(readFileSync(join(scene.dataDir, 'clamd/clamd.pid'), 'utf8')), 'SIGKILL');
      },
    });
    expect(hasKilled).toBe(true);
    expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    expect(scanned.summary).toMatchObject({ files: 1500, clean: 1200, infected: 300, partial: 0 });
    expect(scanned.summary.engines[0]).toMatchObject({ name: 'clamav', state: 'ready' });
  });

  it('and comes back while its database is reloaded loses nothing either', async () => {
    using scene = new Scene({ withRules: false });
    writeMarked(scene, 600);
    await using clamd = await startClamd();
    const scanned = await scene.scan({
      clamd: socketOf(clamd),
      onResult: (_result, count) => {
        if (count === 1) connect(socketOf(clamd)).end('zRELOAD\0');
      },
    });
    expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    expect(scanned.summary).toMatchObject({ clean: 480, infected: 120, partial: 0, unscannable: 0 });
  });
});

// From here on at once: each waits for deadlines of its own, with a clamd of its own.
describe('a clamd that is full', { concurrent: true }, () => {
  it.skipIf(!hasClamd)('is given fewer workers, and every file gets its verdict in the end', async () => {
    using scene = new Scene();
    writeMarked(scene, 60);
    await using clamd = await startClamd({ configuration: ['MaxThreads 2', 'MaxQueue 4'] });
    const saturated = Promise.withResolvers<ScalingEvent>();
    await using antivirus = await startCore(scene, {
      clamd: clamd.address,
      live: livePartsOf(settingsSchema.parse({ scaling: { min_workers: 3, max_workers: 3 } })),
    });
    antivirus.scaling.onEvent(saturated.resolve);
    clamd.signal('SIGSTOP');
    const idle = await fillBacklog(socketOf(clamd));
    const scanning = scanAll(antivirus, scene);
    expect(await saturated.promise).toMatchObject({ type: 'scale_down', old_workers: 3, new_workers: 2 });
    for (const socket of idle) socket.destroy();
    clamd.signal('SIGCONT');
    const results = await scanning;
    expect(calledCleanThoughBad(results)).toEqual([]);
    expect(results.map(({ verdict }) => verdict).toSorted()).toEqual([
      ...Array.from({ length: 48 }, () => 'clean'),
      ...Array.from({ length: 12 }, () => 'infected'),
    ]);
  });

  it.skipIf(!hasClamd)(
    'of idle connections still answers for every file, or says that it did not',
    async () => {
      using scene = new Scene({ withRules: false });
      writeMarked(scene, 40);
      await using clamd = await startClamd({
        configuration: ['MaxThreads 2', 'MaxQueue 4', 'CommandReadTimeout 3'],
      });
      const idle = Array.from({ length: 60 }, () => connect(socketOf(clamd)).on('error', () => undefined));
      const scanned = await scene.scan({
        clamd: socketOf(clamd),
        settings: { scan_timeout_seconds: 20 },
        maxWorkers: 2,
      });
      for (const socket of idle) socket.destroy();
      expect(scanned.summary.files).toBe(40);
      expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    },
  );
});

describe.skipIf(process.platform === 'win32')(
  'a file that clamd never answers for',
  { concurrent: true },
  () => {
    it('is tried three times in all, in however many runs, and poison from then on', async () => {
      using scene = new Scene({ withRules: false });
      scene.write('bad', 'never answered');
      scene.write('plain', 'plain');
      let asked = 0;
      await using clamd = await startScriptedClamd((request) => {
        if (!request.bytes.includes('never answered')) return properAnswer(request);
        asked += 1;
        return null;
      });
      const kinds: string[] = [];
      for (let run = 0; run < 5; run += 1) {
        const scanned = await scene.scan({
          clamd: clamd.socketPath,
          settings: { scan_timeout_seconds: 6 },
        });
        kinds.push(kindOf(scanned.of('bad')));
        expect(kindOf(scanned.of('plain'))).toBe('clean');
      }
      expect(kinds).toEqual([
        'unscannable/timeout',
        'unscannable/timeout',
        'unscannable/timeout',
        'unscannable/poison',
        'unscannable/poison',
      ]);
      expect(asked).toBe(3);
      // Another content is another file.
      scene.write('bad', 'answered');
      expect(kindOf((await scene.scan({ clamd: clamd.socketPath })).of('bad'))).toBe('clean');
    });
  },
);

/** Connects until the kernel takes no more (EAGAIN): a stopped clamd accepts none. */
async function fillBacklog(path: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (;;) {
    const socket = connect(path);
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (!isConnected) return sockets;
    socket.on('error', () => undefined);
    sockets.push(socket);
  }
}
