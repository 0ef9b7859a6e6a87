// Runs with what they came to, a row a minute, a row an hour, and every change of the number of workers.
import type Database from 'better-sqlite3';

/**
 * Every scan is counted in exactly one interval: of a row of `snapshots`, or of the row of `hours` it went into.
 * Gauges of `hours` are stored times seconds, so that hours can be added to each other and still give a mean.
 */
export function createHistoryTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      started_at REAL NOT NULL,
      updated_at REAL NOT NULL,
      ended_at REAL,
      uptime_seconds REAL NOT NULL,
      scans INTEGER NOT NULL,
      scan_seconds REAL NOT NULL,
      bytes INTEGER NOT NULL,
      threats INTEGER NOT NULL,
      cache_hits INTEGER NOT NULL,
      cache_misses INTEGER NOT NULL,
      clamav_detections INTEGER NOT NULL,
      yara_detections INTEGER NOT NULL,
      hybrid_detections INTEGER NOT NULL,
      max_queue_depth INTEGER NOT NULL,
      scaling_events INTEGER NOT NULL,
      snapshots INTEGER NOT NULL,
      lost_events INTEGER NOT NULL,
      time_saved_seconds REAL NOT NULL,
      verdicts TEXT NOT NULL,
      reasons TEXT NOT NULL
    ) STRICT;
    CREATE INDEX runs_updated_at ON runs (updated_at);

    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY,
      run_id TEXT NOT NULL,
      timestamp REAL NOT NULL,
      uptime_seconds REAL NOT NULL,
      scans_completed INTEGER NOT NULL,
      scans_per_hour REAL NOT NULL,
      average_scan_duration REAL NOT NULL,
      threats_detected INTEGER NOT NULL,
      cache_hits INTEGER NOT NULL,
      cache_misses INTEGER NOT NULL,
      cache_hit_rate REAL NOT NULL,
      queue_depth INTEGER NOT NULL,
      max_queue_depth INTEGER NOT NULL,
      active_workers INTEGER NOT NULL,
      total_workers INTEGER NOT NULL,
      worker_utilization REAL NOT NULL,
      cpu_percent REAL NOT NULL,
      memory_percent REAL NOT NULL,
      clamav_detections INTEGER NOT NULL,
      yara_detections INTEGER NOT NULL,
      hybrid_detections INTEGER NOT NULL,
      interval_seconds REAL NOT NULL,
      interval_scans INTEGER NOT NULL,
      interval_scan_seconds REAL NOT NULL,
      interval_cache_hits INTEGER NOT NULL,
      interval_cache_misses INTEGER NOT NULL,
      interval_threats INTEGER NOT NULL,
      interval_time_saved_seconds REAL NOT NULL,
      interval_max_queue_depth INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX snapshots_timestamp ON snapshots (timestamp);

    CREATE TABLE hours (
      ends_at INTEGER PRIMARY KEY,
      covered_seconds REAL NOT NULL,
      seconds REAL NOT NULL,
      scans INTEGER NOT NULL,
      scan_seconds REAL NOT NULL,
      cache_hits INTEGER NOT NULL,
      cache_misses INTEGER NOT NULL,
      threats INTEGER NOT NULL,
      time_saved_seconds REAL NOT NULL,
      max_queue_depth INTEGER NOT NULL,
      queue_depth_seconds REAL NOT NULL,
      worker_seconds REAL NOT NULL,
      busy_worker_seconds REAL NOT NULL,
      cpu_percent_seconds REAL NOT NULL,
      memory_percent_seconds REAL NOT NULL
    ) STRICT;

    CREATE TABLE scaling_events (
      id INTEGER PRIMARY KEY,
      run_id TEXT NOT NULL,
      timestamp REAL NOT NULL,
      type TEXT NOT NULL,
      old_workers INTEGER NOT NULL,
      new_workers INTEGER NOT NULL,
      queue_depth INTEGER NOT NULL,
      cpu_percent REAL NOT NULL,
      memory_percent REAL NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX scaling_events_timestamp ON scaling_events (timestamp);
  `);
}
