// Writes down when a watched folder is no longer watched, and when it is again: once a change, and no flood where one flickers.
import type { HistoryKind, HistoryNote } from '../../shared/history-event.ts';
import type { RootHealth } from '../watch/watch-protocol.ts';
import { shownPath } from '../files/shown-path.ts';

const kinds: Readonly<Record<RootHealth['state'], HistoryKind | null>> = {
  starting: null,
  watching: 'folder_watched',
  degraded: 'folder_degraded',
  gone: 'folder_gone',
};

/** A folder that comes and goes all the time goes into the history no more often than this. */
const pauseMs = 30_000;

interface Told {
  readonly state: RootHealth['state'];
  readonly cause: string;
  /** When each state was written down last. */
  readonly atMs: ReadonlyMap<RootHealth['state'], number>;
}

export class FolderLog {
  readonly #write: (note: HistoryNote) => void;
  readonly #now: () => number;
  readonly #told = new Map<string, Told>();

  constructor(write: (note: HistoryNote) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
  }

  heard(roots: readonly RootHealth[]): void {
    for (const root of roots) this.#heardOf(root);
    const paths = new Set(roots.map(({ path }) => path));
    for (const path of this.#told.keys()) if (!paths.has(path)) this.#told.delete(path);
  }

  #heardOf({ path, state, cause }: RootHealth): void {
    const kind = kinds[state];
    const told = this.#told.get(path);
    if (kind === null || (told?.state === state && told.cause === cause)) return;
    const atMs = this.#now();
    const lastMs = told?.atMs.get(state) ?? Number.NEGATIVE_INFINITY;
    if (Math.abs(atMs - lastMs) < pauseMs && state !== 'watching') return;
    this.#told.set(path, { state, cause, atMs: new Map([...(told?.atMs ?? []), [state, atMs]]) });
    const name = shownPath(path);
    const text =
      state === 'watching'
        ? `${name} is watched.`
        : `${name} is not ${state === 'gone' ? '' : 'wholly '}watched: ${cause}`;
    this.#write({ kind, actor: 'system', text, path, details: {} });
  }
}
