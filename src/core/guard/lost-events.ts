// Files that only a sweep found although events should have told of them: counted, and one record a sweep.
import type { HistoryNote } from '../../shared/history-event.ts';
import { shownPath } from './shown-path.ts';

export interface LostEventsOptions {
  readonly write: (note: HistoryNote) => void;
  readonly onLost: () => void;
}

const samples = 3;

export class LostEvents {
  readonly #options: LostEventsOptions;
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

  sweepEnded(): void {
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
}
