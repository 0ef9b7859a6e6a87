// What `vedette scan` is to look at: the given paths, and those of a list, as they come.
import { walk, type WalkEntry, type WalkOptions } from '../core/intake/walk.ts';
import { readPathList, type PathList } from './path-list.ts';
import type { ScanOptions } from './scan-options.ts';
import type { ScanWalk } from './scan-walk.ts';

export interface EntrySource {
  readonly paths: readonly string[];
  readonly list: PathList | null;
  readonly options: ScanOptions;
  /** Its roots have been asked. */
  readonly walking: ScanWalk;
  readonly signal: AbortSignal;
}

/** @throws AppError FILE_UNREADABLE */
export async function* everyEntry(source: EntrySource): AsyncGenerator<Iterable<WalkEntry>> {
  const { paths, list, options, walking, signal } = source;
  yield walk(paths, walking.options);
  if (list === null) return;
  for await (const names of readPathList(list, options[0], signal)) {
    await walking.ask(names);
    yield walkEach(names, walking.options);
  }
}

/** Each for itself: a name that comes again is looked at again. */
function* walkEach(names: readonly string[], walkOptions: WalkOptions): Generator<WalkEntry> {
  for (const name of names) yield* walk([name], walkOptions);
}
