// The allow-list as everybody asks it: kept in the database, answered from memory, in force from the moment it is written.
import type { AllowEntry, AllowKind } from '../../shared/allow-entry.ts';
import { AppError } from '../../shared/errors.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import { AllowList, type AllowQuestion } from '../respond/allow-list.ts';
import { normalizeEntry } from '../respond/normalize-allow-entry.ts';
import type { AllowStore } from '../store/allow-store.ts';
import { shownPath } from '../files/shown-path.ts';

export interface AllowBookOptions {
  readonly store: AllowStore;
  readonly write: (note: HistoryNote) => void;
  readonly now?: () => number;
}

export interface AllowDraft {
  readonly kind: AllowKind;
  readonly value: string;
  readonly reason: string;
  readonly author: string;
}

export class AllowBook {
  readonly #options: AllowBookOptions;
  readonly #list = new AllowList();
  #changes: number | null = null;

  constructor(options: AllowBookOptions) {
    this.#options = options;
  }

  match(question: AllowQuestion): AllowEntry | null {
    this.#refresh();
    return this.#list.match(question);
  }

  list(): readonly AllowEntry[] {
    return this.#options.store.list();
  }

  /** @throws AppError BAD_USAGE for a value that cannot be allowed. */
  add(draft: AllowDraft): { readonly entry: AllowEntry; readonly isNew: boolean } {
    const normal = normalizeEntry(draft);
    if (normal.kind === 'unusable') throw new AppError('BAD_USAGE', normal.problem);
    const added = this.#options.store.add(
      { ...draft, value: normal.value },
      (this.#options.now ?? Date.now)(),
    );
    if (added.isNew) {
      const { id, kind, value, reason } = added.entry;
      this.#options.write({
        kind: 'allowed',
        actor: draft.author,
        text: `The ${kind} ${shownPath(value)} was allowed${reason === '' ? '' : `: ${reason}`}.`,
        details: { entry: id, kind, value, reason },
      });
    }
    return added;
  }

  remove(ids: readonly number[], actor: string): readonly AllowEntry[] {
    const removed = this.#options.store.remove(ids);
    for (const { id, kind, value } of removed) {
      this.#options.write({
        kind: 'disallowed',
        actor,
        text: `The ${kind} ${shownPath(value)} is no longer allowed.`,
        details: { entry: id, kind, value },
      });
    }
    return removed;
  }

  /** Another process may have written to it. */
  #refresh(): void {
    const changes = this.#options.store.changes();
    if (changes === this.#changes) return;
    this.#list.set(this.#options.store.list());
    this.#changes = changes;
  }
}
