// The severity of a finding in a column of its own, so that the newest of one severity are found without reading the others.
import type Database from 'better-sqlite3';

/** The highest of its detections; `low` for those that nobody wrote like this. */
export function addSeverityOfFindings(db: Database.Database): void {
  db.exec(`
    ALTER TABLE findings ADD COLUMN severity TEXT NOT NULL DEFAULT 'low';
    UPDATE findings SET severity = coalesce((
      SELECT json_extract(findings.detections, detection.fullkey || '.severity') AS severity
      FROM json_each(findings.detections) AS detection
      WHERE severity IN ('low', 'medium', 'high', 'critical')
      ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END
      LIMIT 1
    ), 'low') WHERE json_valid(detections);
    CREATE INDEX findings_severity ON findings (severity, found_at_ms, id);
  `);
}
