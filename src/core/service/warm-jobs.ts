// Loading what is known in the background: few jobs at a time, each within its bound, and what nobody knows is scanned when nothing else is.
import { randomUUID } from 'node:crypto';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { WarmJob } from '../../shared/service-documents.ts';
import { isComplete } from '../../shared/verdict.ts';
import type { Logger } from '../logger.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { ScanLine } from '../scan-job.ts';
import type { AllowedFolders } from './allowed-folders.ts';
import { scanPaths } from './scan-paths.ts';
import type { AskedBy, WarmingService, WarmStarted } from './service.ts';

export interface WarmJobsOptions {
  readonly pipeline: Pick<ScanLine, 'scan' | 'recall'>;
  readonly lookups: {
    /** Tells of each part of the hashes as it is done, and ends early at the signal. */
    warm(
      hashes: readonly string[],
      onProgress: (known: number, unknown: number) => void,
      signal: AbortSignal,
    ): Promise<void>;
  };
  /** In which clients may have files scanned. */
  readonly folders: Pick<AllowedFolders, 'problemsOf'>;
  /** Hears of every outcome, and who asked: there a finding is answered. May not throw. */
  readonly account: (outcome: ScanOutcome, actor: string) => void;
  readonly breathe: () => Promise<void> | undefined;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

interface Run {
  readonly end: AbortController;
  job: WarmJob;
  over: Promise<void>;
}

interface Work extends AskedBy {
  readonly files: readonly string[];
  readonly hashes: readonly string[];
}

type Count = 'known' | 'computed' | 'unknown';

const maxRunning = 4;
const jobsKept = 100;
/** Of each: all of them have 64 files in the queue at most. */
const maxUnderWay = 16;

export class WarmJobs implements WarmingService, AsyncDisposable {
  readonly #options: WarmJobsOptions;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #runs = new Map<string, Run>();
  #isClosed = false;

  constructor(options: WarmJobsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** What is named twice counts once. @throws AppError CALL_REFUSED when four run already, SHUTTING_DOWN after the end. */
  start({ paths, sha256, actor }: Parameters<WarmingService['start']>[0]): WarmStarted {
    if (this.#isClosed) throw new AppError('SHUTTING_DOWN', 'Vedette is stopping');
    const running = [...this.#runs.values()].filter(({ job }) => job.state === 'running');
    if (running.length >= maxRunning) {
      const text = `${maxRunning} of these run already: wait for one of them, or cancel it`;
      throw new AppError('CALL_REFUSED', text);
    }
    const files = [...new Set(paths)];
    const hashes = [...new Set(sha256.map((hash) => hash.toLowerCase()))];
    const job: WarmJob = {
      job_id: randomUUID(),
      state: 'running',
      total: files.length + hashes.length,
      done: 0,
      known: 0,
      computed: 0,
      unknown: 0,
      started_at: this.#now() / 1000,
      ended_at: null,
    };
    const run: Run = { end: new AbortController(), job, over: Promise.resolve() };
    this.#runs.set(job.job_id, run);
    this.#dropOldest();
    run.over = this.#run(run, { files, hashes, actor });
    return { job_id: job.job_id, total: job.total };
  }

  /** @throws AppError NOT_FOUND, also for one that ended a hundred jobs ago. */
  show(id: string): WarmJob {
    return this.#find(id).job;
  }

  /** What is under way still gets its verdict; one that has ended stays as it is. @throws AppError NOT_FOUND */
  cancel(id: string): WarmJob {
    const run = this.#find(id);
    this.#cancel(run);
    return run.job;
  }

  /** Ends those that run. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const runs = [...this.#runs.values()];
    for (const run of runs) this.#cancel(run);
    await Promise.all(runs.map(({ over }) => over));
  }

  #find(id: string): Run {
    const run = this.#runs.get(id);
    if (run === undefined) throw new AppError('NOT_FOUND', 'there is no such job');
    return run;
  }

  #cancel(run: Run): void {
    this.#end(run, 'cancelled');
    run.end.abort();
  }

  #end(run: Run, state: WarmJob['state']): void {
    if (run.job.state !== 'running') return;
    run.job = { ...run.job, state, ended_at: Math.max(run.job.started_at, this.#now() / 1000) };
  }

  /** Never rejects. */
  async #run(run: Run, { files, hashes, actor }: Work): Promise<void> {
    const { lookups, logger } = this.#options;
    const { signal } = run.end;
    try {
      if (hashes.length > 0) {
        await lookups.warm(
          hashes,
          (known, unknown) => {
            count(run, 'known', known);
            count(run, 'unknown', unknown);
          },
          signal,
        );
      }
      if (files.length > 0) await this.#warmFiles(run, files, actor);
      this.#end(run, 'done');
    } catch (error) {
      logger.error({ cause: messageOf(error), job: run.job.job_id }, 'what is known could not be loaded');
      this.#end(run, 'cancelled');
    }
  }

  async #warmFiles(run: Run, files: readonly string[], actor: string): Promise<void> {
    const { pipeline, folders, account, breathe } = this.#options;
    const { signal } = run.end;
    const problems = await folders.problemsOf(files, signal);
    count(run, 'unknown', problems.size);
    const requests = files
      .filter((path) => !problems.has(path))
      .map((path) => ({ path, priority: 'low', origin: 'api' }) as const);
    const { answered } = scanPaths({
      pipeline,
      requests,
      onOutcome(outcome) {
        account(outcome, actor);
        count(run, countOf(outcome), 1);
      },
      signal,
      breathe,
      maxUnderWay,
    });
    await answered;
  }

  /** One that runs is never dropped: there are few of them. */
  #dropOldest(): void {
    for (const [id, { job }] of this.#runs) {
      if (this.#runs.size <= jobsKept) break;
      if (job.state !== 'running') this.#runs.delete(id);
    }
  }
}

/** What comes after the end is not counted any more. */
function count(run: Run, what: Count, by: number): void {
  const { job } = run;
  if (job.state === 'running') run.job = { ...job, [what]: job[what] + by, done: job.done + by };
}

function countOf({ verdict }: ScanOutcome): Count {
  if (!isComplete(verdict.judgement)) return 'unknown';
  return verdict.cachedFrom === null ? 'computed' : 'known';
}
