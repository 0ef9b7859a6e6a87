// Thousands of files at once while something dies, hangs or loses events: every file has its verdict in the end.
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { socketOf, startClamd } from '../helpers/faults/marked-files.ts';
import { clamdMarker, clamdMarkerSignature } from '../helpers/faults/scene.ts';
import { isAlive } from '../helpers/processes.ts';
import { hasClamd } from '../helpers/real-clamd.ts';
import { WatchedHome, type Watching } from '../helpers/watching.ts';

const noCanary = { watch: { canary_interval_minutes: 0 } };
const burst = 1500;
const infectedOne = 1234;

/** `count` small files in folders of a hundred, one of them infected; `between` is called now and then. */
async function writeBurst(
  home: WatchedHome,
  count = burst,
  between?: (written: number) => void,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    home.write(
      `${Math.floor(index / 100)}/file-${index}`,
      index === infectedOne ? eicar() : `plain ${index}`,
    );
    if (index % 100 !== 99) continue;
    between?.(index + 1);
    await turn();
  }
}

/** All of them were told of, the infected one as such, and no other. */
function expectAll(watching: Watching, count = burst): void {
  expect(watching.files.size).toBe(count);
  const found = watching.told.filter(({ kind }) => kind !== 'clean');
  expect(new Set(found.map(({ path }) => path.split('/').at(-1)))).toEqual(new Set([`file-${infectedOne}`]));
  expect(watching.lastKind(`file-${infectedOne}`)).toBe('infected');
}

describe.skipIf(process.platform !== 'linux')('a burst of files', () => {
  it('is told of file by file, once each, by events or by a sweep', async () => {
    await using home = new WatchedHome(noCanary);
    const watching = await home.watch();
    await writeBurst(home);
    await watching.until('all verdicts', () => watching.files.size === burst, 30_000);
    expectAll(watching);
    expect(watching.told).toHaveLength(burst);
    const { evidence } = await home.call('protection', {});
    expect(evidence).toMatchObject({ backlog: 0, put_off: 0, open_findings: 1, watcher: { restarts: 0 } });
  });

  it('goes on when the watcher is killed in its midst: another one and a sweep see to the rest', async () => {
    await using home = new WatchedHome(noCanary);
    const watching = await home.watch();
    await writeBurst(home, burst, (written) => {
      if (written === 500) process.kill(watching.watchWorker(), 'SIGKILL');
    });
    await watching.until('all verdicts', () => watching.files.size === burst, 40_000);
    expectAll(watching);
    expect(watching.historyOf('watcher_restarted')).toHaveLength(1);
    const { evidence } = await home.call('protection', {});
    expect(evidence?.watcher).toMatchObject({ state: 'running', restarts: 1 });
    expect(watching.told.some(({ latencyMs }) => latencyMs === null)).toBe(true);
  });

  // This one and the next at once: both wait until a silence has become too long.
  it.concurrent('whose events the kernel dropped is found by a sweep all the same', async () => {
    await using home = new WatchedHome(noCanary);
    const before = [home.write('before-0', '0'), home.write('before-1', '1')];
    const watching = await home.watch();
    const watcher = watching.watchWorker();
    const count = 1500;
    process.kill(watcher, 'SIGSTOP');
    fillEventQueue(before);
    // None of these has an event.
    await writeBurst(home, count);
    process.kill(watcher, 'SIGCONT');
    await watching.until('all verdicts', () => watching.files.size >= count + 2, 40_000);
    expect(watching.lastKind(`file-${infectedOne}`)).toBe('infected');
    expect(watching.of(`file-${infectedOne}`)[0]?.latencyMs).toBeNull();
    expect(isAlive(watcher)).toBe(true);
    // Whether an event was lost or is late only time tells.
    await watching.until('the loss', () => watching.historyOf('events_lost').length > 0, 30_000);
    const { evidence } = await home.call('protection', {});
    expect(evidence?.watcher.restarts).toBe(0);
    expect(evidence?.lost_events).toBe(count);
  });

  it.concurrent('goes on when the watcher hangs: it is replaced, and people are told meanwhile', async () => {
    await using home = new WatchedHome(noCanary);
    const watching = await home.watch();
    const watcher = watching.watchWorker();
    process.kill(watcher, 'SIGSTOP');
    await writeBurst(home);
    await watching.until('its end', () => !isAlive(watcher), 20_000);
    await watching.until('all verdicts', () => watching.files.size === burst, 30_000);
    expectAll(watching);
    expect(watching.protections.map(({ evidence }) => evidence?.watcher.state)).toContain('restarting');
    expect(watching.historyOf('watcher_restarted')[0]?.text).toMatch(/it said nothing for 1\d s/);
    home.write('later', eicar());
    expect(await watching.verdictOf('later')).toBe('infected');
  });

  it('goes on when scan workers are killed in its midst, and no file is blamed', async () => {
    const files = 3000;
    await using home = new WatchedHome({ ...noCanary, scaling: { min_workers: 2, max_workers: 2 } });
    const watching = await home.watch();
    let killed = 0;
    let nextAt = 0;
    await writeBurst(home, files, () => {
      // A worker that has a file of one that ended before, and nothing else, would be blamed on that file: a kill later.
      if (killed >= 3 || watching.told.length < nextAt) return;
      const [worker] = watching.workers('scan-worker');
      if (worker === undefined) return;
      process.kill(worker, 'SIGKILL');
      killed += 1;
      nextAt = watching.told.length + 500;
    });
    await watching.until('all verdicts', () => watching.files.size === files, 30_000);
    expect(killed).toBeGreaterThan(0);
    expectAll(watching, files);
  });

  it('is finished after everything was killed: the next start looks at what has no verdict', async () => {
    await using home = new WatchedHome(noCanary);
    const first = await home.watch();
    let killing: Promise<void> | null = null;
    await writeBurst(home, burst, (written) => {
      if (written >= 700 && first.told.length > 0) killing ??= first.kill();
    });
    await (killing ?? first.kill());
    expect(first.files.size).toBeLessThan(burst);
    const watching = await home.watch();
    await watching.until(
      'the one',
      () =>
        watching.lastKind(`file-${infectedOne}`) === 'infected' ||
        first.lastKind(`file-${infectedOne}`) === 'infected',
    );
    expect(watching.isSweeping).toBe(false);
    expect((await home.call('findings.list', { states: ['open'], job: null, before: null })).total).toBe(1);
    expect(watching.protection?.evidence?.lost_events).toBe(0);
    expect((await home.call('history.verify', {})).intact).toBe(true);
    await watching.stop();
    expect(home.processes).toEqual([]);
    expect(await home.unseen()).toEqual([]);
  });

  it.skipIf(!hasClamd)('goes on when our own clamd is killed: no file is left without its word', async () => {
    await using home = new WatchedHome(noCanary);
    const database = join(home.path, 'database');
    home.write('fault.ndb', clamdMarkerSignature(), database);
    const watching = await home.watch({ clamd: 'managed', options: ['--signature-dir', database] });
    const count = 1000;
    let killed = 0;
    for (let index = 0; index < count; index += 1) {
      home.write(`file-${index}`, index % 10 === 0 ? `${clamdMarker} ${index}` : `plain ${index}`);
      if (index % 100 !== 99) continue;
      await turn();
      if (killed > 0 || watching.told.length === 0) continue;
      killed = Number(readFileSync(join(home.dataDir, 'clamd/clamd.pid'), 'utf8'));
      process.kill(killed, 'SIGKILL');
    }
    if (killed === 0) {
      killed = Number(readFileSync(join(home.dataDir, 'clamd/clamd.pid'), 'utf8'));
      process.kill(killed, 'SIGKILL');
    }
    function lastOf(index: number): string | undefined {
      return watching.lastKind(`file-${index}`);
    }
    const all = Array.from({ length: count }, (_, index) => index);
    await watching.until(
      'complete verdicts',
      () => all.every((index) => lastOf(index) === (index % 10 === 0 ? 'infected' : 'clean')),
      45_000,
    );
    const lies = watching.told.filter(({ path, kind }) => kind === 'clean' && path.endsWith('0'));
    expect(lies).toEqual([]);
    expect(isAlive(killed)).toBe(false);
    const { evidence } = await home.call('protection', {});
    expect(evidence?.engines).toContainEqual(expect.objectContaining({ name: 'clamav', state: 'ready' }));
  });

  it.skipIf(!hasClamd)('is looked at again when a clamd that was gone is back', async () => {
    await using home = new WatchedHome(noCanary);
    await using clamd = await startClamd();
    const watching = await home.watch({ clamd: socketOf(clamd) });
    home.write('before', clamdMarker);
    expect(await watching.verdictOf('before')).toBe('infected');
    await clamd.kill();
    const names = Array.from({ length: 50 }, (_, index) => `file-${index}`);
    for (const [index, name] of names.entries()) home.write(name, `${clamdMarker} ${index}`);
    await watching.until('their verdicts', () => names.every((name) => watching.of(name).length > 0), 20_000);
    expect(new Set(names.map((name) => watching.lastKind(name)))).toEqual(
      new Set(['partial/engine_unavailable']),
    );
    await clamd.spawn();
    await watching.until(
      'their other verdicts',
      () => names.every((name) => watching.lastKind(name) === 'infected'),
      40_000,
    );
  });
});

/** More than the kernel keeps for somebody who does not read: what comes after it is dropped. */
function fillEventQueue(paths: readonly string[]): void {
  const limit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  for (let index = 0; index <= limit; index += 1) {
    // By turns: two events in a row that say the same are one.
    const path = paths[index % paths.length];
    if (path !== undefined) utimesSync(path, index, index);
  }
}
