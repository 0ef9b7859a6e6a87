import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccountedFiles } from '../../../../src/core/guard/accounted-files.ts';
import { Realtime } from '../../../../src/core/guard/realtime.ts';
import { clean, encrypted, HandLine, identityAt, infected, locked } from './samples.ts';

const startMs = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const line = new HandLine();
  const accounted = new AccountedFiles();
  const told: { readonly path: string; readonly kind: string; readonly latencyMs: number | null }[] = [];
  const sweeps: string[] = [];
  const realtime = new Realtime({
    pipeline: line,
    accounted,
    generation: () => 'one',
    isRemovable: (root) => root === '/media/stick',
    priorityOf: (path) => (path.includes('canary') ? 'critical' : 'high'),
    account: ({ request, verdict }, latencyMs) =>
      told.push({ path: request.path, kind: verdict.judgement.kind, latencyMs }),
    wantSweep: (cause) => sweeps.push(cause),
  });
  return { line, accounted, told, sweeps, realtime };
}

function offered(path: string, fields: { readonly root?: string; readonly eventAtMs?: number } = {}) {
  return { path, root: '/home', eventAtMs: startMs - 400, settled: true, ...fields };
}

describe('real-time protection', () => {
  test('scans what was offered, and tells how long it took since the first event', async () => {
    const { line, told, realtime } = start();
    realtime.offer([offered('/home/a'), offered('/home/canary', { eventAtMs: startMs })]);
    expect(line.scanned).toEqual([
      { path: '/home/a', origin: 'realtime', priority: 'high' },
      { path: '/home/canary', origin: 'realtime', priority: 'critical' },
    ]);
    expect([realtime.underWay, told]).toEqual([2, []]);
    vi.setSystemTime(startMs + 100);
    await line.finish('/home/a', infected);
    await line.finish('/home/canary', clean);
    expect(told).toEqual([
      { path: '/home/a', kind: 'infected', latencyMs: 500 },
      { path: '/home/canary', kind: 'clean', latencyMs: 100 },
    ]);
    expect(realtime.underWay).toBe(0);
  });

  test('tells no negative time when the clock was set back', async () => {
    const { line, told, realtime } = start();
    realtime.offer([offered('/home/a')]);
    vi.setSystemTime(startMs - 3_600_000);
    await line.finish('/home/a', clean);
    expect(told).toEqual([{ path: '/home/a', kind: 'clean', latencyMs: 0 }]);
  });

  test('scans nothing that is known, and tells of it all the same', () => {
    const { line, told, accounted, realtime } = start();
    const identity = identityAt(startMs);
    line.known.set('/home/a', { judgement: clean, identity });
    realtime.offer([offered('/home/a')]);
    expect(line.scanned).toEqual([]);
    expect(told).toEqual([{ path: '/home/a', kind: 'clean', latencyMs: 400 }]);
    expect(accounted.cameByEvent(identity)).toBe(true);
    expect(line.recalled).toEqual([{ paths: ['/home/a'], isSweep: false }]);
  });

  test('looks many up together, 256 at a time', () => {
    const { line, realtime } = start();
    realtime.offer(Array.from({ length: 600 }, (_none, index) => offered(`/home/${index}`)));
    expect(line.recalled.map(({ paths }) => paths.length)).toEqual([256, 256, 88]);
    expect(new Set(line.scanned.map(({ path }) => path)).size).toBe(600);
  });

  test('marks what lies on a removable volume', () => {
    const { line, realtime } = start();
    realtime.offer([offered('/media/stick/a', { root: '/media/stick' })]);
    expect(line.scanned.map(({ origin }) => origin)).toEqual(['removable']);
  });

  test('leaves to a sweep what finds the queue full, and says how many until one is done', () => {
    const { line, told, sweeps, realtime } = start();
    line.isFull = true;
    realtime.offer([offered('/home/a'), offered('/home/b')]);
    expect([realtime.putOff, realtime.underWay, told]).toEqual([2, 0, []]);
    expect(sweeps).toEqual([
      'more files changed than could wait for a worker',
      'more files changed than could wait for a worker',
    ]);
    realtime.sweptAll();
    expect(realtime.putOff).toBe(0);
  });

  test('passes over and counts what changes while it is paused; what was under way has its verdict', async () => {
    const { line, told, realtime } = start();
    realtime.offer([offered('/home/before')]);
    realtime.pause();
    realtime.offer([offered('/home/a'), offered('/home/b')]);
    await line.finish('/home/before', clean);
    realtime.resume();
    realtime.offer([offered('/home/c')]);
    expect(realtime.passedOver).toBe(2);
    expect(line.scanned.map(({ path }) => path)).toEqual(['/home/before', '/home/c']);
    expect(told.map(({ path }) => path)).toEqual(['/home/before']);
  });

  test('leaves a file that is being written to until it rests: it is offered again then', async () => {
    const { line, sweeps, realtime } = start();
    realtime.offer([offered('/home/log')]);
    await line.finish('/home/log', { kind: 'partial', reason: 'unstable', detail: 'it keeps changing' });
    vi.advanceTimersByTime(200_000);
    expect([line.waiting, sweeps]).toEqual([[], []]);
  });

  test('tries a locked file again, without a latency, until it has its verdict', async () => {
    const { line, told, sweeps, realtime } = start();
    realtime.offer([offered('/home/a')]);
    await line.finish('/home/a', locked);
    expect(line.waiting).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(line.waiting).toEqual(['/home/a']);
    await line.finish('/home/a', clean);
    vi.advanceTimersByTime(100_000);
    expect(line.scanned.map(({ path, origin }) => [path, origin])).toEqual([
      ['/home/a', 'realtime'],
      ['/home/a', 'realtime'],
    ]);
    expect(told).toEqual([
      { path: '/home/a', kind: 'unscannable', latencyMs: 400 },
      { path: '/home/a', kind: 'clean', latencyMs: null },
    ]);
    expect(sweeps).toEqual([]);
  });

  test('tries as often again when a file that had its verdict fails anew', async () => {
    const { line, sweeps, realtime } = start();
    for (let turn = 0; turn < 6; turn += 1) {
      realtime.offer([offered('/home/a')]);
      await line.finish('/home/a', locked);
      vi.advanceTimersByTime(2000);
      await line.finish('/home/a', clean);
    }
    expect([line.scanned.length, sweeps]).toEqual([12, []]);
  });

  test('asks for a sweep when a file keeps failing', async () => {
    const { line, sweeps, realtime } = start();
    realtime.offer([offered('/home/a')]);
    for (const waitMs of [2000, 5000, 15_000, 60_000]) {
      await line.finish('/home/a', locked);
      vi.advanceTimersByTime(waitMs);
    }
    expect(sweeps).toEqual([]);
    await line.finish('/home/a', locked);
    expect(sweeps).toEqual(['some files could not be scanned when they changed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not try again what no other look would change', async () => {
    const { line, accounted, realtime } = start();
    const identity = identityAt(startMs);
    realtime.offer([offered('/home/a')]);
    await line.finish('/home/a', encrypted, identity);
    expect(vi.getTimerCount()).toBe(0);
    expect(accounted.outcomeOf('/home/a', identity, 'one')?.verdict.judgement).toEqual(encrypted);
  });

  test('looks again at a file that is no longer the one that was scanned', async () => {
    const { line, told, realtime } = start();
    realtime.rescan('/home/a');
    expect(line.scanned).toEqual([{ path: '/home/a', origin: 'rescan', priority: 'high' }]);
    await line.finish('/home/a', clean);
    expect(told).toEqual([{ path: '/home/a', kind: 'clean', latencyMs: null }]);
  });

  test('takes nothing and tries nothing again after its end', async () => {
    const { line, told, realtime } = start();
    realtime.offer([offered('/home/a')]);
    realtime[Symbol.dispose]();
    realtime.offer([offered('/home/b')]);
    await line.finish('/home/a', locked);
    vi.advanceTimersByTime(100_000);
    expect(line.scanned.map(({ path }) => path)).toEqual(['/home/a']);
    expect(told.map(({ path }) => path)).toEqual(['/home/a']);
  });
});
