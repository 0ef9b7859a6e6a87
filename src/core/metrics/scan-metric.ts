// One scan as it is kept in memory, and as it is shown.
import type { ScanMetric } from '../../shared/metrics.ts';
import type { Priority } from '../../shared/scan.ts';
import { assertNever, type VerdictKind } from '../../shared/verdict.ts';
import { amount } from './take-snapshot.ts';

export interface RecordedScan {
  /** As it travels inside (`core/files/raw-path.ts`). */
  readonly path: string;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly kind: VerdictKind;
  readonly cached: boolean;
  readonly priority: Priority;
  /** Unix seconds. */
  readonly timestamp: number;
}

export function scanMetricOf(scan: RecordedScan): ScanMetric {
  return {
    file_path: scan.path.toWellFormed(),
    scan_duration: scan.durationMs / 1000,
    file_size: amount(scan.sizeBytes),
    result: resultOf(scan.kind),
    verdict: scan.kind,
    cached: scan.cached,
    priority: scan.priority,
    timestamp: scan.timestamp,
  };
}

function resultOf(kind: VerdictKind): ScanMetric['result'] {
  switch (kind) {
    case 'clean':
      return 'clean';
    case 'infected':
    case 'suspicious':
      return 'infected';
    case 'partial':
    case 'unscannable':
      return 'error';
    default:
      return assertNever(kind);
  }
}
