// What the cache may answer for one file, decided from what memory and database hold; expired is never an answer.
import type { StoredFile, StoredVerdict } from '../../shared/stored-verdict.ts';
import type { Verdict } from '../../shared/verdict.ts';

/** What verdicts are valid within: it changes with the signatures, rules, lists or limits of any engine. */
export interface Generation {
  readonly id: string;
  /** False: signatures may have changed without it; what is remembered counts only for a short time. */
  readonly isCertain: boolean;
  /** False: others are being loaded, and nobody knows which of them spoke. Each change makes another object. */
  readonly isSettled: boolean;
}

/** The file is known to have been seen, and a finding stands; as an answer the verdict never counts. */
export const mixedGeneration: Generation = { id: 'mixed', isCertain: false, isSettled: false };

export type Recall =
  /** As if the engines had just looked; `savedMs` is what they took when they did. */
  | { readonly kind: 'known'; readonly verdict: Verdict; readonly savedMs: number }
  /**
   * A finding made with another generation, or one past its time: the file must be scanned again, and until that has
   * an answer the finding stays. It ends no sooner, because it is no promise that could go stale.
   */
  | { readonly kind: 'standing'; readonly verdict: Verdict }
  | { readonly kind: 'unknown' };

export const unknown: Recall = { kind: 'unknown' };

/** One file with its verdict, as memory keeps it. */
export interface KeptVerdict extends StoredVerdict {
  readonly hashedAtMs: number;
}

export interface CacheTimes {
  /** Since the bytes were hashed. */
  readonly identityTtlMs: number;
  /** Since the engines looked. */
  readonly verdictTtlMs: number;
  /** The same where the generation is not certain; the shorter one counts. */
  readonly uncertainTtlMs: number;
}

/** Within which age something counts. */
export interface Validity {
  readonly nowMs: number;
  readonly generation: Generation;
  readonly times: CacheTimes;
}

export type Decision = {
  readonly identity: 'hit' | 'miss' | 'expired';
  /** null: without the identity the verdict was not looked up. */
  readonly verdict: 'hit' | 'miss' | 'expired' | null;
} & (
  | { readonly kind: 'known' | 'standing'; readonly kept: KeptVerdict; readonly from: 'memory' | 'database' }
  | { readonly kind: 'unknown' }
);

/** Nobody knows the file. */
export const notStored: Decision = { kind: 'unknown', identity: 'miss', verdict: null };

/** What memory holds settles it alone: the same generation, nothing expired. */
export function isCurrent(kept: KeptVerdict, validity: Validity): boolean {
  return isVerdictCurrent(kept, validity) && isIdentityAlive(kept, validity);
}

/** The same for a content, whichever file has it. */
export function isVerdictCurrent(
  { generation, scannedAtMs }: Pick<StoredVerdict, 'generation' | 'scannedAtMs'>,
  validity: Validity,
): boolean {
  return (
    generation === validity.generation.id &&
    isAlive(scannedAtMs, verdictTtlMs(validity.generation, validity.times), validity.nowMs)
  );
}

/** For what `isCurrent` did not settle: together with what the database holds of it. */
export function decideRecall(
  inMemory: KeptVerdict | undefined,
  stored: StoredFile | null,
  validity: Validity,
): Decision {
  if (inMemory === undefined && stored === null) return notStored;
  const inStore = stored === null ? null : keptOf(stored);
  if (inStore !== null && isCurrent(inStore, validity)) {
    return { kind: 'known', kept: inStore, from: 'database', identity: 'hit', verdict: 'hit' };
  }
  const lookups = countLookups(inMemory, stored, inStore, validity);
  const isMemoryLater =
    inMemory !== undefined && (inStore === null || inMemory.scannedAtMs >= inStore.scannedAtMs);
  // The last word counts: a finding that a later scan did not confirm stands no more.
  const last = isMemoryLater ? inMemory : inStore;
  if (last === null || last.judgement.kind === 'clean') return { kind: 'unknown', ...lookups };
  return { kind: 'standing', kept: last, from: isMemoryLater ? 'memory' : 'database', ...lookups };
}

export function verdictTtlMs({ isCertain }: Generation, times: CacheTimes): number {
  return isCertain ? times.verdictTtlMs : Math.min(times.verdictTtlMs, times.uncertainTtlMs);
}

/** @param durationMs what the look-up took. */
export function recallOf(decision: Decision, durationMs: number): Recall {
  if (decision.kind === 'unknown') return unknown;
  const { judgement, engines, sha256, sizeBytes, scanMs } = decision.kept;
  const verdict = { judgement, engines, sha256, sizeBytes, durationMs, cachedFrom: decision.from };
  return decision.kind === 'known'
    ? { kind: 'known', verdict, savedMs: scanMs }
    : { kind: 'standing', verdict };
}

function countLookups(
  inMemory: KeptVerdict | undefined,
  stored: StoredFile | null,
  inStore: KeptVerdict | null,
  validity: Validity,
): Pick<Decision, 'identity' | 'verdict'> {
  const lives =
    (stored !== null && isIdentityAlive(stored, validity)) ||
    (inMemory !== undefined && isIdentityAlive(inMemory, validity));
  if (!lives) return { identity: 'expired', verdict: null };
  const wasOfGeneration = [inMemory, inStore].some((kept) => kept?.generation === validity.generation.id);
  return { identity: 'hit', verdict: wasOfGeneration ? 'expired' : 'miss' };
}

function keptOf({ sha256, hashedAtMs, verdict }: StoredFile): KeptVerdict | null {
  if (verdict === null) return null;
  const { generation, judgement, engines, sizeBytes, scanMs, scannedAtMs } = verdict;
  return { sha256, hashedAtMs, generation, judgement, engines, sizeBytes, scanMs, scannedAtMs };
}

function isIdentityAlive({ hashedAtMs }: { readonly hashedAtMs: number }, validity: Validity): boolean {
  return isAlive(hashedAtMs, validity.times.identityTtlMs, validity.nowMs);
}

/** What is from the future is not alive: with a clock that was set back it would live for ever. */
function isAlive(sinceMs: number, ttlMs: number, nowMs: number): boolean {
  const ageMs = nowMs - sinceMs;
  return ageMs >= 0 && ageMs < ttlMs;
}
