// What a scan job is asked to look through, checked, and the sentences of what is refused.
import { isAbsolute } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Job, JobKind, JobState } from '../../shared/job.ts';
import { assertNever } from '../../shared/verdict.ts';

export type PlacesOf = (kind: 'quick' | 'full') => readonly string[];

export function isEnded(state: JobState): boolean {
  return state === 'done' || state === 'cancelled' || state === 'failed';
}

export function refused(message: string): AppError {
  return new AppError('CALL_REFUSED', message);
}

/** The roots of a scan. @throws AppError BAD_USAGE; CALL_REFUSED where there is nothing to look through */
export function rootsFor(kind: JobKind, roots: readonly string[], placesOf: PlacesOf): readonly string[] {
  if (kind !== 'custom') {
    if (roots.length > 0)
      throw new AppError('BAD_USAGE', `A ${kind} scan has its own places: give paths to a custom scan.`);
    const places = placesOf(kind);
    if (places.length === 0) throw refused(`There is no folder for a ${kind} scan to look through.`);
    return places;
  }
  if (roots.length === 0) throw new AppError('BAD_USAGE', 'A custom scan needs at least one file or folder.');
  const path = roots.find((root) => !isAbsolute(root) || root.includes('\0'));
  if (path !== undefined)
    throw new AppError('BAD_USAGE', `"${path}" is not an absolute path.`, { details: { path } });
  return [...new Set(roots)];
}

/** The same roots, in any order. */
export function haveSameRoots(some: readonly string[], others: readonly string[]): boolean {
  const [known, asked] = [new Set(some), new Set(others)];
  return known.size === asked.size && known.isSubsetOf(asked);
}

/** Why a job stays as it is. */
export function refusalOf({ id, state }: Job): AppError {
  switch (state) {
    case 'running':
    case 'paused':
      return refused(`Scan ${id} is ${state} already.`);
    case 'interrupted':
      return refused(`Scan ${id} was interrupted and goes on by itself as soon as there is room.`);
    case 'done':
    case 'cancelled':
    case 'failed':
      return refused(`Scan ${id} has ended (${state}).`);
    default:
      return assertNever(state);
  }
}
