// Takes the name of a file away, and only of the file that was meant: looked at through the held folder just before.
import type { BigIntStats } from 'node:fs';
import { assertNever } from '../../shared/verdict.ts';
import { codeOf, isFsError } from '../files/open-file.ts';
import type { AnchoredFolder } from './anchored-folder.ts';
import { lookAt, unlinkInTime } from './timely-files.ts';
import { orWarn, retryWhileBusy, type VaultContext } from './vault-context.ts';

export type Removal =
  | { readonly kind: 'removed' }
  /** Nothing was removed: another file has the name by now. */
  | { readonly kind: 'other' }
  /** Somebody else was faster. */
  | { readonly kind: 'gone' }
  /** It is there still. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** Nobody can tell whether it is there: a file system that does not answer. */
  | { readonly kind: 'unknown'; readonly error: unknown };

export interface NameToRemove {
  readonly folder: AnchoredFolder;
  readonly name: string;
  /** Whether it is the file that is meant. */
  readonly isSame: (stats: BigIntStats) => boolean;
}

/**
 * Between the last look and the removal another file could get the name, but only by who may write to the folder, and such
 * a one needs no help to remove what is in it.
 */
export async function removeSource(context: VaultContext, target: NameToRemove): Promise<Removal> {
  const place = target.folder.at(target.name);
  let removal: Removal;
  try {
    const acted = await target.folder.act(async () => {
      if ((await look(target)) === 'same') await context.afterStep('checked');
      const found = await look(target);
      if (found !== 'same') return found;
      await retryWhileBusy(context.wait, async () => await unlinkInTime(place));
      return 'removed';
    });
    if (!acted.isSure)
      context.logger.warn({ path: target.folder.path }, 'a folder was replaced during a move');
    removal = { kind: acted.value };
  } catch (error) {
    if (!isFsError(error)) throw error;
    removal = await afterFailure(target, error);
  }
  // It is gone for everybody; only a power failure could bring the name back.
  if (removal.kind === 'removed') await orWarn(context.logger, async () => await target.folder.sync());
  return removal;
}

async function look({ folder, name, isSame }: NameToRemove): Promise<'same' | 'other' | 'gone'> {
  const stats = await lookAt(folder.at(name));
  if (stats === null) return 'gone';
  return stats.isFile() && isSame(stats) ? 'same' : 'other';
}

async function afterFailure(target: NameToRemove, error: unknown): Promise<Removal> {
  // A server may have removed it and its answer been lost.
  if (codeOf(error) === 'ENOENT') return { kind: 'removed' };
  // Another folder is there: nothing was done.
  if (codeOf(error) === 'ESTALE') return { kind: 'other' };
  // A removal that is late may still come.
  if (codeOf(error) === 'ETIMEDOUT') return { kind: 'unknown', error };
  try {
    const { value, isSure } = await target.folder.act(async () => await look(target));
    if (!isSure) return { kind: 'unknown', error };
    switch (value) {
      case 'same':
        return { kind: 'refused', error };
      case 'other':
        return { kind: 'other' };
      case 'gone':
        return { kind: 'removed' };
      default:
        return assertNever(value);
    }
  } catch (lookError) {
    if (isFsError(lookError)) return { kind: 'unknown', error };
    throw lookError;
  }
}
