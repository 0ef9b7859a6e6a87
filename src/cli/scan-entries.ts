// What `vedette scan` is to look at: the given paths, and those of a list, as they come.
import { walk, type WalkEntry, type WalkOptions } from '../core/intake/walk.ts';
import { readPathList, type PathList } from './path-list.ts';
import type { ScanOptions } from './scan-options.ts';

export interface EntrySource {
  readonly paths: readonly string[];
  readonly list: PathList | null;
  readonly options: ScanOptions;
  readonly walkOptions: WalkOptions;
  readonly signal: AbortSignal;
}

/** @throws AppError FILE_UNREADABLE */
export async function* everyEntry(source: EntrySource): AsyncGenerator<Iterable<WalkEntry>> {
  const { paths, list, options, walkOptions, signal } = source;
  yield walk(paths, walkOptions);
  if (list === null) return;
  for await (const names of readPathList(list, options[0], signal)) yield walkEach(names, walkOptions);
}

/** Each for itself: a name that comes again is looked at again. */
function* walkEach(names: readonly string[], walkOptions: WalkOptions): Generator<WalkEntry> {
  for (const name of names) yield* walk([name], walkOptions);
}
