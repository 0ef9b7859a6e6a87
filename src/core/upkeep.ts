// What is done now and then while Vedette runs: signatures are looked at, recent files scanned again, old rows removed.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '../shared/errors.ts';
import type { AntivirusOptions, LiveParts } from './antivirus-options.ts';
import type { EngineRoom } from './engine-room.ts';
import { identifyFile } from './intake/identify-file.ts';
import type { WalkEntry } from './intake/walk.ts';
import type { Logger } from './logger.ts';
import type { Pipeline, ScanOutcome } from './pipeline.ts';
import { runScanJob } from './scan-job.ts';
import type { HistoryStore } from './store/history-store.ts';
import type { VerdictStore } from './store/verdict-store.ts';

export interface UpkeepOptions {
  readonly room: Pick<EngineRoom, 'refresh' | 'onGeneration'>;
  readonly pipeline: Pick<Pipeline, 'scan' | 'recall' | 'judged'>;
  readonly store: { readonly verdicts: Pick<VerdictStore, 'recentFiles' | 'prune'>; flush(): void };
  readonly history: Pick<HistoryStore, 'rollUp'>;
  readonly maxFiles: number;
  /** After a change of signatures the files seen last are scanned again; for what runs on, not for a command. */
  readonly rescans: AntivirusOptions['staysOn'];
  /** Hears of every file that was scanned again: what is found now has to be answered. */
  readonly onRescanned: (outcome: ScanOutcome) => void;
  readonly live: LiveParts;
  readonly logger: Logger;
}

const tidyEveryMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;
/** Some milliseconds of work at a time: the event loop has others to serve. */
const rowsAtOnce = 2000;
/** What a command does at most at its end. */
const slicesAtEnd = 5;

export class Upkeep implements AsyncDisposable {
  readonly #options: UpkeepOptions;
  readonly #stop = new AbortController();
  readonly #tidyTimer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #live: LiveParts;
  #checkTimer: NodeJS.Timeout | null = null;
  #rescan: Promise<void> | null = null;
  #rescanWanted = false;
  #tidying: Promise<void> | null = null;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#live = options.live;
    this.#tidyTimer = setInterval(() => this.#tidySoon(), tidyEveryMs).unref();
    this.#stopListening = options.room.onGeneration(() => {
      if (options.rescans) this.#rescanSoon();
    });
    this.configure(options.live);
  }

  configure(live: LiveParts): void {
    const isSame = this.#checkTimer !== null && live.signatureCheckMs === this.#live.signatureCheckMs;
    this.#live = live;
    if (isSame) return;
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    this.#checkTimer = setInterval(() => void this.#check(), live.signatureCheckMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    clearInterval(this.#tidyTimer);
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    await this.#rescan;
    await this.#tidying;
    // A command is too short for the timer: each does its share at the end.
    await this.#tidy(slicesAtEnd);
  }

  #tidySoon(): void {
    this.#tidying ??= this.#tidy(Number.POSITIVE_INFINITY).finally(() => {
      this.#tidying = null;
    });
  }

  /** Removes what is too old or too much, a slice at a time. */
  async #tidy(maxSlices: number): Promise<void> {
    const { store, history, maxFiles } = this.#options;
    const { cacheTimes, historyDays } = this.#live;
    const nowMs = Date.now();
    const bounds = {
      hashedBeforeMs: nowMs - cacheTimes.identityTtlMs,
      scannedBeforeMs: nowMs - cacheTimes.verdictTtlMs,
      findingsBeforeMs: nowMs - historyDays * dayMs,
      maxFiles,
    };
    history.rollUp(nowMs / 1000, { retentionDays: historyDays });
    for (let slice = 0; slice < maxSlices; slice += 1) {
      if (store.verdicts.prune(bounds, rowsAtOnce) === 0) return;
      await nextTurn();
      // The one at the end has its own bound.
      if (maxSlices === Number.POSITIVE_INFINITY && this.#stop.signal.aborted) return;
    }
  }

  async #check(): Promise<void> {
    try {
      await this.#options.room.refresh();
    } catch (error) {
      this.#options.logger.warn({ cause: messageOf(error) }, 'signatures could not be looked at');
    }
  }

  /** One at a time; signatures that change meanwhile make it begin again. */
  #rescanSoon(): void {
    this.#rescanWanted = true;
    this.#rescan ??= this.#rescanAll().finally(() => {
      this.#rescan = null;
    });
  }

  async #rescanAll(): Promise<void> {
    const { pipeline, store, logger } = this.#options;
    const { verdicts } = store;
    while (this.#rescanWanted && !this.#stop.signal.aborted) {
      this.#rescanWanted = false;
      // Also those whose verdict is on its way to the database.
      store.flush();
      const files = verdicts.recentFiles(this.#live.rescanFiles);
      logger.info({ files: files.length }, 'signatures changed: recent files are scanned again');
      await runScanJob({
        pipeline,
        entries: [thoseThatAreThere(files)],
        onOutcome: this.#options.onRescanned,
        signal: this.#stop.signal,
        priority: 'low',
        origin: 'rescan',
      });
    }
  }
}

/** A file that was deleted since is nobody's concern any more. */
function* thoseThatAreThere(files: readonly { readonly path: string }[]): Generator<WalkEntry> {
  for (const { path } of files) {
    if (identifyFile(path, { maxFileSizeBytes: Number.POSITIVE_INFINITY }).kind === 'regular')
      yield { kind: 'file', path };
  }
}
