// From the rows of the findings to what they tell, and what a draft becomes before it is written.
import { z } from 'zod';
import { findingSchema, findingStateSchema, type Finding, type FindingState } from '../../shared/finding.ts';
import type { Origin } from '../../shared/scan.ts';
import { severitySchema, type Detection } from '../../shared/verdict.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { FindingColumns } from './finding-statements.ts';
import { readJson } from './stored-rows.ts';

export interface FindingDraft {
  readonly path: string;
  readonly identity: string;
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly verdict: Finding['verdict'];
  readonly detections: readonly Detection[];
  readonly origin: Origin;
  /** The job that found it; null where there was none. */
  readonly jobId: number | null;
  readonly state: FindingState;
  readonly note: string;
  readonly vaultId: string | null;
}

const rowSchema = z.object({
  id: z.number(),
  path: z.instanceof(Buffer),
  identity: z.string(),
  sha256: z.string().nullable(),
  size_bytes: z.number(),
  verdict: z.string(),
  detections: z.string(),
  origin: z.string(),
  state: findingStateSchema,
  note: z.string(),
  vault_id: z.string().nullable(),
  found_at_ms: z.number(),
  seen_at_ms: z.number(),
});
const detectionsSchema = findingSchema.shape.detections;
export function stateAfter(
  known: Finding,
  columns: FindingColumns,
): Pick<FindingColumns, 'state' | 'note' | 'vaultId'> {
  const { state, note, vaultId } = columns;
  const { state: knownState, note: knownNote, vault_id: knownVaultId } = known;
  // A person has seen it and left it alone: to find it once more is no news.
  if (state === 'open' && knownState === 'dismissed')
    return { state: knownState, note: knownNote, vaultId: knownVaultId };
  return { state, note: note === '' && state === knownState ? knownNote : note, vaultId };
}

export function columnsOf(draft: FindingDraft, atMs: number): FindingColumns {
  const names = [...new Set(draft.detections.map(({ name }) => name))].toSorted();
  return {
    path: pathBytes(draft.path),
    identity: draft.identity,
    sha256: draft.sha256,
    sizeBytes: draft.sizeBytes,
    verdict: draft.verdict,
    severity: highestSeverity(draft.detections),
    detections: JSON.stringify(draft.detections),
    detectionNames: JSON.stringify(names),
    origin: draft.origin,
    state: draft.state,
    note: draft.note.toWellFormed(),
    vaultId: draft.vaultId,
    atMs: Math.round(atMs),
  };
}

/** null for a row that nobody wrote like this. */
export function readFinding(row: unknown): Finding | null {
  const stored = rowSchema.safeParse(row);
  const detections = detectionsSchema.safeParse(readJson(stored.data?.detections));
  if (!stored.success || !detections.success) return null;
  const { path, found_at_ms: foundAtMs, seen_at_ms: seenAtMs, ...columns } = stored.data;
  const finding = findingSchema.safeParse({
    ...columns,
    path: decodePath(path),
    severity: highestSeverity(detections.data),
    detections: detections.data,
    found_at: foundAtMs / 1000,
    seen_at: seenAtMs / 1000,
  });
  return finding.success ? finding.data : null;
}

export function provisional(id: number, draft: FindingDraft, atMs: number): Finding {
  const { sizeBytes, vaultId, jobId: _jobId, ...same } = draft;
  return {
    ...same,
    id,
    detections: [...draft.detections],
    severity: highestSeverity(draft.detections),
    size_bytes: sizeBytes,
    vault_id: vaultId,
    found_at: atMs / 1000,
    seen_at: atMs / 1000,
  };
}

function highestSeverity(detections: readonly Detection[]): Finding['severity'] {
  const found = new Set(detections.map(({ severity }) => severity));
  return severitySchema.options.findLast((severity) => found.has(severity)) ?? 'low';
}
