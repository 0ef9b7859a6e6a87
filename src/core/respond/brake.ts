// Stops automatic quarantine when too much is found at once, until a person lets it go; when in doubt it stops.
import { shownPath } from '../files/shown-path.ts';
import { countText } from '../../shared/count-text.ts';
import { displayPath } from '../../shared/display-path.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import { FlaggedFiles, type FlaggedFilesOptions } from './flagged-files.ts';
import type { ProtectedFile } from './protected-files.ts';
import { savedBrakeSchema, type SavedBrake, type Stopped } from './saved-brake.ts';

export interface BrakeSettings {
  /** So many different files with one signature … */
  readonly detections: number;
  /** … within this time. */
  readonly windowMs: number;
}

export interface BrakeOptions {
  readonly settings: BrakeSettings;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** An infected file that is neither allowed nor named by a person. */
export interface FlaggedFile {
  readonly signatures: readonly string[];
  readonly path: string;
  readonly protectedAs: ProtectedFile | null;
}

export interface BrakeObservation {
  /** True for the one file with which it came on. */
  readonly tripped: boolean;
  /** The sentence in `state`; empty while it is off. */
  readonly reason: string;
}

export type BrakeState =
  | { readonly on: false; readonly reason: '' }
  | {
      readonly on: true;
      /** One sentence for a person. */
      readonly reason: string;
      /** Unix milliseconds. */
      readonly sinceMs: number;
      /** Exactly as the engine gives it; null when it is not about one signature. */
      readonly signature: string | null;
      /** How many had been flagged when it came on. */
      readonly files: number;
    };

/** A file that matches a thousand rules shall not fill the memory alone. */
const signaturesPerFile = 16;
const minEntries = 10_000;
const maxEntries = 200_000;
/** A question that was answered is not asked again for a day, or a real outbreak would ask at every fiftieth file. */
const answerMs = 24 * 3_600_000;
const maxAnswers = 100;

/**
 * Every signature counts, however long it has been known: its name stays when an update changes what it matches, and
 * "first seen here" says nothing of either. Stopping once too often costs one answer; a false alarm that is not stopped
 * costs a machine.
 */
export class Brake {
  readonly #now: () => number;
  readonly #flagged: FlaggedFiles;
  /** Question → when it may be asked again. */
  readonly #answered = new Map<string, number>();
  #settings: BrakeSettings;
  #stopped: Stopped | null = null;
  /** Time that only goes forward: a clock that is set back makes no file older or younger. */
  #elapsedMs = 0;
  #lastMs: number | null = null;

  constructor({ settings, now = Date.now }: BrakeOptions) {
    this.#now = now;
    this.#settings = settings;
    this.#flagged = new FlaggedFiles(boundsOf(settings));
  }

  /** @param saved what `toJSON` gave; null for a first start. What cannot be understood leaves the brake on. */
  static from(saved: unknown, options: BrakeOptions): Brake {
    const brake = new Brake(options);
    if (saved === null || saved === undefined) return brake;
    const parsed = savedBrakeSchema.safeParse(saved);
    if (!parsed.success) {
      brake.#stop('what was known of it before this start cannot be read', null, 0, []);
      return brake;
    }
    brake.#stopped = parsed.data.stopped;
    for (const { question, untilMs } of parsed.data.answered.slice(-maxAnswers)) {
      brake.#answered.set(question, untilMs);
    }
    return brake;
  }

  get state(): BrakeState {
    if (this.#stopped === null) return { on: false, reason: '' };
    const { cause, sinceMs, signature, files } = this.#stopped;
    return { on: true, reason: `Automatic quarantine has stopped: ${cause}.`, sinceMs, signature, files };
  }

  /** Takes effect with the next file; one that is on stays on. */
  configure(settings: BrakeSettings): void {
    this.#settings = settings;
    this.#flagged.configure(boundsOf(settings));
  }

  /** Asked before anything is done about the file: the one that trips it is not moved any more. */
  observe(flagged: FlaggedFile, nowMs: number = this.#now()): BrakeObservation {
    if (this.#stopped !== null) return { tripped: false, reason: this.state.reason };
    this.#elapsedMs += Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    this.#look(flagged, nowMs);
    return { tripped: this.#stopped !== null, reason: this.state.reason };
  }

  /** A person has answered. What to write down, or null when it was not on. */
  release(actor: string, nowMs: number = this.#now()): HistoryNote | null {
    if (this.#stopped === null) return null;
    const { cause, questions, signature, files } = this.#stopped;
    for (const question of questions) {
      this.#answered.delete(question);
      this.#answered.set(question, nowMs + answerMs);
    }
    for (const question of this.#answered.keys()) {
      if (this.#answered.size <= maxAnswers) break;
      this.#answered.delete(question);
    }
    this.#stopped = null;
    const text = `Automatic quarantine goes on; it had stopped: ${cause}.`;
    return { kind: 'brake_off', actor, text, details: { signature, files } };
  }

  toJSON(): SavedBrake {
    const answered = [...this.#answered].map(([question, untilMs]) => ({ question, untilMs }));
    return { stopped: this.#stopped, answered };
  }

  #look({ signatures, path, protectedAs }: FlaggedFile, nowMs: number): void {
    const fileQuestion = `file ${path}`;
    const named = [...new Set(signatures)].slice(0, signaturesPerFile);
    if (protectedAs !== null && !this.#isAnswered(fileQuestion, nowMs)) {
      const owner = protectedAs.kind === 'own' ? 'Vedette itself' : 'the operating system';
      const cause = `${shownPath(path)} was flagged, and it belongs to ${owner}`;
      this.#stop(cause, named[0] ?? null, 1, [fileQuestion], nowMs);
      return;
    }
    const tripping: { readonly signature: string; readonly files: number }[] = [];
    for (const signature of named) {
      if (this.#isAnswered(`signature ${signature}`, nowMs)) continue;
      const files = this.#flagged.add(signature, path, this.#elapsedMs);
      if (files >= this.#settings.detections) tripping.push({ signature, files });
    }
    const [first] = tripping;
    const within = `within ${this.#settings.windowMs / 1000} seconds`;
    if (first !== undefined) {
      const { signature, files } = first;
      const cause = `the signature ${displayPath(signature)} flagged ${countText(files, 'file')} ${within}`;
      const questions = tripping.map((one) => `signature ${one.signature}`);
      this.#stop(cause, signature, files, questions, nowMs);
    } else if (this.#flagged.isOver) {
      // Not knowing whether one signature is behind it is no reason to go on.
      this.#stop(`more was found ${within} than can be counted`, null, this.#flagged.entries, [], nowMs);
    }
  }

  #isAnswered(question: string, nowMs: number): boolean {
    const leftMs = (this.#answered.get(question) ?? nowMs) - nowMs;
    // A clock that was set back makes no answer last longer.
    return leftMs > 0 && leftMs <= answerMs;
  }

  #stop(
    cause: string,
    signature: string | null,
    files: number,
    questions: readonly string[],
    sinceMs: number = this.#now(),
  ): void {
    this.#stopped = { cause, signature, files, questions: [...questions], sinceMs };
    this.#flagged.clear();
  }
}

function boundsOf({ detections, windowMs }: BrakeSettings): FlaggedFilesOptions {
  const entries = Math.max(minEntries, detections * signaturesPerFile);
  return { windowMs, maxEntries: Math.min(maxEntries, entries) };
}
