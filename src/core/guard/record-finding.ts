// A verdict becomes a finding: kept once however often it is met, and written into the history when it is new.
import { displayPath } from '../../shared/display-path.ts';
import type { FindingState } from '../../shared/finding.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import { threatIn, type Detection } from '../../shared/verdict.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { FindingStore, RecordedFinding } from '../store/finding-store.ts';

export interface FindingRecord {
  readonly state: FindingState;
  readonly note: string;
  readonly jobId: number | null;
  /** Who found it. */
  readonly actor: string;
}

/** null for what is no finding, or is about no file that could be named again. */
export function recordFinding(
  to: {
    readonly findings: FindingStore;
    readonly write: (note: HistoryNote) => void;
    readonly now?: () => number;
  },
  { request, verdict, identity }: ScanOutcome,
  { actor, ...record }: FindingRecord,
): RecordedFinding | null {
  const threat = threatIn(verdict);
  if (threat === null || identity === null) return null;
  const { path, origin } = request;
  const { sha256, sizeBytes } = verdict;
  const { kind, detections } = threat;
  const recorded = to.findings.record(
    { ...record, path, identity, sha256, sizeBytes, verdict: kind, detections, origin, vaultId: null },
    (to.now ?? Date.now)(),
  );
  const { finding, isNew } = recorded;
  if (isNew) {
    to.write({
      kind: 'detection',
      actor,
      text: `${namesOf(detections)} ${wereFound(detections)}.`,
      path,
      details: {
        finding: finding.id,
        sha256,
        severity: finding.severity,
        verdict: kind,
        detections: detections.map(({ engine, name, severity }) => ({ engine, name, severity })),
        state: finding.state,
      },
    });
  }
  return recorded;
}

function wereFound(detections: readonly Detection[]): string {
  return new Set(detections.map(({ name }) => name)).size === 1 ? 'was found' : 'were found';
}

/** Names of engines' signatures, at most three of them. */
export function namesOf(detections: readonly Detection[]): string {
  const names = [...new Set(detections.map(({ name }) => displayPath(name, true)))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}
