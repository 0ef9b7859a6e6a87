// One job under way in this process: running or resting until it ends or is stopped; it ends exactly once, also when its walk never does.
import { messageOf } from '../../shared/errors.ts';
import type { Job, JobState } from '../../shared/job.ts';
import type { RunJob } from './job-ports.ts';
import { JobMeter } from './job-progress.ts';
import { isEnded } from './job-request.ts';

export interface JobRunOptions {
  readonly job: Job;
  /** It went on after a restart: counts begin again, times and findings do not. */
  readonly isResumed: boolean;
  readonly run: RunJob;
  readonly save: (job: Job) => void;
  /** At most 4 a second, and at once on a change of state. */
  readonly onChange: (job: Job) => void;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

const tickMs = 250;
/** A single large file may take long: time goes on all the same. */
const tellEveryMs = 1000;
const saveEveryMs = 2000;
/** After an abort; what has not ended by then is given up. */
const graceMs = 3000;

export class JobRun {
  readonly #options: JobRunOptions;
  readonly #meter: JobMeter;
  readonly #stop = new AbortController();
  readonly #givenUp = Promise.withResolvers<void>();
  #graceTimer: NodeJS.Timeout | null = null;
  #ticker: NodeJS.Timeout | null = null;
  /** There while it rests. */
  #gate: PromiseWithResolvers<void> | null = null;
  #state: JobState = 'running';
  #problem = '';
  #endedAt: number | null = null;
  #isOver = false;
  #isNew = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #savedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: JobRunOptions) {
    this.#options = options;
    this.#meter = new JobMeter({
      monotonicMs: options.monotonicMs,
      earlier: options.isResumed ? options.job.progress : null,
    });
  }

  get id(): number {
    return this.#options.job.id;
  }

  get state(): JobState {
    return this.#state;
  }

  get job(): Job {
    return {
      ...this.#options.job,
      state: this.#state,
      problem: this.#problem,
      ended_at: this.#endedAt,
      progress: this.#meter.progress(this.#endedAt !== null),
    };
  }

  /** Runs until every file has its verdict or a while after it was stopped. Never rejects. Called once. */
  async begin(): Promise<void> {
    this.#meter.run();
    this.#ticker = setInterval(() => this.#tick(), tickMs).unref();
    this.#tell();
    const failure = await Promise.race([this.#walk(), this.#givenUp.promise.then(() => null)]);
    this.#isOver = true;
    clearInterval(this.#ticker);
    if (this.#graceTimer !== null) clearTimeout(this.#graceTimer);
    this.#meter.rest();
    if (!this.#stop.signal.aborted) {
      this.#problem = failure ?? '';
      if (failure === null) this.#meter.complete();
      this.#enter(failure === null ? 'done' : 'failed');
    }
    this.#tell();
  }

  pause(): void {
    this.#gate ??= Promise.withResolvers();
    this.#meter.rest();
    this.#enter('paused');
    this.#tell();
  }

  resume(): void {
    this.#meter.run();
    this.#enter('running');
    this.#openGate();
    this.#tell();
  }

  /** What is under way may finish for a while and still counts. A job at rest that is interrupted rests on. */
  stop(state: 'cancelled' | 'interrupted'): void {
    if (this.#stop.signal.aborted || this.#isOver) return;
    if (state === 'cancelled' || this.#state === 'running') this.#enter(state);
    this.#meter.rest();
    this.#graceTimer = setTimeout(() => this.#givenUp.resolve(), graceMs);
    this.#stop.abort();
    this.#openGate();
    this.#tell();
  }

  /** null, or why it failed. */
  async #walk(): Promise<string | null> {
    const { job, run } = this.#options;
    try {
      await run({
        kind: job.kind,
        roots: job.roots,
        scheduled: job.schedule !== null,
        jobId: job.id,
        signal: this.#stop.signal,
        gate: () => this.#gate?.promise,
        onFile: (file) => {
          this.#meter.add(file);
          this.#isNew = true;
        },
        onTotal: (files) => {
          this.#meter.setTotal(files);
          this.#isNew = true;
        },
      });
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  #openGate(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  #enter(state: JobState): void {
    this.#state = state;
    const { job, nowMs } = this.#options;
    // The clock may have been set back meanwhile.
    if (isEnded(state)) this.#endedAt = Math.max(job.created_at, nowMs() / 1000);
  }

  #tick(): void {
    const nowMs = this.#options.monotonicMs();
    const isDue = this.#isNew || (this.#state === 'running' && nowMs - this.#toldAtMs >= tellEveryMs);
    if (!isDue) return;
    this.#report(nowMs - this.#savedAtMs >= saveEveryMs);
  }

  #tell(): void {
    this.#report(true);
  }

  #report(isSaved: boolean): void {
    const { job } = this;
    const nowMs = this.#options.monotonicMs();
    this.#isNew = false;
    this.#toldAtMs = nowMs;
    if (isSaved) {
      this.#savedAtMs = nowMs;
      this.#options.save(job);
    }
    this.#options.onChange(job);
  }
}
