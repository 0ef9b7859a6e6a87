// Real-time protection as a whole: who looks out, what is done about it, the jobs beside it, and how it all stands in one sentence.
import { isDeepStrictEqual } from 'node:util';
import type { FeedEvent } from '../../shared/contract.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import type { Pause, Protection } from '../../shared/protection.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Antivirus } from '../antivirus.ts';
import { ScanJobs } from '../jobs/scan-jobs.ts';
import { Scheduler } from '../jobs/scheduler.ts';
import type { Logger } from '../logger.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { judgeProtection } from '../respond/judge-protection.ts';
import { PauseClock } from '../respond/pause-clock.ts';
import { toScanResult } from '../scan-result.ts';
import { fullScanPlaces, quickScanPlaces } from '../watch/watched-places.ts';
import type { StartWatcherProcess } from '../watch/watch-protocol.ts';
import type { Desk } from './desk.ts';
import { gatherEvidence } from './evidence.ts';
import type { Feed } from './feed.ts';
import { jobEnded, jobStarted } from './job-notes.ts';
import { jobRunner } from './job-runner.ts';
import { Lookout } from './lookout.ts';
import type { AskedFor } from './responder.ts';
import { savedPause, savePause } from './saved-state.ts';

export interface GuardOptions {
  readonly antivirus: Antivirus;
  readonly desk: Desk;
  readonly feed: Feed;
  readonly settings: Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly dataDir: string;
  readonly startWatcher?: StartWatcherProcess;
  readonly logger: Logger;
}

const tidyEveryMs = 3_600_000;
/** Who listens is told of changes at most this often. */
const tellEveryMs = 250;

export class Guard implements AsyncDisposable {
  readonly jobs: ScanJobs;
  readonly scheduler: Scheduler;
  readonly lookout: Lookout;
  readonly #options: GuardOptions;
  readonly #pause: PauseClock;
  readonly #started = new AsyncDisposableStack();
  #settings: Settings;
  #tellTimer: NodeJS.Timeout | null = null;
  #isEnding = false;
  #told: Protection | null = null;

  /** Watches from now on; the engines are started meanwhile. */
  constructor(options: GuardOptions) {
    const { antivirus, desk, settings, named, dataDir, startWatcher, logger } = options;
    this.#options = options;
    this.#settings = settings;
    desk.note({ kind: 'watch_started', actor: 'system', text: 'Real-time protection has begun.' });
    this.#pause = this.#started.use(
      new PauseClock({ onEnd: (how, pause, actor) => this.#resumed(how, pause, actor) }),
    );
    this.lookout = this.#started.use(
      new Lookout({
        antivirus,
        settings,
        named,
        dataDir,
        account: (outcome, latencyMs) => this.#account(outcome, { latencyMs }),
        breathe: () => desk.responder.breathe(),
        write: (note) => desk.note(note),
        onChange: () => this.#tellSoon(),
        ...(startWatcher === undefined ? {} : { startWatcher }),
        logger,
      }),
    );
    this.jobs = this.#started.use(
      new ScanJobs({
        store: desk.jobs,
        run: jobRunner({
          pipeline: antivirus.pipeline,
          walkOptions: (roots) => this.lookout.walkOptionsFor(roots),
          breathe: () => desk.responder.breathe(),
          account: (outcome, jobId) => this.#account(outcome, { jobId }),
          settled: () => desk.responder.settled(),
        }),
        placesOf: (kind) =>
          kind === 'full'
            ? fullScanPlaces()
            : quickScanPlaces(this.#settings.watch.folders, this.lookout.surroundings),
        onChange: (job) => this.#emit({ kind: 'job', at: Date.now() / 1000, job }),
        onStarted: (job, actor) => desk.note(jobStarted(job, actor)),
        onEnded: (job, actor) => {
          desk.note(jobEnded(job, actor));
          this.scheduler.jobEnded();
        },
        logger,
      }),
    );
    this.scheduler = this.#started.use(
      new Scheduler({
        start: (request) => this.jobs.start(request),
        job: (id) => this.jobs.find(id),
        store: desk.jobs,
        onProblem: (text, problem) => desk.note(scheduleProblem(text, problem)),
        logger,
      }),
    );
    this.#begin();
  }

  /** Those in force. */
  get settings(): Settings {
    return this.#settings;
  }

  get paused(): Pause | null {
    return this.#pause.current;
  }

  async protection(): Promise<Protection> {
    const { antivirus, desk } = this.#options;
    const { lookout } = this;
    const evidence = await gatherEvidence({
      antivirus,
      desk,
      lookout,
      isEnabled: this.#settings.watch.enabled,
      pause: this.paused,
    });
    return { ...judgeProtection(evidence), evidence };
  }

  /** @param seconds null until Vedette is started again. */
  pause(seconds: number | null, actor: string): Pause {
    const { desk } = this.#options;
    const pause = this.#pause.pause({ seconds, actor });
    savePause(desk.state, pause);
    this.lookout.pause();
    const text = `Protection was paused ${pauseLength(seconds)}.`;
    desk.note({ kind: 'snoozed', actor, text, details: { until: pause.until } });
    this.#tellSoon();
    return pause;
  }

  /** False when protection was not paused. */
  resume(actor: string): boolean {
    return this.#pause.resume(actor);
  }

  /** What was scanned for somebody else is answered like everything that is found. */
  hear(outcome: ScanOutcome, actor: string): void {
    this.#account(outcome, { actor });
  }

  /** Takes over what can change while it runs. */
  apply(settings: Settings): void {
    const wasOn = this.#settings.watch.enabled;
    this.#settings = settings;
    const { watch, scanning } = settings;
    const { desk } = this.#options;
    desk.apply(settings);
    this.lookout.configure(settings);
    this.scheduler.configure({ texts: scanning.schedules, missedRuns: scanning.missed_runs });
    if (watch.enabled !== wasOn) {
      const kind = watch.enabled ? 'protection_on' : 'protection_off';
      const text = `Real-time protection was switched ${watch.enabled ? 'on' : 'off'} in the settings.`;
      desk.note({ kind, actor: 'settings', text });
    }
    this.#tellSoon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    if (this.#tellTimer !== null) clearTimeout(this.#tellTimer);
    await this.#started.disposeAsync();
    const note: HistoryNote = {
      kind: 'watch_stopped',
      actor: 'system',
      text: 'Real-time protection has ended.',
    };
    this.#options.desk.note(note);
  }

  #begin(): void {
    const { antivirus, desk, feed, logger } = this.#options;
    const { scanning } = this.#settings;
    desk.rescan = (path) => {
      this.lookout.realtime.rescan(path);
      return true;
    };
    antivirus.onRescanned = (outcome) => this.#account(outcome);
    this.#started.defer(() => {
      desk.rescan = () => false;
      antivirus.onRescanned = () => {};
    });
    // The first file shall not wait until a large database is loaded.
    void antivirus.room.start().catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'SHUTTING_DOWN') return;
      logger.error({ error }, 'the engines could not be started');
    });
    const saved = savedPause(desk.state);
    if (saved !== null && this.#pause.restore(saved, true) !== null) this.lookout.pause();
    this.jobs.resumeInterrupted();
    this.scheduler.configure({ texts: scanning.schedules, missedRuns: scanning.missed_runs });
    desk.tidySoon();
    const tidying = setInterval(() => desk.tidySoon(), tidyEveryMs).unref();
    this.#started.defer(() => clearInterval(tidying));
    this.#started.defer(
      feed.subscribe(
        ({ kind }) => {
          if (kind === 'finding') this.#tellSoon();
        },
        { verdicts: false },
      ),
    );
  }

  #account(
    outcome: ScanOutcome,
    { latencyMs = null, ...asked }: AskedFor & { readonly latencyMs?: number | null } = {},
  ): void {
    const { feed, desk } = this.#options;
    if (feed.hearsVerdicts) {
      const { request, verdict } = outcome;
      const result = toScanResult(request.path, verdict);
      const { origin } = request;
      this.#emit({ kind: 'verdict', at: Date.now() / 1000, origin, result, latency_ms: latencyMs });
    }
    void desk.responder.handle(outcome, asked);
  }

  #resumed(how: 'elapsed' | 'person', pause: Pause, actor: string): void {
    const { desk } = this.#options;
    savePause(desk.state, null);
    this.lookout.resume();
    const text = how === 'person' ? 'The pause of protection was ended.' : 'The pause of protection is over.';
    desk.note({ kind: 'snooze_ended', actor, text, details: { since: pause.since, actor: pause.actor } });
    this.#tellSoon();
  }

  #emit(event: FeedEvent): void {
    this.#options.feed.emit(event);
  }

  #tellSoon(): void {
    if (this.#isEnding || this.#tellTimer !== null) return;
    this.#tellTimer = setTimeout(() => void this.#tell(), tellEveryMs).unref();
  }

  async #tell(): Promise<void> {
    try {
      if (this.#options.feed.isHeard) {
        const protection = await this.protection();
        const news = newsIn(protection);
        if (!isDeepStrictEqual(news, this.#told))
          this.#emit({ kind: 'protection', at: Date.now() / 1000, protection });
        this.#told = news;
      }
    } catch (error) {
      this.#options.logger.warn({ cause: messageOf(error) }, 'the state of protection could not be told');
    }
    this.#tellTimer = null;
  }
}

/** Without what always moves a little. */
function newsIn(protection: Protection): Protection {
  const { evidence } = protection;
  if (evidence === null) return protection;
  return { ...protection, evidence: { ...evidence, watcher: { ...evidence.watcher, loop_delay_ms: 0 } } };
}

function pauseLength(seconds: number | null): string {
  if (seconds === null) return 'until Vedette is started again';
  return seconds < 120 ? `for ${Math.round(seconds)} seconds` : `for ${Math.round(seconds / 60)} minutes`;
}

function scheduleProblem(text: string, problem: string): HistoryNote {
  return { kind: 'error', actor: 'system', text: `The schedule "${text}" is not used: ${problem}` };
}
