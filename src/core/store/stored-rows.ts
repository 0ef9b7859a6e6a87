// From columns to verdicts and back: what does not read as it was written counts as not stored.
import { z } from 'zod';
import type { FileIdentity } from '../../shared/scan.ts';
import type { StoredFile, StoredVerdict } from '../../shared/stored-verdict.ts';
import {
  detectionSchema,
  engineNameSchema,
  type CompleteJudgement,
  type EngineName,
} from '../../shared/verdict.ts';

export type Row = readonly unknown[];

/** The columns of a verdict, in the order `readVerdict` takes them. */
export const verdictColumns = 'generation, kind, detections, engines, size_bytes, scan_ms, scanned_at_ms';

const detectionsSchema = z.tuple([detectionSchema], detectionSchema);
const identityPattern = /^\d+:\d+:\d+:-?\d+:-?\d+$/;

export function isFileIdentity(value: unknown): value is FileIdentity {
  return typeof value === 'string' && identityPattern.test(value);
}

/** @param row the columns of `verdictColumns`, from the index `first` on. */
export function readVerdict(sha256: string, row: Row, first: number): StoredVerdict | null {
  const generation = row[first];
  const engineText = row[first + 3];
  const [sizeBytes, scanMs, scannedAtMs] = [row[first + 4], row[first + 5], row[first + 6]];
  if (typeof generation !== 'string' || typeof engineText !== 'string') return null;
  if (typeof sizeBytes !== 'number' || typeof scanMs !== 'number' || typeof scannedAtMs !== 'number')
    return null;
  const judgement = readJudgement(row[first + 1], row[first + 2]);
  const engines = engineLists.get(engineText);
  if (judgement === null || engines === undefined) return null;
  return { sha256, generation, judgement, engines, sizeBytes, scanMs, scannedAtMs };
}

/**
 * A file of one of its rows: [any, sha256, hashed_at_ms, verdict columns …], of which there is one for each verdict.
 * @param known what its rows before this one said.
 */
export function readStoredFile(
  identity: FileIdentity,
  row: Row,
  known: StoredFile | null,
  generation: string,
): StoredFile | null {
  const [, sha256, hashedAtMs] = row;
  if (typeof sha256 !== 'string' || typeof hashedAtMs !== 'number') return null;
  const verdict = betterVerdict(known?.verdict ?? null, readVerdict(sha256, row, 3), generation);
  return { identity, sha256, hashedAtMs, verdict };
}

/** The one of the generation, else the newer one. */
export function betterVerdict(
  known: StoredVerdict | null,
  other: StoredVerdict | null,
  generation: string,
): StoredVerdict | null {
  if (known === null || other === null) return known ?? other;
  if (known.generation === generation) return known;
  if (other.generation === generation) return other;
  return other.scannedAtMs > known.scannedAtMs ? other : known;
}

export function writeDetections(judgement: CompleteJudgement): string | null {
  return judgement.kind === 'clean' ? null : JSON.stringify(judgement.detections);
}

export function writeEngines(engines: readonly EngineName[]): string {
  return engines.join(',');
}

function readJudgement(kind: unknown, detections: unknown): CompleteJudgement | null {
  if (kind === 'clean') return { kind };
  if (kind !== 'infected' && kind !== 'suspicious') return null;
  const parsed = detectionsSchema.safeParse(readJson(detections));
  return parsed.success ? { kind, detections: parsed.data } : null;
}

/** Every list of engines, in any order, as it is written: a row for every file is read, and there are only sixteen. */
const engineLists: ReadonlyMap<string, readonly EngineName[]> = new Map(
  arrangementsOf(engineNameSchema.options).map((engines) => [writeEngines(engines), engines]),
);

function arrangementsOf(names: readonly EngineName[]): readonly (readonly EngineName[])[] {
  const longer = names.flatMap((first) =>
    arrangementsOf(names.filter((name) => name !== first)).map((rest) => [first, ...rest]),
  );
  return [[], ...longer];
}

/** undefined for what is no JSON. */
export function readJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
