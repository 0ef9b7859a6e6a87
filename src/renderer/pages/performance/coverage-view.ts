// How much got an answer and why the rest did not, as shares and rows.
import type { Coverage } from '../../../shared/metrics.ts';
import type { Reason } from '../../../shared/verdict.ts';
import { counted, formatPercent } from '../../format/numbers.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { reasonWords } from '../../messages/words.ts';

export interface OutcomeShare {
  readonly key: 'clean' | 'found' | 'partial' | 'unscannable';
  readonly name: string;
  readonly scans: number;
  /** 0 to 1. */
  readonly share: number;
}

export interface ReasonRow {
  readonly reason: Reason;
  readonly text: string;
  readonly files: number;
  /** Of all that got no complete answer, 0 to 1. */
  readonly share: number;
  /** What can be done about it; may be empty. */
  readonly hint: string;
}

const { coverage: words } = performanceMessages;
const hints: Readonly<Record<string, string>> = words.hints;

export function scanCount({ verdicts }: Coverage): number {
  return Object.values(verdicts).reduce((sum, count) => sum + count, 0);
}

/** Only those that there are. */
export function outcomeShares(coverage: Coverage): readonly OutcomeShare[] {
  const { clean, infected, suspicious, partial, unscannable } = coverage.verdicts;
  const all = scanCount(coverage);
  const counts = { clean, found: infected + suspicious, partial, unscannable };
  return (['clean', 'found', 'partial', 'unscannable'] as const).flatMap((key) => {
    const scans = counts[key];
    return scans === 0 ? [] : [{ key, name: words.outcomes[key], scans, share: scans / all }];
  });
}

/** Most files first. A reason of a later version, which this page has no words for, is left out. */
export function reasonRows({ reasons }: Coverage): readonly ReasonRow[] {
  const known = Object.entries(reasons).flatMap(([reason, files]) =>
    isReason(reason) && files > 0 ? [{ reason, files }] : [],
  );
  const all = known.reduce((sum, { files }) => sum + files, 0);
  return known
    .toSorted((left, right) => right.files - left.files)
    .map(({ reason, files }) => ({
      reason,
      files,
      text: words.because(reasonWords[reason]),
      share: files / all,
      hint: hints[reason] ?? '',
    }));
}

export function coverageAnswer(coverage: Coverage): string {
  const scans = scanCount(coverage);
  if (scans === 0) return words.none;
  if (coverage.covered_percent === 100) return words.all;
  return words.answer(formatPercent(coverage.covered_percent, 1), counted(scans, 'file', 'files'));
}

function isReason(name: string): name is Reason {
  return Object.hasOwn(reasonWords, name);
}
