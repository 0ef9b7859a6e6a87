// Puts stored files into memory in slices, with a turn of the event loop between two, so that nobody waits for it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileIdentity } from '../../shared/scan.ts';
import type { StoredFile } from '../../shared/stored-verdict.ts';
import type { VerdictStorePort } from './verdict-store-port.ts';

const sliceEntries = 256;

/** The most recent ones of the database, or these: an identity is looked up. */
export type WarmSource = 'recent' | readonly (StoredFile | FileIdentity)[];

export interface WarmOptions {
  readonly source: WarmSource;
  readonly limit: number;
  readonly generation: string;
  readonly store: Pick<VerdictStorePort, 'mostRecent' | 'recallFiles'>;
  /** False when it was not put in. */
  readonly put: (file: StoredFile) => boolean;
  /** Ends it between two slices. */
  readonly signal: AbortSignal;
}

/** @returns how many were put in; the first ones given end as the ones used last. */
export async function warmMemory({
  source,
  limit,
  generation,
  store,
  put,
  signal,
}: WarmOptions): Promise<number> {
  let count = 0;
  await nextTurn();
  if (limit <= 0 || signal.aborted) return count;
  const wanted = source === 'recent' ? store.mostRecent(limit, generation) : source.slice(0, limit);
  for (let end = wanted.length; end > 0; end -= sliceEntries) {
    await nextTurn();
    if (signal.aborted) return count;
    const slice = wanted.slice(Math.max(0, end - sliceEntries), end);
    for (const file of lookedUp(slice, generation, store).toReversed()) {
      if (put(file)) count += 1;
    }
  }
  return count;
}

function lookedUp(
  slice: readonly (StoredFile | FileIdentity)[],
  generation: string,
  store: Pick<VerdictStorePort, 'recallFiles'>,
): readonly StoredFile[] {
  const given = slice.filter((item) => typeof item !== 'string');
  const identities = slice.filter((item) => typeof item === 'string');
  if (identities.length === 0) return given;
  return [...given, ...store.recallFiles(identities, generation).filter((file) => file !== null)];
}
