// Looks on while a scan runs: its progress and what it finds, as they come, until it has ended or nobody wants to look.
import type { FeedEvent } from '../shared/contract.ts';
import type { Finding } from '../shared/finding.ts';
import type { Job } from '../shared/job.ts';
import { AppError } from '../shared/errors.ts';
import { assertNever } from '../shared/verdict.ts';
import type { Caller } from './ask-vedette.ts';
import { listFindings } from './list-findings.ts';

export interface FollowedJob {
  readonly job: Job;
  readonly events: AsyncIterable<FeedEvent>;
  readonly call: Caller;
  readonly onProgress: (job: Job) => void;
  /** Each once, in the order it was found. */
  readonly onFinding: (finding: Finding) => void;
}

/**
 * @param followed its events were asked for before the job was started: none is missed
 * @returns how it ended, or how it was when nobody wanted to look any more
 * @throws AppError CALL_FAILED when Vedette ended before the scan did
 */
export async function followJob(followed: FollowedJob): Promise<Job> {
  const { events, call, onProgress, onFinding } = followed;
  const told = new Set<number>();
  let { job } = followed;
  /** The feed does not say which scan it was that found something; the list of findings does. */
  let mayHaveFound = true;
  onProgress(job);
  if (!hasEnded(job)) {
    try {
      for await (const event of events) {
        if (event.kind === 'finding') mayHaveFound = true;
        if (event.kind !== 'job' || event.job.id !== job.id) continue;
        ({ job } = event);
        onProgress(job);
        if (hasEnded(job)) break;
        if (mayHaveFound) await tellNew(false);
      }
    } catch (error) {
      throw lost(job, error);
    }
  }
  if (hasEnded(job)) await tellNew(true);
  return job;

  async function tellNew(isLast: boolean): Promise<void> {
    mayHaveFound = false;
    const filter = { states: [], job: job.id };
    const { findings } = await listFindings(
      call,
      filter,
      undefined,
      (page) => !isLast && page.some(({ id }) => told.has(id)),
    );
    for (const finding of findings.toReversed()) {
      if (told.has(finding.id)) continue;
      if (!isLast && isUndecided(finding)) {
        mayHaveFound = true;
        continue;
      }
      told.add(finding.id);
      onFinding(finding);
    }
  }
}

/** It has only just been found, and is about to be moved, or asked about. */
function isUndecided({ state, note }: Finding): boolean {
  return state === 'open' && note === '';
}

export function hasEnded({ state }: Job): boolean {
  switch (state) {
    case 'running':
    case 'paused':
      return false;
    case 'interrupted':
    case 'done':
    case 'cancelled':
    case 'failed':
      return true;
    default:
      return assertNever(state);
  }
}

function lost({ id }: Job, error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const message = `scan ${id} goes on when Vedette is started again: ${error.message}`;
  return new AppError(error.code, message, { cause: error });
}
