// A store in memory and walks that do what a test tells them: what scan jobs and schedules live on in tests.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  JobDraft,
  JobFile,
  JobStorePort,
  JobTask,
  RunJob,
  ScheduleRun,
} from '../../../../src/core/jobs/job-ports.ts';
import { isEnded } from '../../../../src/core/jobs/job-request.ts';
import { noProgress, type Job } from '../../../../src/shared/job.ts';

export function jobFrom(draft: JobDraft, id: number): Job {
  return {
    id,
    kind: draft.kind,
    schedule: draft.schedule,
    roots: [...draft.roots],
    state: 'running',
    problem: '',
    created_at: draft.createdAtMs / 1000,
    ended_at: null,
    resumes: 0,
    progress: noProgress,
  };
}

export class FakeJobStore implements JobStorePort {
  readonly jobs = new Map<number, Job>();
  readonly saved: Job[] = [];
  readonly scheduleRuns = new Map<string, ScheduleRun>();
  isBroken = false;

  insert(draft: JobDraft): Job | null {
    if (this.isBroken) return null;
    const job = jobFrom(draft, this.jobs.size + 1);
    this.jobs.set(job.id, job);
    return job;
  }

  save(job: Job): void {
    if (this.isBroken) throw new Error('disk full');
    this.jobs.set(job.id, job);
    this.saved.push(job);
  }

  get(id: number): Job | null {
    return this.jobs.get(id) ?? null;
  }

  list(limit: number): readonly Job[] {
    return [...this.jobs.values()].toReversed().slice(0, limit);
  }

  unfinished(): readonly Job[] {
    return [...this.jobs.values()].filter(({ state }) => !isEnded(state));
  }

  scheduleRun(text: string): ScheduleRun | null {
    return this.scheduleRuns.get(text) ?? null;
  }

  recordScheduleRun(text: string, atMs: number, jobId: number | null): void {
    this.scheduleRuns.set(text, { lastRunAtMs: atMs, jobId });
  }
}

/** A walk that waits for the test; like the real one it ends soon after an abort, unless it is stubborn. */
export interface Walk {
  readonly task: JobTask;
  file(file?: Partial<JobFile>): void;
  finish(): Promise<void>;
  fail(error: Error): Promise<void>;
}

export function walks(isStubborn = false): { readonly all: Walk[]; readonly run: RunJob } {
  const all: Walk[] = [];
  async function run(task: JobTask): Promise<void> {
    const end = Promise.withResolvers<void>();
    if (!isStubborn) task.signal.addEventListener('abort', () => end.resolve());
    all.push({
      task,
      file: (file = {}) =>
        task.onFile({ path: '/srv/a', kind: 'clean', sizeBytes: 1, cached: false, ...file }),
      async finish() {
        end.resolve();
        await nextTurn();
      },
      async fail(error) {
        end.reject(error);
        await nextTurn();
      },
    });
    await end.promise;
  }
  return { all, run };
}
