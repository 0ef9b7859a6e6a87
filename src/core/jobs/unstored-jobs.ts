// Jobs that could not be stored: they have numbers of their own, run all the same, and are forgotten with the process.
import { noProgress, type Job } from '../../shared/job.ts';
import type { JobDraft } from './job-ports.ts';

/** No store gets that far. */
const firstId = 1_000_000_001;
const maxRemembered = 100;

export class UnstoredJobs {
  readonly #ended = new Map<number, Job>();
  #nextId = firstId;

  make({ kind, schedule, roots, createdAtMs }: JobDraft): Job {
    const id = this.#nextId;
    this.#nextId += 1;
    return {
      id,
      kind,
      schedule,
      roots: [...roots],
      state: 'running',
      problem: '',
      created_at: createdAtMs / 1000,
      ended_at: null,
      resumes: 0,
      progress: noProgress,
    };
  }

  has(id: number): boolean {
    return id >= firstId;
  }

  /** The last hundred can be asked for. */
  remember(job: Job): void {
    this.#ended.set(job.id, job);
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined && this.#ended.size > maxRemembered) this.#ended.delete(oldest);
  }

  get(id: number): Job | null {
    return this.#ended.get(id) ?? null;
  }

  all(): readonly Job[] {
    return [...this.#ended.values()];
  }
}
