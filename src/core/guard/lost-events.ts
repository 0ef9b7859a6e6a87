// Files that only a sweep found although events should have told of them: counted, and one record a sweep.
import type { HistoryNote } from '../../shared/history-event.ts';
import { shownPath } from '../files/shown-path.ts';

export interface LostEventsOptions {
  readonly write: (note: HistoryNote) => void;
  readonly onLost: () => void;
  /** Whether events are on their way at this moment. */
  readonly isEventful: () => boolean;
}

const samples = 3;
/** An event that is on its way gets so long to arrive; with much going on, longer. */
const arrivalMs = 15_000;
const longestMs = 60_000;
const lookEveryMs = 1000;
const maxSuspects = 200_000;

interface Suspect {
  readonly foundAtMs: number;
}

export class LostEvents implements Disposable {
  readonly #options: LostEventsOptions;
  /** By path: changed so shortly before a sweep found them that their event may still come. Oldest first. */
  readonly #suspects = new Map<string, Suspect>();
  #timer: NodeJS.Timeout | null = null;
  #count = 0;
  #paths: string[] = [];

  constructor(options: LostEventsOptions) {
    this.#options = options;
  }

  add(path: string): void {
    this.#count += 1;
    if (this.#paths.length < samples) this.#paths.push(path);
    this.#options.onLost();
  }

  /** A sweep was there first; whether the event was lost or late only time tells. */
  suspect(path: string): void {
    this.#suspects.delete(path);
    if (this.#suspects.size >= maxSuspects) return;
    this.#suspects.set(path, { foundAtMs: performance.now() });
    this.#timer ??= setInterval(() => this.#settle(), lookEveryMs).unref();
  }

  /** The watcher has told of it. */
  arrived(path: string): void {
    if (this.#suspects.size > 0) this.#suspects.delete(path);
  }

  /** One record for all that were found since the last. */
  tell(): void {
    if (this.#count === 0) return;
    const [count, paths] = [this.#count, this.#paths];
    this.#count = 0;
    this.#paths = [];
    const names = paths.map((path) => shownPath(path)).join(', ');
    const [files, were] = count === 1 ? ['file', 'was'] : ['files', 'were'];
    const which = count <= samples ? `: ${names}` : `, among them ${names}`;
    const text = `${count} ${files} had changed without an event and ${were} found by the sweep${which}.`;
    this.#options.write({ kind: 'events_lost', actor: 'system', text, details: { count } });
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#suspects.clear();
  }

  #settle(): void {
    const nowMs = performance.now();
    const limitMs = this.#options.isEventful() ? longestMs : arrivalMs;
    for (const [path, { foundAtMs }] of this.#suspects) {
      if (nowMs - foundAtMs < limitMs) break;
      this.#suspects.delete(path);
      this.add(path);
    }
    if (this.#suspects.size > 0) return;
    this.#stop();
    this.tell();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
