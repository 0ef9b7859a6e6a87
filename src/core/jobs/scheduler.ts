// Starts scans at their time; whatever the clock does, a run whose time has come is started once, and never twice.
import { AppError, messageOf, type ErrorCode } from '../../shared/errors.ts';
import type { Job, Schedule } from '../../shared/job.ts';
import type { Logger } from '../logger.ts';
import type { JobRequest, ScheduleRun, ScheduleStorePort } from './job-ports.ts';
import { isEnded } from './job-request.ts';
import { dueTimesMs, nextRunMs, parseSchedule, type ScheduledScan } from './schedule.ts';

export interface SchedulerSettings {
  readonly texts: readonly string[];
  /** For runs that fell into a time when nobody could start them: Vedette was off, or the machine slept. */
  readonly missedRuns: 'run' | 'skip';
}

export interface SchedulerOptions {
  /** Throws AppError CALL_REFUSED where it has to wait: it is asked again. */
  readonly start: (request: JobRequest) => Job;
  readonly job: (id: number) => Job | null;
  readonly store: ScheduleStorePort;
  /** Once for each text that was not there before. */
  readonly onProblem: (text: string, problem: string) => void;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Of the schedules; the local one if none is given. */
  readonly timeZone?: string;
}

interface Entry {
  readonly scan: ScheduledScan;
  lastRun: ScheduleRun | null;
  /** Every run up to this time has been dealt with. */
  handledMs: number;
  /** The first run after that; null when none comes. */
  nextMs: number | null;
  /** The oldest of the runs that were dealt with together last. */
  lastDueMs: number;
  /** A run that has to wait, and since when. */
  waitsSinceMs: number | null;
  missed: number;
}

/** Wall clocks jump and machines sleep: a timer for a far time would be wrong by as much. */
const lookEveryMs = 30_000;
/** A run that is started later than this was missed. */
const onTimeMs = 60_000;
/** A time of the last run further ahead than this comes from a clock that was wrong. */
const maxAheadMs = 36 * 3_600_000;
/** More missed runs than this are not counted. */
const maxCounted = 1000;
const waitCodes: ReadonlySet<ErrorCode> = new Set(['CALL_REFUSED', 'SHUTTING_DOWN']);

export class Scheduler implements Disposable {
  readonly #options: SchedulerOptions;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #problems = new Set<string>();
  #missedRuns: SchedulerSettings['missedRuns'] = 'skip';
  #timer: NodeJS.Timeout | null = null;
  #seenMs: number;
  /** Until the first configuration: only what was there at the start can have been missed. */
  #isStarting = true;
  #isDisposed = false;

  /** Nothing happens before `configure`. */
  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#nowMs = options.now ?? Date.now;
    this.#seenMs = this.#nowMs();
  }

  /** Takes effect at once; a schedule that was there already stays as it is. */
  configure({ texts, missedRuns }: SchedulerSettings): void {
    if (this.#isDisposed) return;
    this.#missedRuns = missedRuns;
    const wanted = new Set(texts);
    for (const text of this.#entries.keys()) if (!wanted.has(text)) this.#entries.delete(text);
    for (const text of this.#problems) if (!wanted.has(text)) this.#problems.delete(text);
    for (const text of wanted) this.#add(text);
    this.#isStarting = false;
    this.#look();
  }

  /** In the order of the settings. */
  list(): readonly Schedule[] {
    return [...this.#entries.values()].map((entry) => this.#describe(entry));
  }

  /** To be called when a job ends: one that waits need not wait for the next look. */
  jobEnded(): void {
    if (!this.#isDisposed) this.#look();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#entries.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #add(text: string): void {
    if (this.#entries.has(text) || this.#problems.has(text)) return;
    const parsed = parseSchedule(text);
    if (parsed.kind === 'problem') {
      this.#problems.add(text);
      this.#options.onProblem(text, parsed.problem);
      return;
    }
    const nowMs = this.#nowMs();
    const lastRun = this.#options.store.scheduleRun(text);
    // A run that is missed later is one since now.
    if (lastRun === null) this.#options.store.recordScheduleRun(text, nowMs, null);
    const handledMs = this.#isStarting && lastRun !== null ? this.#answeredUntilMs(lastRun) : nowMs;
    this.#entries.set(text, {
      scan: parsed.schedule,
      lastRun,
      handledMs,
      nextMs: this.#nextMs(parsed.schedule, handledMs),
      lastDueMs: handledMs,
      waitsSinceMs: null,
      missed: 0,
    });
  }

  /** Runs that came due while the last one was under way were answered by that one. */
  #answeredUntilMs(lastRun: ScheduleRun): number {
    return Math.max(lastRun.lastRunAtMs, (this.#jobOf(lastRun)?.ended_at ?? 0) * 1000);
  }

  #look(): void {
    const nowMs = this.#nowMs();
    const isSetBack = nowMs < this.#seenMs;
    this.#seenMs = nowMs;
    for (const entry of this.#entries.values()) {
      try {
        if (isSetBack) this.#handled(entry, Math.max(nowMs, Math.min(entry.handledMs, entry.lastDueMs)));
        if (entry.handledMs - nowMs > maxAheadMs) this.#handled(entry, nowMs);
        if (entry.nextMs !== null && entry.nextMs <= nowMs) this.#takeDue(entry, nowMs);
        if (entry.waitsSinceMs !== null) this.#start(entry, nowMs);
      } catch (error) {
        const fields = { schedule: entry.scan.text, error: messageOf(error) };
        this.#options.logger.error(fields, 'schedule could not be looked at');
      }
    }
    this.#arm(nowMs);
  }

  #handled(entry: Entry, untilMs: number): void {
    entry.handledMs = untilMs;
    entry.nextMs = this.#nextMs(entry.scan, untilMs);
  }

  #nextMs({ cron }: ScheduledScan, afterMs: number): number | null {
    return nextRunMs(cron, afterMs, this.#options.timeZone);
  }

  /** One or more runs have come since the last look: they are one start, or none. */
  #takeDue(entry: Entry, nowMs: number): void {
    const range = { afterMs: entry.handledMs, untilMs: nowMs, limit: maxCounted };
    const due = dueTimesMs(entry.scan.cron, range, this.#options.timeZone);
    const [oldestMs] = due;
    this.#handled(entry, nowMs);
    if (oldestMs === undefined) return;
    const underWay = this.#underWay(entry);
    if (underWay !== null) {
      entry.lastDueMs = oldestMs;
      const { id, state } = underWay;
      const fields = { schedule: entry.scan.text, job: id, state };
      this.#options.logger.warn(fields, 'scheduled scan is not started: the last one has not ended');
      return;
    }
    const isOnTime = (this.#nextMs(entry.scan, nowMs - onTimeMs) ?? Number.POSITIVE_INFINITY) <= nowMs;
    entry.missed += isOnTime ? due.length - 1 : due.length;
    if (!isOnTime && this.#missedRuns === 'skip') return;
    entry.lastDueMs = oldestMs;
    entry.waitsSinceMs ??= oldestMs;
  }

  /** The job of the last run, unless it has ended. */
  #underWay({ lastRun }: Entry): Job | null {
    const job = this.#jobOf(lastRun);
    return job === null || isEnded(job.state) ? null : job;
  }

  #jobOf(run: ScheduleRun | null): Job | null {
    return run === null || run.jobId === null ? null : this.#options.job(run.jobId);
  }

  #start(entry: Entry, nowMs: number): void {
    const { text, kind, roots } = entry.scan;
    let job: Job;
    try {
      job = this.#options.start({ kind, roots, schedule: text, actor: 'system' });
    } catch (error) {
      if (error instanceof AppError && waitCodes.has(error.code)) return;
      // Asked again, it would fail again: the next run is the next try.
      entry.waitsSinceMs = null;
      throw error;
    }
    entry.waitsSinceMs = null;
    entry.missed = 0;
    entry.lastRun = { lastRunAtMs: nowMs, jobId: job.id };
    this.#options.store.recordScheduleRun(text, nowMs, job.id);
  }

  #arm(nowMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const next = [...this.#entries.values()].map(({ nextMs }) => nextMs ?? Number.POSITIVE_INFINITY);
    const delayMs = Math.max(1, Math.min(lookEveryMs, ...next.map((atMs) => atMs - nowMs)));
    this.#timer = setTimeout(() => this.#look(), delayMs).unref();
  }

  #describe({ scan, nextMs, waitsSinceMs, lastRun, missed }: Entry): Schedule {
    const startMs = waitsSinceMs ?? nextMs;
    return {
      text: scan.text,
      kind: scan.kind,
      roots: [...scan.roots],
      next_run_at: startMs === null ? null : startMs / 1000,
      last_run_at: lastRun === null || lastRun.jobId === null ? null : lastRun.lastRunAtMs / 1000,
      last_state: this.#jobOf(lastRun)?.state ?? null,
      missed,
    };
  }
}
