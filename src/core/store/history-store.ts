// The metrics history: what each run came to, minute by minute, then hour by hour; no scan is counted twice or lost on the way.
import { z } from 'zod';
import {
  performanceSnapshotSchema,
  runTotalsSchema,
  scalingEventSchema,
  type HistoryPoint,
  type PerformanceSnapshot,
  type RecentMetrics,
  type RunTotals,
  type ScalingEvent,
} from '../../shared/metrics.ts';
import { verdictKindSchema } from '../../shared/verdict.ts';
import type { DatabaseSlot, WritableDb } from './database-handle.ts';
import { historyPoint, historyRowSchema } from './history-point.ts';
import { prepareReads, prepareWrites } from './history-statements.ts';
import { preparedOnce } from './prepared-once.ts';

/** One process, from its start to its end. */
export interface Run {
  /** Random, so that no two runs share one. */
  readonly id: string;
  /** What it was started as, such as `scan` or `serve`. */
  readonly kind: string;
  readonly startedAtSeconds: number;
}

export interface HistoryRange {
  /** Unix seconds; what ended at this moment belongs to the range before. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export interface HistoryRetention {
  /** Minutes are kept this long; then the hour they belong to. */
  readonly minuteRetentionHours?: number;
  readonly retentionDays?: number;
}

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;
/** The most that one `rollUp` takes on; what is left over is for the next. */
const maxHoursAtOnce = 200;
const maxDeletedAtOnce = 5000;

const numbersSchema = runTotalsSchema.omit({ verdicts: true, reasons: true });
const countRowsSchema = z.array(z.object({ name: z.string(), count: z.number() }));
const recentRowSchema = z.object({
  scans: z.number(),
  scan_seconds: z.number(),
  cache_hits: z.number(),
  cache_misses: z.number(),
  threats: z.number(),
});
const hourRowsSchema = z.array(z.object({ ends_at: z.number() }));

const nothing: RunTotals = {
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

export class HistoryStore {
  readonly #slot: DatabaseSlot;
  /** By id. A database that had to be replaced is told of them again with their next snapshot. */
  readonly #running = new Map<string, Run>();
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: DatabaseSlot) {
    this.#slot = slot;
  }

  beginRun(run: Run): void {
    this.#running.set(run.id, run);
    this.#slot.write((db) => this.#saveRun(db, run, run.startedAtSeconds, nothing));
  }

  /** After its last snapshot. A run that was killed never says so: it stays open, and its figures stand still. */
  endRun(runId: string, endedAtSeconds: number): void {
    this.#running.delete(runId);
    this.#slot.write((db) => this.#writes(db).endRun.run({ id: runId, endedAtSeconds }));
  }

  /** Whether there is a run that was begun or took a snapshot at `sinceSeconds` or later and did not end. */
  hasOpenRun(sinceSeconds: number): boolean {
    return this.#slot.read((db) => this.#reads(db).openRun.get({ sinceSeconds }) !== undefined, false);
  }

  /**
   * @param totals of the run so far, at the moment of the snapshot. What they are more than with the run's previous
   * snapshot belongs to the interval in between, so a snapshot that could not be written loses nothing.
   * @throws Error when the run was not begun.
   */
  saveSnapshot(runId: string, snapshot: PerformanceSnapshot, totals: RunTotals): void {
    const run = this.#running.get(runId);
    if (run === undefined) throw new Error(`run ${runId} was not begun`);
    this.#slot.write((db) => {
      const statements = this.#writes(db);
      db.transaction(() => {
        const row = statements.runTotals.get(runId);
        const before = row === undefined ? nothing : numbersSchema.parse(row);
        statements.saveSnapshot.run({ run_id: runId, ...snapshot, ...intervalOf(before, totals, snapshot) });
        this.#saveRun(db, run, snapshot.timestamp, totals);
      })();
    });
  }

  saveScalingEvent(runId: string, event: ScalingEvent): void {
    this.#slot.write((db) => this.#writes(db).saveScalingEvent.run({ run_id: runId, ...event }));
  }

  /** At most `maxPoints`, oldest first, each of an equal part of the range; a part nothing is known of has none. */
  history({
    fromSeconds,
    toSeconds,
    maxPoints,
  }: HistoryRange & { readonly maxPoints: number }): readonly HistoryPoint[] {
    const buckets = Math.floor(maxPoints);
    if (buckets < 1 || !(toSeconds > fromSeconds)) return [];
    const widthSeconds = (toSeconds - fromSeconds) / buckets;
    return this.#slot.read<readonly HistoryPoint[]>((db) => {
      const rows = this.#reads(db).history.all({ fromSeconds, toSeconds, widthSeconds, buckets });
      return rows.map((row) => {
        const { bucket, ...figures } = historyRowSchema.parse(row);
        return historyPoint(fromSeconds + (bucket + 1) * widthSeconds, figures);
      });
    }, []);
  }

  /** All kept runs that went on at `sinceSeconds` or later, each as a whole, taken together. */
  totals(sinceSeconds = 0): RunTotals {
    return this.#slot.read((db) => {
      const statements = this.#reads(db);
      const verdicts = countRowsSchema.parse(statements.verdicts.all({ sinceSeconds }));
      const reasons = countRowsSchema.parse(statements.reasons.all({ sinceSeconds }));
      return {
        ...numbersSchema.parse(statements.totals.get({ sinceSeconds })),
        verdicts: { ...nothing.verdicts, ...verdictCounts(verdicts) },
        reasons: Object.fromEntries(reasons.map(({ name, count }) => [name, count])),
      };
    }, nothing);
  }

  /** Of the minutes that ended within the window; it must lie within the time that minutes are kept. */
  recent(windowSeconds: number, nowSeconds: number): RecentMetrics {
    const range = { fromSeconds: nowSeconds - windowSeconds, toSeconds: nowSeconds };
    const none = { scans: 0, scan_seconds: 0, cache_hits: 0, cache_misses: 0, threats: 0 };
    const sums = this.#slot.read((db) => recentRowSchema.parse(this.#reads(db).recent.get(range)), none);
    const lookups = sums.cache_hits + sums.cache_misses;
    return {
      window_seconds: windowSeconds,
      scans: sums.scans,
      average_duration_ms: sums.scans > 0 ? (1000 * sums.scan_seconds) / sums.scans : 0,
      cache_hit_rate_percent: lookups > 0 ? (100 * sums.cache_hits) / lookups : 0,
      threats_detected: sums.threats,
    };
  }

  /** Oldest first. */
  latestSnapshots(limit: number): readonly PerformanceSnapshot[] {
    return this.#slot.read<readonly PerformanceSnapshot[]>((db) => {
      const rows = this.#reads(db).latestSnapshots.all({ limit: Math.max(0, limit) });
      return z.array(performanceSnapshotSchema).parse(rows).toReversed();
    }, []);
  }

  /** Oldest first. */
  latestScalingEvents(limit: number): readonly ScalingEvent[] {
    return this.#slot.read<readonly ScalingEvent[]>((db) => {
      const rows = this.#reads(db).latestScalingEvents.all({ limit: Math.max(0, limit) });
      return z.array(scalingEventSchema).parse(rows).toReversed();
    }, []);
  }

  /** The last `limit` of the range, oldest first. */
  scalingEvents({
    fromSeconds,
    toSeconds,
    limit,
  }: HistoryRange & { readonly limit: number }): readonly ScalingEvent[] {
    return this.#slot.read<readonly ScalingEvent[]>((db) => {
      const rows = this.#reads(db).scalingEvents.all({ fromSeconds, toSeconds, limit: Math.max(0, limit) });
      return z.array(scalingEventSchema).parse(rows).toReversed();
    }, []);
  }

  /**
   * Turns minutes that are old enough into hours and forgets what is older than the retention, an hour at a time.
   * An hour is added and its minutes are removed in one transaction: whatever interrupts it, each is counted once.
   */
  rollUp(nowSeconds: number, { minuteRetentionHours = 48, retentionDays = 30 }: HistoryRetention = {}): void {
    const retentionSeconds = retentionDays * daySeconds;
    const minuteSeconds = Math.min(minuteRetentionHours * hourSeconds, retentionSeconds);
    // Only whole hours: one of which minutes are still kept stays as minutes.
    const lastHour = Math.floor((nowSeconds - minuteSeconds) / hourSeconds) * hourSeconds;
    const hours = this.#slot.read<z.infer<typeof hourRowsSchema>>((db) => {
      const rows = this.#reads(db).hoursToRollUp.all({ toSeconds: lastHour, limit: maxHoursAtOnce });
      return hourRowsSchema.parse(rows);
    }, []);
    for (const { ends_at: endsAt } of hours) this.#slot.write((db) => this.#rollUpHour(db, endsAt));
    this.#slot.write((db) => this.#forget(db, nowSeconds - retentionSeconds));
  }

  #saveRun(db: WritableDb, run: Run, updatedAtSeconds: number, totals: RunTotals): void {
    this.#writes(db).saveRun.run({
      ...totals,
      id: run.id,
      kind: run.kind,
      started_at: run.startedAtSeconds,
      updated_at: updatedAtSeconds,
      verdicts: JSON.stringify(totals.verdicts),
      reasons: JSON.stringify(totals.reasons),
    });
  }

  #rollUpHour(db: WritableDb, endsAtSeconds: number): void {
    const statements = this.#writes(db);
    const range = { fromSeconds: endsAtSeconds - hourSeconds, toSeconds: endsAtSeconds };
    db.transaction(() => {
      statements.rollUpHour.run(range);
      statements.deleteMinutes.run(range);
    })();
  }

  #forget(db: WritableDb, toSeconds: number): void {
    const statements = this.#writes(db);
    const running = JSON.stringify([...this.#running.keys()]);
    statements.deleteHours.run({ toSeconds });
    statements.deleteScalingEvents.run({ toSeconds, limit: maxDeletedAtOnce });
    statements.deleteRuns.run({ toSeconds, limit: maxDeletedAtOnce, running });
  }
}

/** A figure that went back counts as unchanged. A row stands for a second at least: nothing is extrapolated from an instant. */
function intervalOf(
  before: z.infer<typeof numbersSchema>,
  totals: RunTotals,
  snapshot: PerformanceSnapshot,
): Readonly<Record<string, number>> {
  function grown(name: keyof typeof before): number {
    return Math.max(0, totals[name] - before[name]);
  }
  return {
    interval_seconds: Math.max(1, grown('uptime_seconds')),
    interval_scans: grown('scans'),
    interval_scan_seconds: grown('scan_seconds'),
    interval_cache_hits: grown('cache_hits'),
    interval_cache_misses: grown('cache_misses'),
    interval_threats: grown('threats'),
    interval_time_saved_seconds: grown('time_saved_seconds'),
    // The maximum is since the start: only one that grew is of this interval.
    interval_max_queue_depth:
      totals.max_queue_depth > before.max_queue_depth ? totals.max_queue_depth : snapshot.queue_depth,
  };
}

function verdictCounts(
  rows: z.infer<typeof countRowsSchema>,
): Partial<Record<z.infer<typeof verdictKindSchema>, number>> {
  return Object.fromEntries(rows.map(({ name, count }) => [verdictKindSchema.parse(name), count] as const));
}
