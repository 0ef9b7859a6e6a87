// The SQL of the metrics history, prepared once a handle; every range is open at its start and closed at its end.
import { performanceSnapshotSchema, runTotalsSchema, scalingEventSchema } from '../../shared/metrics.ts';
import type { ReadableDb, WritableDb } from './database-handle.ts';

const snapshotColumns = Object.keys(performanceSnapshotSchema.shape);
const eventColumns = Object.keys(scalingEventSchema.shape);
const { verdicts: _verdicts, reasons: _reasons, ...numbers } = runTotalsSchema.shape;
const totalColumns = Object.keys(numbers);

const intervalColumns = [
  'interval_seconds',
  'interval_scans',
  'interval_scan_seconds',
  'interval_cache_hits',
  'interval_cache_misses',
  'interval_threats',
  'interval_time_saved_seconds',
  'interval_max_queue_depth',
];

/** What is added up from interval to interval; `max_queue_depth` is not, and `covered_seconds` not within one bucket. */
const addedColumns = [
  'seconds',
  'scans',
  'scan_seconds',
  'cache_hits',
  'cache_misses',
  'threats',
  'time_saved_seconds',
  'queue_depth_seconds',
  'worker_seconds',
  'busy_worker_seconds',
  'cpu_percent_seconds',
  'memory_percent_seconds',
];
const figureColumns = ['covered_seconds', ...addedColumns, 'max_queue_depth'];

const minuteFigures = `
  SELECT timestamp AS ends_at,
    interval_seconds AS covered_seconds,
    interval_seconds AS seconds,
    interval_scans AS scans,
    interval_scan_seconds AS scan_seconds,
    interval_cache_hits AS cache_hits,
    interval_cache_misses AS cache_misses,
    interval_threats AS threats,
    interval_time_saved_seconds AS time_saved_seconds,
    queue_depth * interval_seconds AS queue_depth_seconds,
    total_workers * interval_seconds AS worker_seconds,
    worker_utilization * total_workers * interval_seconds AS busy_worker_seconds,
    cpu_percent * interval_seconds AS cpu_percent_seconds,
    memory_percent * interval_seconds AS memory_percent_seconds,
    interval_max_queue_depth AS max_queue_depth
  FROM snapshots
  WHERE timestamp > @fromSeconds AND timestamp <= @toSeconds`;

const hourFigures = `
  SELECT ends_at, ${figureColumns.join(', ')}
  FROM hours
  WHERE ends_at > @fromSeconds AND ends_at <= @toSeconds`;

/** Time that two runs share is covered once: of each interval only what lies after the end of all that began before it. */
const freshSeconds = `
  max(0, ends_at - max(ends_at - covered_seconds, coalesce(
    max(ends_at) OVER (
      PARTITION BY bucket ORDER BY ends_at - covered_seconds
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ),
    ends_at - covered_seconds
  )))`;

const addedFigures = [
  'sum(fresh_seconds) AS covered_seconds',
  ...addedColumns.map((column) => `sum(${column}) AS ${column}`),
  'max(max_queue_depth) AS max_queue_depth',
].join(', ');

export const historySql = `
  WITH
    figures AS (${minuteFigures} UNION ALL ${hourFigures}),
    placed AS (
      SELECT *,
        max(0, min(@buckets, ceil((ends_at - @fromSeconds) / @widthSeconds)) - 1) AS bucket
      FROM figures
    ),
    fresh AS (SELECT *, ${freshSeconds} AS fresh_seconds FROM placed)
  SELECT bucket, ${addedFigures} FROM fresh GROUP BY bucket ORDER BY bucket`;

export const recentSql = `
  SELECT coalesce(sum(interval_scans), 0) AS scans,
    coalesce(sum(interval_scan_seconds), 0) AS scan_seconds,
    coalesce(sum(interval_cache_hits), 0) AS cache_hits,
    coalesce(sum(interval_cache_misses), 0) AS cache_misses,
    coalesce(sum(interval_threats), 0) AS threats
  FROM snapshots
  WHERE timestamp > @fromSeconds AND timestamp <= @toSeconds`;

/** By number, not by time: what was written last is the latest, also after the clock was put back. */
export const latestSnapshotsSql = `
  SELECT ${snapshotColumns.join(', ')} FROM snapshots ORDER BY id DESC LIMIT @limit`;
export const latestScalingEventsSql = `
  SELECT ${eventColumns.join(', ')} FROM scaling_events ORDER BY id DESC LIMIT @limit`;

export const scalingEventsSql = `
  SELECT ${eventColumns.join(', ')} FROM scaling_events
  WHERE timestamp > @fromSeconds AND timestamp <= @toSeconds
  ORDER BY timestamp DESC, id DESC LIMIT @limit`;

const totalsSql = `
  SELECT ${totalColumns
    .map((column) => `coalesce(${column === 'max_queue_depth' ? 'max' : 'sum'}(${column}), 0) AS ${column}`)
    .join(', ')}
  FROM runs WHERE updated_at >= @sinceSeconds`;

/** CROSS JOIN keeps the order of the tables: the rows first, then what their JSON holds. */
function countsSql(column: 'verdicts' | 'reasons'): string {
  return `
    SELECT entry.key AS name, sum(entry.value) AS count
    FROM runs CROSS JOIN json_each(runs.${column}) AS entry
    WHERE runs.updated_at >= @sinceSeconds GROUP BY entry.key`;
}

export const openRunSql = `
  SELECT 1 FROM runs WHERE updated_at >= @sinceSeconds AND ended_at IS NULL LIMIT 1`;

export const hoursToRollUpSql = `
  SELECT DISTINCT CAST(ceil(timestamp / 3600) AS INTEGER) * 3600 AS ends_at
  FROM snapshots WHERE timestamp <= @toSeconds ORDER BY ends_at LIMIT @limit`;

/** A row that comes late, after its hour was rolled up, is added to that hour. */
export const rollUpHourSql = `
  INSERT INTO hours (ends_at, ${figureColumns.join(', ')})
  SELECT @toSeconds, ${addedFigures}
  FROM (SELECT *, ${freshSeconds} AS fresh_seconds FROM (SELECT *, 0 AS bucket FROM (${minuteFigures})))
  HAVING count(*) > 0
  ON CONFLICT (ends_at) DO UPDATE SET
    ${['covered_seconds', ...addedColumns].map((column) => `${column} = ${column} + excluded.${column}`).join(', ')},
    max_queue_depth = max(max_queue_depth, excluded.max_queue_depth)`;

/** A figure of a run only grows: what is smaller came late or from a fault, and is never subtracted. */
const saveRunSql = `
  INSERT INTO runs (id, kind, started_at, updated_at, verdicts, reasons, ${totalColumns.join(', ')})
  VALUES (@id, @kind, @started_at, @updated_at, @verdicts, @reasons, ${named(totalColumns)})
  ON CONFLICT (id) DO UPDATE SET
    updated_at = excluded.updated_at, verdicts = excluded.verdicts, reasons = excluded.reasons,
    ${totalColumns.map((column) => `${column} = max(${column}, excluded.${column})`).join(', ')}`;

const endRunSql = 'UPDATE runs SET ended_at = max(started_at, @endedAtSeconds) WHERE id = @id';

const runTotalsSql = `SELECT ${totalColumns.join(', ')} FROM runs WHERE id = ?`;

const saveSnapshotSql = insertInto('snapshots', ['run_id', ...snapshotColumns, ...intervalColumns]);
const saveScalingEventSql = insertInto('scaling_events', ['run_id', ...eventColumns]);

const deleteMinutesSql = 'DELETE FROM snapshots WHERE timestamp > @fromSeconds AND timestamp <= @toSeconds';
const deleteHoursSql = 'DELETE FROM hours WHERE ends_at <= @toSeconds';
const deleteScalingEventsSql = `
  DELETE FROM scaling_events WHERE id IN
    (SELECT id FROM scaling_events WHERE timestamp <= @toSeconds ORDER BY timestamp LIMIT @limit)`;
/** Runs that still go on are kept, however long their machine slept. */
const deleteRunsSql = `
  DELETE FROM runs WHERE id IN
    (SELECT id FROM runs WHERE updated_at <= @toSeconds
      AND id NOT IN (SELECT value FROM json_each(@running)) LIMIT @limit)`;

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${named(columns)})`;
}

function named(columns: readonly string[]): string {
  return columns.map((column) => `@${column}`).join(', ');
}

export type Parameters = Readonly<Record<string, string | number>>;

export function prepareReads(db: ReadableDb) {
  return {
    history: db.prepare<Parameters>(historySql),
    recent: db.prepare<Parameters>(recentSql),
    totals: db.prepare<Parameters>(totalsSql),
    verdicts: db.prepare<Parameters>(countsSql('verdicts')),
    reasons: db.prepare<Parameters>(countsSql('reasons')),
    latestSnapshots: db.prepare<Parameters>(latestSnapshotsSql),
    latestScalingEvents: db.prepare<Parameters>(latestScalingEventsSql),
    scalingEvents: db.prepare<Parameters>(scalingEventsSql),
    openRun: db.prepare<Parameters>(openRunSql),
    hoursToRollUp: db.prepare<Parameters>(hoursToRollUpSql),
  };
}

export function prepareWrites(db: WritableDb) {
  return {
    runTotals: db.prepare<[string]>(runTotalsSql),
    saveRun: db.prepare<Parameters>(saveRunSql),
    endRun: db.prepare<Parameters>(endRunSql),
    saveSnapshot: db.prepare<Parameters>(saveSnapshotSql),
    saveScalingEvent: db.prepare<Parameters>(saveScalingEventSql),
    rollUpHour: db.prepare<Parameters>(rollUpHourSql),
    deleteMinutes: db.prepare<Parameters>(deleteMinutesSql),
    deleteHours: db.prepare<Parameters>(deleteHoursSql),
    deleteScalingEvents: db.prepare<Parameters>(deleteScalingEventsSql),
    deleteRuns: db.prepare<Parameters>(deleteRunsSql),
  };
}
