// What is done now and then while Vedette runs: signatures are looked at, recent files scanned again, old rows removed.
import { messageOf } from '../shared/errors.ts';
import type { AntivirusOptions, LiveParts } from './antivirus-options.ts';
import type { EngineRoom } from './engine-room.ts';
import type { WalkEntry } from './intake/walk.ts';
import type { Logger } from './logger.ts';
import type { Pipeline } from './pipeline.ts';
import { runScanJob } from './scan-job.ts';
import type { HistoryStore } from './store/history-store.ts';
import type { VerdictStore } from './store/verdict-store.ts';

export interface UpkeepOptions {
  readonly room: Pick<EngineRoom, 'refresh' | 'onGeneration'>;
  readonly pipeline: Pick<Pipeline, 'scan' | 'recall' | 'judged'>;
  readonly verdicts: Pick<VerdictStore, 'recentFiles' | 'prune'>;
  readonly history: Pick<HistoryStore, 'rollUp'>;
  readonly maxFiles: number;
  /** After a change of signatures the files seen last are scanned again; for what runs on, not for a command. */
  readonly rescans: AntivirusOptions['staysOn'];
  readonly live: LiveParts;
  readonly logger: Logger;
}

const tidyEveryMs = 10 * 60_000;
/** Some milliseconds of work at a time: the event loop has others to serve. */
const rowsAtOnce = 2000;

export class Upkeep implements AsyncDisposable {
  readonly #options: UpkeepOptions;
  readonly #stop = new AbortController();
  readonly #tidyTimer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #live: LiveParts;
  #checkTimer: NodeJS.Timeout | null = null;
  #rescan: Promise<void> | null = null;
  #rescanWanted = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#live = options.live;
    this.#tidyTimer = setInterval(() => this.tidy(), tidyEveryMs).unref();
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

  /** Removes what is too old or too much, a slice at a time; called often enough it keeps up. */
  tidy(): void {
    const { verdicts, history, maxFiles } = this.#options;
    const { identityTtlMs, verdictTtlMs } = this.#live.cacheTimes;
    const nowMs = Date.now();
    const bounds = { hashedBeforeMs: nowMs - identityTtlMs, scannedBeforeMs: nowMs - verdictTtlMs, maxFiles };
    verdicts.prune(bounds, rowsAtOnce);
    history.rollUp(nowMs / 1000, { retentionDays: this.#live.historyDays });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    clearInterval(this.#tidyTimer);
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    await this.#rescan;
    // A command is too short for the timer: each does its share at the end.
    this.tidy();
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
    const { pipeline, verdicts, logger } = this.#options;
    while (this.#rescanWanted && !this.#stop.signal.aborted) {
      this.#rescanWanted = false;
      const files = verdicts.recentFiles(this.#live.rescanFiles);
      const entries: readonly WalkEntry[] = files.map(({ path }) => ({ kind: 'file', path }));
      logger.info({ files: files.length }, 'signatures changed: recent files are scanned again');
      await runScanJob({
        pipeline,
        entries: [entries],
        onOutcome: () => {},
        signal: this.#stop.signal,
        priority: 'low',
        origin: 'rescan',
      });
    }
  }
}
