// Exclusions that end by themselves: in force from the moment they are written, and never longer than asked for, whatever a clock does.
import { countText } from '../../shared/count-text.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import type { Exclusion } from '../../shared/page-documents.ts';
import type { ExclusionStore } from '../store/exclusion-store.ts';
import { refusePattern } from './exclusion-pattern.ts';
import { shownPath } from '../files/shown-path.ts';

/** What is left out from now on, and what no longer is: that may have changed meanwhile. */
export interface ExclusionChange {
  readonly begun: readonly Exclusion[];
  readonly ended: readonly Exclusion[];
}

export interface ExclusionBookOptions {
  readonly store: ExclusionStore;
  readonly write: (note: HistoryNote) => void;
  readonly onChange: (change: ExclusionChange) => void;
  /** Unix milliseconds; may jump. */
  readonly wallMs?: () => number;
  /** Milliseconds that only go forward; may stand still while the machine sleeps. */
  readonly monotonicMs?: () => number;
}

export interface ExclusionRequest {
  readonly pattern: string;
  readonly seconds: number;
  readonly reason: string;
  readonly author: string;
}

/** Looks at both clocks this often: a timer alone does not count the time a machine sleeps, and holds no more than 24.8 days. */
const lookEveryMs = 15_000;
/** A clock that is this far behind was put back: nobody knows how long what begins in its future has been in force. */
const putBackMs = 3_600_000;

interface Entry {
  readonly exclusion: Exclusion;
  /** By the clock that only goes forward. */
  readonly deadlineMs: number;
}

export class ExclusionBook implements Disposable {
  readonly #options: ExclusionBookOptions;
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  #entries: readonly Entry[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** Those that ended while nobody was there are written down as ended; `onChange` hears of what comes after. */
  constructor(options: ExclusionBookOptions) {
    this.#options = options;
    this.#wallMs = options.wallMs ?? Date.now;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    const wallMs = this.#wallMs();
    const kept = options.store.list();
    const unknown = kept.filter(({ created_at: createdAt }) => createdAt * 1000 > wallMs + putBackMs);
    this.#entries = kept.filter((one) => !unknown.includes(one)).map((one) => this.#entryOf(one));
    this.#end(unknown);
    this.#end(this.#takeExpired());
    this.#lookLater();
  }

  /** In force now, oldest first. */
  list(): readonly Exclusion[] {
    return this.#entries.filter((entry) => this.#leftMs(entry) > 0).map(({ exclusion }) => exclusion);
  }

  /** The same as globs, each once. */
  patterns(): readonly string[] {
    return [...new Set(this.list().map(({ pattern }) => pattern))];
  }

  /**
   * From now on; one with the same pattern ends with it.
   * @throws AppError BAD_USAGE for a pattern that is none or leaves out everything; CALL_REFUSED; FILE_UNWRITABLE
   */
  add({ pattern, seconds, reason, author }: ExclusionRequest): Exclusion {
    refusePattern(pattern);
    const createdAtMs = this.#wallMs();
    const expiresAtMs = createdAtMs + seconds * 1000;
    const replaced = this.#entries.filter(({ exclusion }) => exclusion.pattern === pattern);
    const replaces = replaced.map(({ exclusion }) => exclusion.id);
    const draft = { pattern, reason, author, createdAtMs, expiresAtMs };
    const added = this.#options.store.add(draft, replaces);
    this.#entries = [...this.#entries.filter((entry) => !replaced.includes(entry)), this.#entryOf(added)];
    const why = added.reason === '' ? '' : `: ${shownPath(added.reason)}`;
    this.#options.write({
      kind: 'excluded',
      actor: author,
      text: `Files that match ${shownPath(pattern)} are left out for ${lengthText(seconds)}${why}.`,
      details: { exclusion: added.id, replaces, pattern, expires_at: added.expires_at },
    });
    this.#lookLater();
    // Nothing that was left out is looked at for that.
    this.#options.onChange({ begun: [added], ended: [] });
    return added;
  }

  /** Those of these that were there. @throws AppError FILE_UNWRITABLE */
  remove(ids: readonly number[], actor: string): readonly Exclusion[] {
    const removed = this.#entries.filter(({ exclusion }) => ids.includes(exclusion.id));
    if (removed.length === 0) return [];
    const ended = removed.map(({ exclusion }) => exclusion);
    this.#options.store.remove(ended.map(({ id }) => id));
    this.#entries = this.#entries.filter((entry) => !removed.includes(entry));
    for (const exclusion of ended) this.#options.write(endNote(exclusion, actor, 'again'));
    this.#options.onChange({ begun: [], ended });
    return ended;
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#entries = [];
  }

  #entryOf(exclusion: Exclusion): Entry {
    const { created_at: createdAt, expires_at: expiresAt } = exclusion;
    // Never longer than it was to be: the clock may have been put back while nobody was there.
    const leftMs = Math.min(expiresAt * 1000 - this.#wallMs(), (expiresAt - createdAt) * 1000);
    return { exclusion, deadlineMs: this.#monotonicMs() + leftMs };
  }

  /** Whichever clock comes first: the wall alone could be put back, the other one sleeps with the machine. */
  #leftMs({ exclusion, deadlineMs }: Entry): number {
    return Math.min(deadlineMs - this.#monotonicMs(), exclusion.expires_at * 1000 - this.#wallMs());
  }

  #takeExpired(): readonly Exclusion[] {
    const expired = this.#entries.filter((entry) => this.#leftMs(entry) <= 0);
    this.#entries = this.#entries.filter((entry) => !expired.includes(entry));
    return expired.map(({ exclusion }) => exclusion);
  }

  #end(ended: readonly Exclusion[]): void {
    if (ended.length === 0) return;
    this.#options.store.removeSoon(ended.map(({ id }) => id));
    for (const exclusion of ended)
      this.#options.write(endNote(exclusion, 'system', 'again: its time is over'));
  }

  #lookLater(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#entries.length === 0) return;
    const leftMs = Math.min(...this.#entries.map((entry) => this.#leftMs(entry)));
    const delayMs = Math.min(lookEveryMs, Math.max(0, Math.ceil(leftMs)));
    this.#timer = setTimeout(() => this.#look(), delayMs).unref();
  }

  #look(): void {
    const ended = this.#takeExpired();
    this.#lookLater();
    if (ended.length === 0) return;
    this.#end(ended);
    this.#options.onChange({ begun: [], ended });
  }
}

function endNote(exclusion: Exclusion, actor: string, how: string): HistoryNote {
  const { id, pattern, author, created_at: createdAt } = exclusion;
  return {
    kind: 'exclusion_ended',
    actor,
    text: `Files that match ${shownPath(pattern)} are scanned ${how}.`,
    details: { exclusion: id, pattern, author, created_at: createdAt },
  };
}

function lengthText(seconds: number): string {
  const steps = [
    { unit: 'day', seconds: 86_400 },
    { unit: 'hour', seconds: 3600 },
    { unit: 'minute', seconds: 60 },
  ] as const;
  // Two of a unit at least, so that nothing is rounded by much.
  const step = steps.find((one) => seconds >= 2 * one.seconds || seconds === one.seconds);
  const { unit, seconds: length } = step ?? { unit: 'second', seconds: 1 };
  const count = Math.round(seconds / length);
  return countText(count, unit);
}
