// The line as a sweep uses it: what is known to be clean costs a look-up and is no news, and what no event brought was lost.
import type { FileIdentity, ScanRequest } from '../../shared/scan.ts';
import { isComplete, type Judgement } from '../../shared/verdict.ts';
import { changedAtMs } from '../files/file-identity.ts';
import { identifyFile } from '../intake/identify-file.ts';
import type { Pipeline, ScanOutcome } from '../pipeline.ts';
import type { ScanLine } from '../scan-job.ts';
import type { AccountedFiles } from './accounted-files.ts';
import type { LostEvents } from './lost-events.ts';
import type { Account } from './realtime.ts';

export interface SweepLineOptions {
  readonly pipeline: Pick<Pipeline, 'scan' | 'recall' | 'judged'>;
  readonly accounted: AccountedFiles;
  readonly generation: () => string;
  /** Hears of every outcome that is news. */
  readonly account: Account;
  readonly lost: Pick<LostEvents, 'add' | 'suspect'>;
  /** Whether events are on their way at this moment. */
  readonly isEventful: () => boolean;
  readonly now: () => number;
}

/** Of a change that is younger than this the event may still be on its way. */
const youngMs = 15_000;

/** @param eventsSinceMs since when events should have come, milliseconds since 1970; null where they need not. */
export function sweepLine(options: SweepLineOptions, eventsSinceMs: number | null): ScanLine {
  const { pipeline, accounted, generation, account, lost, isEventful, now } = options;

  function tell(outcome: ScanOutcome): ScanOutcome {
    const { identity, request } = outcome;
    accounted.note(outcome, generation());
    if (identity !== null) countIfLost(request.path, identity);
    // Lost once: the next sweep does not count it again, even where it has to look again.
    if (identity !== null) accounted.add(identity);
    account(outcome, null);
    return outcome;
  }

  function countIfLost(path: string, identity: FileIdentity): void {
    if (eventsSinceMs === null || accounted.cameByEvent(identity)) return;
    const changedMs = changedAtMs(identity);
    if (changedMs <= eventsSinceMs) return;
    if (changedMs < now() - youngMs && !isEventful()) lost.add(path);
    else lost.suspect(path);
  }

  return {
    recall(requests) {
      return pipeline.recall(requests, true).map((outcome, index) => {
        const request = requests[index];
        if (outcome === null) return request === undefined ? null : heardBefore(request);
        const { judgement, sizeBytes } = outcome.verdict;
        if (judgement.kind === 'clean') return outcome;
        // A finding that stands is no further scan, but somebody may have to answer it.
        if (isComplete(judgement)) account(outcome, null);
        else judged(outcome.request, judgement, sizeBytes);
        return outcome;
      });
    },
    scan: (request, signal) =>
      pipeline.scan(request, signal)?.then((outcome) => (outcome === null ? null : tell(outcome))) ?? null,
    judged,
  };

  function judged(request: ScanRequest, judgement: Judgement, sizeBytes: number): ScanOutcome {
    const before = accounted.outcomeOf(request.path, null, generation());
    return before ?? tell(pipeline.judged(request, judgement, sizeBytes));
  }

  /** What can never be looked at is not tried at every sweep. */
  function heardBefore({ path }: ScanRequest): ScanOutcome | null {
    if (!accounted.isIncomplete(path)) return null;
    const identified = identifyFile(path, { maxFileSizeBytes: Number.POSITIVE_INFINITY });
    if (identified.kind === 'judged') return null;
    return accounted.outcomeOf(path, identified.file.identity, generation());
  }
}
