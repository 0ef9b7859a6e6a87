// No scan is counted twice or lost, whatever the range, the roll-up, the clock and the number of runs.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatabaseSlot, WritableDb } from '../../../../src/core/store/database-handle.ts';
import {
  historySql,
  hoursToRollUpSql,
  latestScalingEventsSql,
  latestSnapshotsSql,
  openRunSql,
  recentSql,
  rollUpHourSql,
  scalingEventsSql,
} from '../../../../src/core/store/history-statements.ts';
import { HistoryStore } from '../../../../src/core/store/history-store.ts';
import { migrate } from '../../../../src/core/store/migrate.ts';
import { historyMigrations } from '../../../../src/core/store/migrations/history/all.ts';
import {
  historyPointSchema,
  type HistoryPoint,
  type PerformanceSnapshot,
  type RunTotals,
  type ScalingEvent,
} from '../../../../src/shared/metrics.ts';

const hour = 3600;
const day = 24 * hour;
/** A whole hour of Unix time. */
const start = 1_800_000_000 - (1_800_000_000 % hour);

/** Writes at once and lets every error through, so that a test sees it. */
class MemorySlot implements DatabaseSlot {
  readonly db = openMemory();
  /** How many more works are let through; the rest never happens, as when the process is killed. */
  writesLeft = Number.POSITIVE_INFINITY;

  read<T>(work: (db: WritableDb) => T, _fallback: T): T {
    return work(this.db);
  }

  write(work: (db: WritableDb) => void): void {
    if (this.writesLeft <= 0) return;
    this.writesLeft -= 1;
    work(this.db);
  }
}

function openMemory(): WritableDb {
  const db = new Database(':memory:');
  migrate(db, historyMigrations);
  if (!isNewest(db)) throw new Error('the schema is not the newest');
  return db;
}

function isNewest(db: Database.Database): db is WritableDb {
  return db.pragma('user_version', { simple: true }) === historyMigrations.length;
}

const noTotals: RunTotals = {
  uptime_seconds: 0,
  scans: 0,
  scan_seconds: 0,
  bytes: 0,
  threats: 0,
  cache_hits: 0,
  cache_misses: 0,
  clamav_detections: 0,
  yara_detections: 0,
  hybrid_detections: 0,
  max_queue_depth: 0,
  scaling_events: 0,
  snapshots: 0,
  lost_events: 0,
  time_saved_seconds: 0,
  verdicts: { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 },
  reasons: {},
};

type Gauges = Partial<
  Pick<
    PerformanceSnapshot,
    'queue_depth' | 'total_workers' | 'worker_utilization' | 'cpu_percent' | 'memory_percent'
  >
>;

/** A process that counts and takes snapshots. */
class SimulatedRun {
  totals = noTotals;
  readonly #store: HistoryStore;
  readonly #id: string;

  constructor(store: HistoryStore, id = 'run', startedAtSeconds = start) {
    this.#store = store;
    this.#id = id;
    store.beginRun({ id, kind: 'serve', startedAtSeconds });
  }

  /** `more` is added to the totals; then a snapshot at `timestamp`. */
  save(timestamp: number, more: Partial<RunTotals>, gauges: Gauges = {}): void {
    this.totals = added(this.totals, { snapshots: 1, ...more });
    this.#store.saveSnapshot(this.#id, snapshotOf(timestamp, this.totals, gauges), this.totals);
  }
}

function added(totals: RunTotals, more: Partial<RunTotals>): RunTotals {
  const sums = { ...totals, ...more };
  for (const name of [
    'uptime_seconds',
    'scans',
    'scan_seconds',
    'bytes',
    'threats',
    'cache_hits',
    'cache_misses',
    'snapshots',
    'time_saved_seconds',
  ] as const) {
    sums[name] = totals[name] + (more[name] ?? 0);
  }
  return sums;
}

function snapshotOf(timestamp: number, totals: RunTotals, gauges: Gauges): PerformanceSnapshot {
  return {
    timestamp,
    uptime_seconds: totals.uptime_seconds,
    scans_completed: totals.scans,
    scans_per_hour: 12,
    average_scan_duration: 0.25,
    threats_detected: totals.threats,
    cache_hits: totals.cache_hits,
    cache_misses: totals.cache_misses,
    cache_hit_rate: 0.5,
    queue_depth: 0,
    max_queue_depth: totals.max_queue_depth,
    active_workers: 1,
    total_workers: 2,
    worker_utilization: 0.5,
    cpu_percent: 10,
    memory_percent: 20,
    clamav_detections: 0,
    yara_detections: 0,
    hybrid_detections: 0,
    ...gauges,
  };
}

function scalingEvent(timestamp: number, new_workers: number): ScalingEvent {
  return {
    type: 'scale_up',
    old_workers: 2,
    new_workers,
    queue_depth: 75,
    cpu_percent: 12.5,
    memory_percent: 40,
    timestamp,
    reason: 'the queue is deeper than 50',
  };
}

function storeWithSlot(): { readonly store: HistoryStore; readonly slot: MemorySlot } {
  const slot = new MemorySlot();
  return { store: new HistoryStore(slot), slot };
}

function scansOf(points: readonly HistoryPoint[]): number {
  return points.reduce((sum, { scans }) => sum + scans, 0);
}

function rowsIn(slot: MemorySlot, table: string): number {
  return Number(slot.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}

describe('history', () => {
  test('a point holds what happened in its part of the range, per hour and as shares', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(
      start + 60,
      {
        uptime_seconds: 60,
        scans: 10,
        scan_seconds: 5,
        cache_hits: 4,
        cache_misses: 6,
        threats: 1,
        time_saved_seconds: 3,
        max_queue_depth: 80,
      },
      { queue_depth: 20, total_workers: 4, worker_utilization: 0.5, cpu_percent: 30, memory_percent: 50 },
    );
    run.save(
      start + 120,
      { uptime_seconds: 60, scans: 30, scan_seconds: 5, cache_hits: 30 },
      { queue_depth: 0, total_workers: 2, worker_utilization: 1, cpu_percent: 60, memory_percent: 70 },
    );
    expect(store.history({ fromSeconds: start, toSeconds: start + 120, maxPoints: 1 })).toEqual([
      {
        timestamp: start + 120,
        interval_seconds: 120,
        scans: 40,
        scans_per_hour: 1200,
        cache_hit_rate: 0.85,
        average_scan_duration: 0.25,
        threats_detected: 1,
        queue_depth: 10,
        max_queue_depth: 80,
        total_workers: 3,
        worker_utilization: (0.5 * 4 + 1 * 2) / 6,
        cpu_percent: 45,
        memory_percent: 60,
        time_saved_seconds: 3,
      },
    ]);
  });

  test('gauges weigh as much as the time they stood for', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 30, { uptime_seconds: 30 }, { cpu_percent: 90 });
    run.save(start + 120, { uptime_seconds: 90 }, { cpu_percent: 10 });
    const [point] = store.history({ fromSeconds: start, toSeconds: start + 120, maxPoints: 1 });
    expect(point?.cpu_percent).toBe(30);
  });

  test('shares are unknown, not zero, where nothing was scanned', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store).save(start + 60, { uptime_seconds: 60 });
    const [point] = store.history({ fromSeconds: start, toSeconds: start + 60, maxPoints: 1 });
    expect(point).toMatchObject({ scans_per_hour: 0, cache_hit_rate: null, average_scan_duration: null });
  });

  test('a maximum from earlier does not stand in every later minute', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, max_queue_depth: 900 }, { queue_depth: 5 });
    run.save(start + 120, { uptime_seconds: 60, max_queue_depth: 900 }, { queue_depth: 3 });
    const points = store.history({ fromSeconds: start, toSeconds: start + 120, maxPoints: 2 });
    expect(points.map((point) => point.max_queue_depth)).toEqual([900, 3]);
  });

  test('runs at the same time: scans, queues and workers are added, the machine is averaged', () => {
    const { store } = storeWithSlot();
    const [one, other] = [new SimulatedRun(store, 'one'), new SimulatedRun(store, 'other')];
    one.save(
      start + 60,
      { uptime_seconds: 60, scans: 60 },
      { queue_depth: 10, total_workers: 2, cpu_percent: 40 },
    );
    other.save(
      start + 60,
      { uptime_seconds: 60, scans: 30 },
      { queue_depth: 4, total_workers: 4, cpu_percent: 60 },
    );
    const [point] = store.history({ fromSeconds: start, toSeconds: start + 60, maxPoints: 1 });
    expect(point).toMatchObject({
      interval_seconds: 60,
      scans: 90,
      scans_per_hour: 5400,
      queue_depth: 14,
      total_workers: 6,
      cpu_percent: 50,
    });
  });

  test('runs one after the other: the rate is that of the time they ran', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store, 'one').save(start + 60, { uptime_seconds: 60, scans: 10 });
    new SimulatedRun(store, 'other', start + 600).save(start + 660, { uptime_seconds: 60, scans: 30 });
    const [point] = store.history({ fromSeconds: start, toSeconds: start + hour, maxPoints: 1 });
    expect(point).toMatchObject({ interval_seconds: 120, scans: 40, scans_per_hour: 1200 });
  });

  test('runs that overlap in part cover the time between them once', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store, 'long').save(start + 300, { uptime_seconds: 300 });
    new SimulatedRun(store, 'inside').save(start + 120, { uptime_seconds: 60 });
    new SimulatedRun(store, 'across').save(start + 360, { uptime_seconds: 120 });
    const [point] = store.history({ fromSeconds: start, toSeconds: start + hour, maxPoints: 1 });
    expect(point?.interval_seconds).toBe(360);
  });

  test('a new run begins at nothing and takes nothing away', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store, 'before').save(start + 60, { uptime_seconds: 60, scans: 5000 });
    new SimulatedRun(store, 'after', start + 70).save(start + 120, { uptime_seconds: 50, scans: 7 });
    const points = store.history({ fromSeconds: start, toSeconds: start + 120, maxPoints: 2 });
    expect(points.map(({ scans }) => scans)).toEqual([5000, 7]);
  });

  test('totals that went back never give a negative figure, nor the same scans again', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (const scans of [100, -60, 60, 5]) run.save(start + 60, { uptime_seconds: scans, scans });
    const intervals = slot.db
      .prepare('SELECT interval_scans, interval_seconds FROM snapshots ORDER BY id')
      .raw();
    expect(intervals.all()).toEqual([
      [100, 100],
      [0, 1],
      [0, 1],
      [5, 5],
    ]);
  });

  test('a clock that was put back gives no negative time and loses no scan', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, scans: 10 });
    run.save(start + 60 - day, { uptime_seconds: 60, scans: 20 });
    run.save(start + 120 - day, { uptime_seconds: 60, scans: 30 });
    const points = store.history({ fromSeconds: start - 2 * day, toSeconds: start + day, maxPoints: 300 });
    expect(scansOf(points)).toBe(60);
    expect(points.every((point) => historyPointSchema.safeParse(point).success)).toBe(true);
  });

  test('what ended at the start of a range belongs to the range before', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store).save(start + 60, { uptime_seconds: 60, scans: 10 });
    const before = store.history({ fromSeconds: start, toSeconds: start + 60, maxPoints: 10 });
    const after = store.history({ fromSeconds: start + 60, toSeconds: start + 120, maxPoints: 10 });
    expect([scansOf(before), scansOf(after)]).toEqual([10, 0]);
  });

  test('a range that is empty, turned round, or of no points has no points', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store).save(start, { uptime_seconds: 60, scans: 10 });
    const ranges = [
      { fromSeconds: start, toSeconds: start, maxPoints: 10 },
      { fromSeconds: start + 1, toSeconds: start - 1, maxPoints: 10 },
      { fromSeconds: start - 1, toSeconds: start + 1, maxPoints: 0 },
      { fromSeconds: Number.NaN, toSeconds: start + 1, maxPoints: 10 },
    ];
    expect(ranges.map((range) => store.history(range))).toEqual([[], [], [], []]);
  });

  test.each([300, hour, day, 30 * day])(
    '%d seconds of a month of minutes: 300 points or fewer, none lost',
    (length) => {
      const { store } = monthOfMinutes();
      const toSeconds = start + 30 * day;
      const points = store.history({ fromSeconds: toSeconds - length, toSeconds, maxPoints: 300 });
      expect(points).toHaveLength(Math.min(300, length / 60));
      expect(scansOf(points)).toBe((length / 60) * 2);
      expect(points.every(({ scans_per_hour: rate }) => Math.abs(rate - 120) < 1e-6)).toBe(true);
    },
  );
});

let month: HistoryStore | undefined;

/** 43,200 minutes of two scans each; made once, for reading only. */
function monthOfMinutes(): { readonly store: HistoryStore } {
  if (month !== undefined) return { store: month };
  const { store, slot } = storeWithSlot();
  slot.db.transaction(() => {
    const run = new SimulatedRun(store);
    for (let minute = 1; minute <= 30 * 24 * 60; minute += 1)
      run.save(start + minute * 60, { uptime_seconds: 60, scans: 2 });
  })();
  expect(rowsIn(slot, 'snapshots')).toBe(43_200);
  month = store;
  return { store };
}

describe('rollUp', () => {
  test('turns minutes that are old enough into hours, with the same figures', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (let minute = 1; minute <= 180; minute += 1) {
      run.save(
        start + minute * 60,
        { uptime_seconds: 60, scans: minute, scan_seconds: 1, cache_hits: minute, max_queue_depth: minute },
        { queue_depth: minute, cpu_percent: minute / 2, worker_utilization: 0.25 },
      );
    }
    const range = { fromSeconds: start, toSeconds: start + 3 * hour, maxPoints: 3 };
    const before = store.history(range);
    store.rollUp(start + 4 * hour, { minuteRetentionHours: 2 });
    expect([rowsIn(slot, 'hours'), rowsIn(slot, 'snapshots')]).toEqual([2, 60]);
    expect(store.history(range)).toEqual(before);
  });

  test('is the same when done twice', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (let minute = 1; minute <= 120; minute += 1)
      run.save(start + minute * 60, { uptime_seconds: 60, scans: 1 });
    store.rollUp(start + 3 * day);
    const once = slot.db.prepare('SELECT * FROM hours').all();
    store.rollUp(start + 3 * day);
    expect(slot.db.prepare('SELECT * FROM hours').all()).toEqual(once);
    expect(once).toHaveLength(2);
  });

  test('an hour that fails between its two halves is left as it was', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (let minute = 1; minute <= 60; minute += 1)
      run.save(start + minute * 60, { uptime_seconds: 60, scans: 1 });
    slot.db.exec(`CREATE TRIGGER no BEFORE DELETE ON snapshots BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect(() => store.rollUp(start + 3 * day)).toThrow('disk full');
    expect([rowsIn(slot, 'hours'), rowsIn(slot, 'snapshots')]).toEqual([0, 60]);
    slot.db.exec('DROP TRIGGER no');
    store.rollUp(start + 3 * day);
    expect([rowsIn(slot, 'hours'), rowsIn(slot, 'snapshots')]).toEqual([1, 0]);
    expect(scansOf(store.history({ fromSeconds: 0, toSeconds: start + 3 * day, maxPoints: 9 }))).toBe(60);
  });

  test('a minute that comes after its hour was rolled up is added to it', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, scans: 10 }, { cpu_percent: 20 });
    store.rollUp(start + 3 * day);
    run.save(start + 120, { uptime_seconds: 60, scans: 20 }, { cpu_percent: 40 });
    store.rollUp(start + 3 * day);
    expect(rowsIn(slot, 'hours')).toBe(1);
    expect(store.history({ fromSeconds: start, toSeconds: start + hour, maxPoints: 1 })).toMatchObject([
      { scans: 30, interval_seconds: 120, cpu_percent: 30 },
    ]);
  });

  test('works in slices: a long backlog takes more than one call, and every call only part of it', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (let hours = 1; hours <= 250; hours += 1)
      run.save(start + hours * hour, { uptime_seconds: hour, scans: 1 });
    const now = start + 13 * day;
    store.rollUp(now);
    expect([rowsIn(slot, 'hours'), rowsIn(slot, 'snapshots')]).toEqual([200, 50]);
    store.rollUp(now);
    expect([rowsIn(slot, 'hours'), rowsIn(slot, 'snapshots')]).toEqual([250, 0]);
  });

  test('forgets hours, scaling events and ended runs past the retention', () => {
    const { store, slot } = storeWithSlot();
    new SimulatedRun(store, 'old').save(start + 60, { uptime_seconds: 60, scans: 1 });
    store.saveScalingEvent('old', scalingEvent(start + 60, 4));
    const later = new HistoryStore(slot);
    const recent = start + 29 * day;
    new SimulatedRun(later, 'recent', recent).save(recent + 60, { uptime_seconds: 60, scans: 2 });
    later.saveScalingEvent('recent', scalingEvent(recent, 6));
    later.rollUp(start + 31 * day);
    expect(later.totals().scans).toBe(2);
    expect(later.latestScalingEvents(10)).toEqual([scalingEvent(recent, 6)]);
    expect(scansOf(later.history({ fromSeconds: 0, toSeconds: start + 31 * day, maxPoints: 9 }))).toBe(2);
    expect([rowsIn(slot, 'runs'), rowsIn(slot, 'snapshots') + rowsIn(slot, 'hours')]).toEqual([1, 1]);
  });

  test('keeps a run that still goes on, so that what it counted long ago is not counted again', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, scans: 1000 });
    const wokeUp = start + 40 * day;
    store.rollUp(wokeUp);
    run.save(wokeUp + 60, { uptime_seconds: 60, scans: 1 });
    expect(store.recent(300, wokeUp + 60).scans).toBe(1);
  });

  test('a retention shorter than that of minutes holds for minutes too', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (const hours of [1, 30]) run.save(start + hours * hour, { uptime_seconds: 60, scans: 1 });
    store.rollUp(start + 31 * hour, { minuteRetentionHours: 48, retentionDays: 1 });
    expect([rowsIn(slot, 'snapshots'), rowsIn(slot, 'hours')]).toEqual([1, 0]);
  });
});

describe('conservation', () => {
  const minutes = fc.array(
    fc.record({
      run: fc.integer({ min: 0, max: 2 }),
      /** Minutes; often in order, sometimes a jump back. */
      at: fc.integer({ min: 1, max: 5 * 24 * 60 }),
      scans: fc.integer({ min: 0, max: 1000 }),
      lost: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  const cuts = fc.array(fc.integer({ min: 0, max: 5 * day }), { maxLength: 5 });
  const rollUps = fc.array(
    fc.record({ after: fc.nat(60), now: fc.integer({ min: 0, max: 6 * day }), writes: fc.nat(4) }),
    { maxLength: 4 },
  );

  test('the parts of any split of the time hold all scans, also after roll-ups that were cut short', () => {
    fc.assert(
      fc.property(
        minutes,
        cuts,
        rollUps,
        fc.integer({ min: 1, max: 50 }),
        (rows, borders, rolls, maxPoints) => {
          const { store, slot } = storeWithSlot();
          const runs = ['a', 'b', 'c'].map((id) => new SimulatedRun(store, id));
          let inserted = 0;
          const waiting = [0, 0, 0];
          rows.forEach(({ run, at, scans, lost }, index) => {
            // A snapshot that was never written: the next one of that run holds its scans.
            slot.writesLeft = lost ? 0 : Number.POSITIVE_INFINITY;
            runs[run]?.save(start + at * 60, { uptime_seconds: 60, scans });
            waiting[run] = (waiting[run] ?? 0) + scans;
            if (!lost) {
              inserted += waiting[run] ?? 0;
              waiting[run] = 0;
            }
            for (const { after, now, writes } of rolls) {
              if (after !== index) continue;
              slot.writesLeft = writes;
              store.rollUp(start + now, { minuteRetentionHours: 5 });
            }
          });
          const edges = [0, ...borders.toSorted((a, b) => a - b), 6 * day].map((edge) => start + edge);
          const parts = edges.slice(1).map((toSeconds, index) => {
            const fromSeconds = edges[index] ?? 0;
            const points = store.history({ fromSeconds, toSeconds, maxPoints });
            expect(points.length).toBeLessThanOrEqual(maxPoints);
            for (const point of points) {
              historyPointSchema.parse(point);
              expect(point.timestamp).toBeGreaterThan(fromSeconds);
              expect(point.timestamp).toBeLessThanOrEqual(toSeconds + 1e-3);
            }
            return scansOf(points);
          });
          expect(parts.reduce((sum, scans) => sum + scans, 0)).toBe(inserted);
          expect(store.totals().scans).toBe(inserted);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('totals', () => {
  test('adds all runs up, takes the deepest queue, and merges verdicts and reasons', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store, 'one').save(start + 60, {
      uptime_seconds: 60,
      scans: 3,
      bytes: 5_000_000_000,
      scan_seconds: 1.5,
      max_queue_depth: 90,
      verdicts: { clean: 1, infected: 1, suspicious: 0, partial: 1, unscannable: 0 },
      reasons: { too_large: 1 },
    });
    new SimulatedRun(store, 'other').save(start + 60, {
      uptime_seconds: 30,
      scans: 4,
      bytes: 7,
      scan_seconds: 0.5,
      max_queue_depth: 40,
      lost_events: 2,
      verdicts: { clean: 1, infected: 0, suspicious: 0, partial: 2, unscannable: 1 },
      reasons: { too_large: 2, permission: 1 },
    });
    expect(store.totals()).toEqual({
      ...noTotals,
      uptime_seconds: 90,
      scans: 7,
      bytes: 5_000_000_007,
      scan_seconds: 2,
      max_queue_depth: 90,
      lost_events: 2,
      snapshots: 2,
      verdicts: { clean: 2, infected: 1, suspicious: 0, partial: 3, unscannable: 1 },
      reasons: { too_large: 3, permission: 1 },
    });
  });

  test('are those of nothing before the first run, and of a run without a snapshot', () => {
    const { store } = storeWithSlot();
    expect(store.totals()).toEqual(noTotals);
    store.beginRun({ id: 'short', kind: 'scan', startedAtSeconds: start });
    expect(store.totals()).toEqual(noTotals);
  });

  test('leave out runs that ended before a moment', () => {
    const { store } = storeWithSlot();
    new SimulatedRun(store, 'before').save(start + 60, { uptime_seconds: 60, scans: 1 });
    new SimulatedRun(store, 'after').save(start + day, {
      uptime_seconds: 60,
      scans: 2,
      reasons: { locked: 1 },
    });
    expect(store.totals(start + hour)).toMatchObject({ scans: 2, reasons: { locked: 1 } });
  });

  test('outlive the minutes they were made from', () => {
    const { store, slot } = storeWithSlot();
    new SimulatedRun(store).save(start + 60, { uptime_seconds: 60, scans: 9 });
    store.rollUp(start + 20 * day);
    expect([rowsIn(slot, 'snapshots'), store.totals().scans]).toEqual([0, 9]);
  });
});

describe('a run', () => {
  test('is open from its start until it ends, or falls silent', () => {
    const { store } = storeWithSlot();
    expect(store.hasOpenRun(0)).toBe(false);
    const run = new SimulatedRun(store);
    expect([store.hasOpenRun(start), store.hasOpenRun(start + 1)]).toEqual([true, false]);
    run.save(start + 60, { uptime_seconds: 60 });
    expect([store.hasOpenRun(start + 60), store.hasOpenRun(start + 61)]).toEqual([true, false]);
    store.endRun('run', start + 70);
    expect(store.hasOpenRun(0)).toBe(false);
    expect(() => run.save(start + 120, {})).toThrow('was not begun');
  });

  test('that ended is forgotten past the retention, one that goes on is not', () => {
    const { store, slot } = storeWithSlot();
    for (const id of ['ended', 'open']) store.beginRun({ id, kind: 'serve', startedAtSeconds: start });
    store.endRun('ended', start + 5);
    store.rollUp(start + 31 * day);
    expect(slot.db.prepare('SELECT id, ended_at FROM runs').all()).toEqual([{ id: 'open', ended_at: null }]);
  });

  test('that was never begun is refused', () => {
    const { store } = storeWithSlot();
    expect(() => store.saveSnapshot('nobody', snapshotOf(start, noTotals, {}), noTotals)).toThrow(
      'run nobody was not begun',
    );
  });

  test('whose totals cannot be written keeps no snapshot either, and the next one holds it all', () => {
    const { store, slot } = storeWithSlot();
    const run = new SimulatedRun(store);
    slot.db.exec(`CREATE TRIGGER no BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect(() => run.save(start + 60, { uptime_seconds: 60, scans: 4 })).toThrow('disk full');
    expect(rowsIn(slot, 'snapshots')).toBe(0);
    slot.db.exec('DROP TRIGGER no');
    run.save(start + 120, { uptime_seconds: 60, scans: 1 });
    expect([store.totals().scans, store.recent(300, start + 120).scans]).toEqual([5, 5]);
  });

  test('goes on as itself in a new database when the old one had to be set aside', () => {
    const slot = new MemorySlot();
    let current = slot;
    const store = new HistoryStore({
      read: (work, fallback) => current.read(work, fallback),
      write: (work) => current.write(work),
    });
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, scans: 4 });
    current = new MemorySlot();
    run.save(start + 120, { uptime_seconds: 60, scans: 1 });
    expect(current.db.prepare('SELECT id, kind, started_at, updated_at, scans FROM runs').all()).toEqual([
      { id: 'run', kind: 'serve', started_at: start, updated_at: start + 120, scans: 5 },
    ]);
  });
});

describe('recent', () => {
  test('is of the minutes that ended within the window', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    run.save(start + 60, { uptime_seconds: 60, scans: 100, cache_misses: 100 });
    run.save(start + 360, {
      uptime_seconds: 300,
      scans: 10,
      scan_seconds: 2,
      cache_hits: 4,
      cache_misses: 6,
      threats: 3,
    });
    expect(store.recent(300, start + 360)).toEqual({
      window_seconds: 300,
      scans: 10,
      average_duration_ms: 200,
      cache_hit_rate_percent: 40,
      threats_detected: 3,
    });
    expect(store.recent(3600, start + 360).scans).toBe(110);
  });

  test('is of nothing where nothing is known', () => {
    expect(storeWithSlot().store.recent(300, start)).toEqual({
      window_seconds: 300,
      scans: 0,
      average_duration_ms: 0,
      cache_hit_rate_percent: 0,
      threats_detected: 0,
    });
  });
});

describe('the latest', () => {
  test('snapshots come back whole, the last few, oldest first', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    const saved = [1, 2, 3].map((minute) => {
      run.save(start + minute * 60, { uptime_seconds: 60, scans: minute, cache_hits: 1 });
      return snapshotOf(start + minute * 60, run.totals, {});
    });
    expect(store.latestSnapshots(2)).toEqual(saved.slice(1));
    expect(store.latestSnapshots(-1)).toEqual([]);
  });

  test('are those written last, also after the clock was put back', () => {
    const { store } = storeWithSlot();
    const run = new SimulatedRun(store);
    for (const at of [start, start + 60, start - day]) run.save(at, { uptime_seconds: 60 });
    expect(store.latestSnapshots(2).map(({ timestamp }) => timestamp)).toEqual([start + 60, start - day]);
    for (const at of [start, start + 60, start - day]) store.saveScalingEvent('run', scalingEvent(at, 4));
    expect(store.latestScalingEvents(2).map(({ timestamp }) => timestamp)).toEqual([start + 60, start - day]);
  });

  test('scaling events of a range are the last ones of it, oldest first', () => {
    const { store } = storeWithSlot();
    for (const at of [0, 10, 20, 30, 40]) store.saveScalingEvent('run', scalingEvent(start + at, 4));
    const events = store.scalingEvents({ fromSeconds: start, toSeconds: start + 30, limit: 2 });
    expect(events).toEqual([scalingEvent(start + 20, 4), scalingEvent(start + 30, 4)]);
  });
});

describe('query plans', () => {
  const plans: Readonly<Record<string, { readonly sql: string; readonly uses: readonly RegExp[] }>> = {
    history: {
      sql: historySql,
      uses: [
        /SEARCH snapshots USING INDEX snapshots_timestamp \(timestamp>\? AND timestamp<\?\)/,
        /SEARCH hours USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/,
      ],
    },
    recent: { sql: recentSql, uses: [/SEARCH snapshots USING INDEX snapshots_timestamp/] },
    'roll-up of an hour': { sql: rollUpHourSql, uses: [/SEARCH snapshots USING INDEX snapshots_timestamp/] },
    'hours to roll up': {
      sql: hoursToRollUpSql,
      uses: [/SEARCH snapshots USING COVERING INDEX snapshots_timestamp/],
    },
    'open runs': { sql: openRunSql, uses: [/SEARCH runs USING INDEX runs_updated_at/] },
    'scaling events': {
      sql: scalingEventsSql,
      uses: [/SEARCH scaling_events USING INDEX scaling_events_timestamp/],
    },
  };

  test.each(Object.entries(plans))('%s reads no table from end to end', (_name, { sql, uses }) => {
    const plan = planOf(sql);
    for (const step of uses) expect(plan).toMatch(step);
    expect(plan).not.toMatch(/SCAN (runs|snapshots|hours|scaling_events)/);
  });

  test.each([latestSnapshotsSql, latestScalingEventsSql])('the latest rows are not sorted first', (sql) => {
    expect(planOf(sql)).not.toContain('TEMP B-TREE');
  });
});

function planOf(sql: string): string {
  const parameters = { fromSeconds: 0, toSeconds: 1, buckets: 1, widthSeconds: 1, limit: 1, sinceSeconds: 0 };
  return storeWithSlot()
    .slot.db.prepare<Readonly<Record<string, number>>, { readonly detail: string }>(
      `EXPLAIN QUERY PLAN ${sql}`,
    )
    .all(parameters)
    .map(({ detail }) => detail)
    .join('\n');
}
