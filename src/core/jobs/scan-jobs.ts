// All scan jobs: at most two run side by side, every one that was accepted ends in a state that says how, and a restart loses none.
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { Logger } from '../logger.ts';
import type { JobRequest, JobStorePort, RunJob } from './job-ports.ts';
import { haveSameRoots, refusalOf, refused, rootsFor, type PlacesOf } from './job-request.ts';
import { JobRun } from './job-run.ts';
import { UnstoredJobs } from './unstored-jobs.ts';

export interface ScanJobsOptions {
  readonly store: Omit<JobStorePort, 'scheduleRun' | 'recordScheduleRun'>;
  readonly run: RunJob;
  /** Roots of quick and full scans. */
  readonly placesOf: PlacesOf;
  /** At most 4 a second for each job, and at once on a change of state. */
  readonly onChange: (job: Job) => void;
  /** Once a job; not again when it goes on after a restart. */
  readonly onStarted?: (job: Job, actor: string) => void;
  /** Done, cancelled or failed; the actor is who cancelled it, or `system`. */
  readonly onEnded?: (job: Job, actor: string) => void;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Milliseconds that only go forward. */
  readonly monotonic?: () => number;
}

const maxSideBySide = 2;
/** Also those at rest: each keeps its walk. */
const maxUnfinished = 20;

export class ScanJobs implements AsyncDisposable {
  readonly #options: ScanJobsOptions;
  readonly #nowMs: () => number;
  readonly #monotonicMs: () => number;
  /** Under way in this process, until the last file has its verdict. */
  readonly #runs = new Map<number, JobRun>();
  readonly #endings = new Map<number, Promise<void>>();
  readonly #cancelledBy = new Map<number, string>();
  /** Left over by an earlier process: paused until a person resumes them, interrupted until there is room. */
  readonly #leftOver = new Map<number, Job>();
  readonly #unstored = new UnstoredJobs();
  #isClosing = false;

  constructor(options: ScanJobsOptions) {
    this.#options = options;
    this.#nowMs = options.now ?? Date.now;
    this.#monotonicMs = options.monotonic ?? (() => performance.now());
  }

  /**
   * The same scan running already is returned as it is.
   * @throws AppError BAD_USAGE; CALL_REFUSED when two run already or the same one is paused; SHUTTING_DOWN
   */
  start({ kind, roots, schedule = null, actor }: JobRequest): Job {
    this.#requireOpen();
    const places = rootsFor(kind, roots, this.#options.placesOf);
    const same = this.#unfinished().find((job) => job.kind === kind && haveSameRoots(job.roots, places));
    if (same?.state === 'paused')
      throw refused(`The same scan is paused as scan ${same.id}: resume or cancel that one.`);
    if (same !== undefined) return same;
    this.#requireRoom();
    if (this.#unfinished().length >= maxUnfinished)
      throw refused(`There are ${maxUnfinished} unfinished scans already: resume or cancel some of them.`);
    const draft = { kind, schedule, roots: places, createdAtMs: this.#nowMs() };
    const stored = this.#options.store.insert(draft);
    // A database that was begun anew may give a number for the second time.
    const isUsable = stored !== null && !this.#runs.has(stored.id) && !this.#leftOver.has(stored.id);
    const job = isUsable ? stored : this.#unstored.make(draft);
    if (!isUsable)
      this.#options.logger.warn({ job: job.id }, 'scan job cannot be stored: it ends with this process');
    this.#options.logger.info({ job: job.id, kind, schedule, actor }, 'scan job started');
    this.#options.onStarted?.(job, actor);
    return this.#begin(job, false);
  }

  /** Files under way still get their verdict. @throws AppError NOT_FOUND or CALL_REFUSED */
  pause(id: number, actor: string): Job {
    const run = this.#runs.get(id);
    if (run?.state !== 'running') throw refusalOf(this.get(id));
    run.pause();
    this.#options.logger.info({ job: id, actor }, 'scan job paused');
    this.#goOn();
    return run.job;
  }

  /** @throws AppError NOT_FOUND, CALL_REFUSED or SHUTTING_DOWN */
  resume(id: number, actor: string): Job {
    this.#requireOpen();
    const job = this.get(id);
    if (job.state !== 'paused') throw refusalOf(job);
    this.#requireRoom();
    this.#options.logger.info({ job: id, actor }, 'scan job resumed');
    const run = this.#runs.get(id);
    if (run === undefined) return this.#begin(job, true);
    run.resume();
    return run.job;
  }

  /** @throws AppError NOT_FOUND or CALL_REFUSED */
  cancel(id: number, actor: string): Job {
    const leftOver = this.#leftOver.get(id);
    if (leftOver !== undefined) {
      this.#leftOver.delete(id);
      const endedAt = Math.max(leftOver.created_at, this.#nowMs() / 1000);
      const job: Job = { ...leftOver, state: 'cancelled', ended_at: endedAt };
      this.#save(job);
      this.#options.onChange(job);
      this.#ended(job, actor);
      return job;
    }
    const run = this.#runs.get(id);
    if (run?.state !== 'running' && run?.state !== 'paused') throw refusalOf(this.get(id));
    this.#cancelledBy.set(id, actor);
    run.stop('cancelled');
    this.#goOn();
    return run.job;
  }

  /** Newest first. */
  list(limit: number): readonly Job[] {
    const jobs = new Map(this.#options.store.list(limit).map((job) => [job.id, job]));
    for (const job of [...this.#unstored.all(), ...this.#leftOver.values()]) jobs.set(job.id, job);
    for (const [id, run] of this.#runs) jobs.set(id, run.job);
    return [...jobs.values()]
      .toSorted((a, b) => b.created_at - a.created_at || b.id - a.id)
      .slice(0, Math.max(0, limit));
  }

  find(id: number): Job | null {
    return (
      this.#runs.get(id)?.job ??
      this.#leftOver.get(id) ??
      this.#unstored.get(id) ??
      this.#options.store.get(id)
    );
  }

  /** @throws AppError NOT_FOUND */
  get(id: number): Job {
    const job = this.find(id);
    if (job === null) throw new AppError('NOT_FOUND', `There is no scan ${id}; vedette jobs shows them.`);
    return job;
  }

  /** To be called once at the start, before schedules: what an earlier process left unfinished goes on, or stays paused. */
  resumeInterrupted(): void {
    for (const job of this.#options.store.unfinished()) {
      if (this.#runs.has(job.id)) continue;
      this.#leftOver.set(job.id, job.state === 'running' ? { ...job, state: 'interrupted' } : job);
    }
    this.#goOn();
  }

  /** What runs is left `interrupted` and goes on with the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    for (const run of this.#runs.values()) run.stop('interrupted');
    await Promise.all(this.#endings.values());
  }

  /** Walks from the beginning also after a restart: what was done is answered by the cache, and nothing is skipped on trust. */
  #begin(job: Job, isResumed: boolean): Job {
    const { run, onChange } = this.#options;
    const current: Job = isResumed ? { ...job, resumes: job.resumes + 1 } : job;
    const jobRun = new JobRun({
      job: current,
      isResumed,
      run,
      save: (changed) => this.#save(changed),
      onChange,
      nowMs: this.#nowMs,
      monotonicMs: this.#monotonicMs,
    });
    this.#leftOver.delete(job.id);
    this.#runs.set(job.id, jobRun);
    this.#endings.set(
      job.id,
      jobRun.begin().then(() => this.#leave(jobRun)),
    );
    return jobRun.job;
  }

  #leave(run: JobRun): void {
    const { id, job } = run;
    const actor = this.#cancelledBy.get(id) ?? 'system';
    this.#runs.delete(id);
    this.#endings.delete(id);
    this.#cancelledBy.delete(id);
    if (this.#unstored.has(id)) this.#unstored.remember(job);
    this.#goOn();
    if (job.ended_at !== null) this.#ended(job, actor);
  }

  #ended(job: Job, actor: string): void {
    const { state, problem, progress } = job;
    const fields = { job: job.id, state, problem, files: progress.files, actor };
    if (state === 'failed') this.#options.logger.warn(fields, 'scan job ended');
    else this.#options.logger.info(fields, 'scan job ended');
    this.#options.onEnded?.(job, actor);
  }

  /** Interrupted ones, oldest first, as soon as there is room. */
  #goOn(): void {
    const waiting = [...this.#leftOver.values()].filter(({ state }) => state === 'interrupted');
    for (const job of waiting.toSorted((a, b) => a.id - b.id)) {
      if (this.#isClosing || this.#running().length >= maxSideBySide) return;
      this.#options.logger.info({ job: job.id, resumes: job.resumes + 1 }, 'scan job goes on');
      this.#begin(job, true);
    }
  }

  #running(): readonly JobRun[] {
    return [...this.#runs.values()].filter(({ state }) => state === 'running');
  }

  #unfinished(): readonly Job[] {
    const runs = [...this.#runs.values()].filter(({ state }) => state === 'running' || state === 'paused');
    return [...runs.map(({ job }) => job), ...this.#leftOver.values()];
  }

  #requireOpen(): void {
    if (this.#isClosing) throw new AppError('SHUTTING_DOWN', 'Vedette is stopping: no scan is started.');
  }

  #requireRoom(): void {
    const running = this.#running();
    if (running.length < maxSideBySide) return;
    const names = running.map(({ job }) => `scan ${job.id} (${job.kind})`).join(' and ');
    throw refused(`Two scans run already: ${names}. Wait for one, pause it or cancel it.`);
  }

  /** A store that fails does not end a scan. */
  #save(job: Job): void {
    if (this.#unstored.has(job.id)) return;
    try {
      this.#options.store.save(job);
    } catch (error) {
      this.#options.logger.warn({ job: job.id, error: messageOf(error) }, 'scan job was not saved');
    }
  }
}
