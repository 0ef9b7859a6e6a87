// The contract implemented, once, for every transport: with a guard by a Vedette that watches, without one by a command.
import { countText } from '../../../shared/count-text.ts';
import type { Handlers } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Protection } from '../../../shared/protection.ts';
import type { StatusReport } from '../../../shared/status-report.ts';
import type { Desk } from '../desk.ts';
import type { Guard } from '../guard.ts';
import { reconsiderAllowed, reconsiderOpen } from '../reconsider.ts';
import { findingCalls } from './finding-calls.ts';
import type { PageCalls } from './pages.ts';
import { vaultCalls } from './vault-calls.ts';

export interface HandlerOptions {
  readonly desk: Desk;
  /** null where nobody watches. */
  readonly guard: Guard | null;
  readonly status: (protection: Protection) => StatusReport;
  /** null where no pages are served. */
  readonly pages: PageCalls | null;
}

/** What a command can say of protection when no Vedette watches. */
export const nobodyWatches: Protection = {
  state: 'not_running',
  sentence: 'Not protected: no Vedette is watching.',
  advice: ['Start it with: vedette watch'],
  evidence: null,
};

export function createHandlers({ desk, guard, status, pages }: HandlerOptions): Handlers {
  async function protection(): Promise<Protection> {
    if (guard !== null) return await guard.protection();
    const open = desk.findings.openCount();
    const found =
      open === 0 ? [] : [`${countText(open, 'threat needs', 'threats need')} a decision: vedette threats`];
    return { ...nobodyWatches, advice: [...nobodyWatches.advice, ...found, ...desk.problems] };
  }
  return {
    ...(pages ?? noPages),
    ...findingCalls(desk),
    ...vaultCalls(desk),
    status: async () => status(await protection()),
    protection,
    'protection.pause': ({ seconds, actor }) => live(guard).pause(seconds, actor),
    'protection.resume': ({ actor }) => ({ was_paused: live(guard).resume(actor) }),
    brake() {
      // One that is not read yet would count as one that is not on.
      if (guard === null) desk.requireHistory();
      return { on: desk.brake.state.on, reason: desk.brake.state.reason };
    },
    async 'brake.release'({ actor }) {
      const wasOn = desk.releaseBrake(actor);
      if (wasOn) await reconsiderOpen(desk);
      return { was_on: wasOn };
    },
    'sweep.start'() {
      live(guard).lookout.sweep.request('somebody asked for it');
      return { started: true };
    },
    'jobs.list'({ limit }) {
      if (guard !== null)
        return { jobs: [...guard.jobs.list(limit)], schedules: [...guard.scheduler.list()] };
      desk.requireHistory();
      return { jobs: desk.jobs.list(limit).map(atRest), schedules: [] };
    },
    'jobs.show'({ id }) {
      if (guard !== null) return guard.jobs.get(id);
      desk.requireHistory();
      const job = desk.jobs.get(id);
      if (job === null) throw new AppError('NOT_FOUND', `there is no scan ${id}; vedette jobs shows them`);
      return atRest(job);
    },
    'jobs.start': ({ kind, roots, actor }) => live(guard).jobs.start({ kind, roots, actor }),
    'jobs.pause': ({ id, actor }) => live(guard).jobs.pause(id, actor),
    'jobs.resume': ({ id, actor }) => live(guard).jobs.resume(id, actor),
    'jobs.cancel': ({ id, actor }) => live(guard).jobs.cancel(id, actor),
    'allow.list'() {
      desk.requireHistory();
      return { entries: [...desk.allow.list()] };
    },
    async 'allow.add'({ kind, value, reason, actor }) {
      const { entry, isNew } = desk.allow.add({ kind, value, reason, author: actor });
      if (isNew) await reconsiderAllowed(desk);
      return { entry, is_new: isNew };
    },
    async 'allow.remove'({ ids, actor }) {
      const removed = [...desk.allow.remove(ids, actor)];
      if (removed.length > 0) await reconsiderAllowed(desk);
      return { removed };
    },
    'history.list'(filter) {
      desk.requireHistory();
      return { events: [...desk.chain.list(filter)] };
    },
    'history.verify'() {
      desk.requireHistory();
      return desk.chain.verify();
    },
  };
}

function notRunning(): never {
  throw new AppError('NOT_RUNNING', 'this needs a Vedette that is running; start one with: vedette serve');
}

const noPages: PageCalls = {
  'app.state': notRunning,
  'guide.done': notRunning,
  'selftest.run': notRunning,
  'metrics.series': notRunning,
  'metrics.costs': notRunning,
  'metrics.export': notRunning,
  'coverage.files': notRunning,
  'exclusions.list': notRunning,
  'exclusions.add': notRunning,
  'exclusions.remove': notRunning,
  'findings.explain': notRunning,
  'engines.show': notRunning,
  'signatures.update': notRunning,
  'settings.show': notRunning,
  'settings.save': notRunning,
  'folders.list': notRunning,
};

/** What was running when the last Vedette ended is at rest where none watches, however it ended. */
function atRest(job: Job): Job {
  if (job.state !== 'running') return job;
  const progress = { ...job.progress, current_path: null, files_per_second: 0, remaining_seconds: null };
  return { ...job, state: 'interrupted', progress };
}

/** @throws AppError NOT_RUNNING */
function live(guard: Guard | null): Guard {
  if (guard !== null) return guard;
  throw new AppError('NOT_RUNNING', 'this needs a Vedette that is watching; start one with: vedette watch');
}
