// Fresh signatures for the managed clamd: by the clock and when somebody asks, one run at a time, and put into force at once.
import type { AppState } from '../../shared/app-state.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import {
  databaseProblem,
  findFreshclam,
  runFreshclam,
  type FreshclamOutcome,
} from '../engines/clamd/freshclam.ts';
import { knownPlaces } from '../engines/clamd/known-places.ts';
import type { ManagedClamd } from '../engines/clamd/managed-clamd.ts';
import type { Logger } from '../logger.ts';

/** What has to be known of a clamd. */
export type UpdatedClamd =
  | { readonly kind: 'found' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'managed'; readonly managed: Pick<ManagedClamd, 'signatureDir'> };

export interface SignatureUpdatesOptions {
  /** The clamd in use; null until a file needed it. */
  readonly clamd: () => UpdatedClamd | null;
  /** Has the engines load what changed. */
  readonly refresh: () => Promise<unknown>;
  readonly workDir: string;
  readonly settings: Settings['updates'];
  readonly write: (note: HistoryNote) => void;
  readonly onChange: () => void;
  readonly findProgram?: () => string | null;
  readonly logger: Logger;
}

type UpdatesState = AppState['updates'];
type Place = { readonly program: string; readonly databaseDir: string };

const hourMs = 3_600_000;
/** After the start, so that nothing else waits for it. */
const firstRunMs = 60_000;

export class SignatureUpdates implements AsyncDisposable {
  readonly #options: SignatureUpdatesOptions;
  readonly #stopping = new AbortController();
  #settings: Settings['updates'];
  #timer: NodeJS.Timeout | null = null;
  #nextAtMs: number | null = null;
  #running: Promise<void> | null = null;
  #last: { readonly text: string; readonly atMs: number } | null = null;

  constructor(options: SignatureUpdatesOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#plan(firstRunMs);
  }

  get state(): UpdatesState {
    const place = this.#place();
    const known = {
      last_at: this.#last === null ? null : this.#last.atMs / 1000,
      next_at: this.#nextAtMs === null ? null : this.#nextAtMs / 1000,
    };
    if (this.#running !== null)
      return { state: 'running', text: 'New signatures are being fetched.', ...known };
    if (typeof place === 'string') return { state: 'unavailable', text: place, ...known, next_at: null };
    return { state: 'idle', text: this.#last?.text ?? '', ...known };
  }

  configure(settings: Settings['updates']): void {
    const isOther =
      settings.enable_freshclam !== this.#settings.enable_freshclam ||
      settings.freshclam_interval_hours !== this.#settings.freshclam_interval_hours;
    this.#settings = settings;
    if (isOther) this.#plan(settings.freshclam_interval_hours * hourMs);
  }

  /** @returns whether one was begun; `text` says why not. */
  start(actor: string): { readonly started: boolean; readonly text: string } {
    if (this.#running !== null) return { started: false, text: 'An update is running already.' };
    const place = this.#place();
    if (typeof place === 'string') return { started: false, text: place };
    this.#running = this.#run(place, actor).finally(() => {
      this.#running = null;
      this.#plan(this.#settings.freshclam_interval_hours * hourMs);
      this.#options.onChange();
    });
    this.#options.onChange();
    return { started: true, text: 'New signatures are being fetched.' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  /** Where and with what; or why not, in one sentence. */
  #place(): Place | string {
    const clamd = this.#options.clamd();
    if (clamd === null) return 'clamd is not needed yet: it starts with the first file that is scanned.';
    if (clamd.kind === 'unavailable') return 'There is no clamd to fetch signatures for.';
    if (clamd.kind === 'found') {
      return 'This clamd belongs to the system, whose own freshclam keeps its signatures fresh.';
    }
    const { signatureDir } = clamd.managed;
    if (signatureDir === null) return 'This clamd was started without a folder of signatures.';
    const problem = databaseProblem(signatureDir);
    if (problem !== null) return problem;
    const program = (this.#options.findProgram ?? findInstalled)();
    if (program === null) return 'freshclam is not installed; it comes with ClamAV.';
    return { program, databaseDir: signatureDir };
  }

  async #run(place: Place, actor: string): Promise<void> {
    const { workDir, refresh, write, logger } = this.#options;
    let outcome: FreshclamOutcome;
    try {
      outcome = await runFreshclam({ ...place, workDir, signal: this.#stopping.signal });
      if (outcome.kind === 'updated') await refresh();
    } catch (error) {
      outcome = { kind: 'failed', text: messageOf(error) };
    }
    if (this.#stopping.signal.aborted) return;
    this.#last = { text: outcome.text, atMs: Date.now() };
    if (outcome.kind === 'failed') logger.warn({ cause: outcome.text }, 'signatures could not be updated');
    if (outcome.kind === 'current') return;
    const isError = outcome.kind === 'failed';
    write({
      kind: isError ? 'error' : 'signatures_updated',
      actor,
      text: isError ? `Signatures could not be updated: ${outcome.text}` : outcome.text,
    });
  }

  #plan(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#nextAtMs = null;
    if (!this.#settings.enable_freshclam || this.#stopping.signal.aborted) return;
    this.#nextAtMs = Date.now() + delayMs;
    this.#timer = setTimeout(() => {
      // Where there is nothing to update now there may be the next time.
      if (!this.start('system').started) this.#plan(this.#settings.freshclam_interval_hours * hourMs);
    }, delayMs).unref();
  }
}

function findInstalled(): string | null {
  return findFreshclam(knownPlaces(process.platform, process.env).binaries);
}
