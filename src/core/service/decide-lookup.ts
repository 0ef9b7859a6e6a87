// What may be said of a content that nobody has handed in: from verdicts and hash lists; clean only as a scan would say it now.
import type { LookupResult } from '../../shared/service-documents.ts';
import type { StoredVerdict } from '../../shared/stored-verdict.ts';
import { isHybrid } from '../../shared/verdict.ts';
import { isVerdictCurrent, type Validity, verdictTtlMs } from '../cache/recall.ts';
import type { ReadyAnswer } from '../cache/query-cache.ts';
import { badHashDetection, type HashLookup } from '../engines/hash-lists.ts';

export interface LookupFacts {
  readonly sha256: string;
  /** The verdict of the generation in force, else the newest finding of another. */
  readonly stored: StoredVerdict | null;
  /** null where the lists were not asked, or did not answer. */
  readonly listed: HashLookup | null;
  /** A known-good hash spares the engines. */
  readonly trustsKnownGood: boolean;
}

/** Whether the engines that are in force have looked: then nobody else needs to be asked. */
export function isSettledByVerdict(stored: StoredVerdict | null, validity: Validity): boolean {
  return stored !== null && isVerdictCurrent(stored, validity);
}

/**
 * A finding stands whatever its age and generation, until the engines have looked again; what is listed as good would be
 * told clean by them, without a look.
 */
export function decideLookup(
  { sha256, stored, listed, trustsKnownGood }: LookupFacts,
  validity: Validity,
): ReadyAnswer {
  if (stored !== null && isVerdictCurrent(stored, validity)) {
    const isFinding = stored.judgement.kind !== 'clean';
    const endsAtMs = stored.scannedAtMs + verdictTtlMs(validity.generation, validity.times);
    return ready(resultOf(stored), isFinding ? Number.POSITIVE_INFINITY : endsAtMs);
  }
  // The engines that found it said more than the list does.
  if (listed?.kind === 'bad' && stored?.judgement.kind !== 'infected') {
    return ready({
      ...unknownResult(sha256),
      known: true,
      verdict: 'infected',
      source: 'hash_list',
      engines: ['hash'],
      detections: [badHashDetection(listed.name)],
    });
  }
  if (listed?.kind === 'good' && trustsKnownGood) {
    return ready({
      ...unknownResult(sha256),
      known: true,
      verdict: 'clean',
      source: 'hash_list',
      engines: ['hash'],
    });
  }
  if (stored !== null && stored.judgement.kind !== 'clean') return ready(resultOf(stored));
  return ready(unknownResult(sha256));
}

function ready(result: LookupResult, endsAtMs = Number.POSITIVE_INFINITY): ReadyAnswer {
  const { known, verdict } = result;
  return { text: JSON.stringify(result), isKnown: known, isFinding: known && verdict !== 'clean', endsAtMs };
}

function resultOf({ sha256, judgement, engines, sizeBytes, scannedAtMs }: StoredVerdict): LookupResult {
  const detections = judgement.kind === 'clean' ? [] : [...judgement.detections];
  return {
    sha256,
    known: true,
    verdict: judgement.kind,
    source: 'verdict',
    engines: [...engines],
    hybrid: isHybrid(detections),
    detections,
    size_bytes: sizeBytes,
    scanned_at: scannedAtMs / 1000,
  };
}

function unknownResult(sha256: string): LookupResult {
  return {
    sha256,
    known: false,
    verdict: null,
    source: null,
    engines: [],
    hybrid: false,
    detections: [],
    size_bytes: null,
    scanned_at: null,
  };
}
