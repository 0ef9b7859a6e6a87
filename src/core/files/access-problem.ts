// Whether what holds a secret is its user's alone: of what others own or may reach nothing is used.
import type { BigIntStats } from 'node:fs';
import { displayPath } from '../../shared/display-path.ts';

/** What is wrong, with the remedy; null for what is well, and where the system knows no such modes. */
export function accessProblem(
  { uid, mode }: Pick<BigIntStats, 'uid' | 'mode'>,
  path: string,
  rightMode: '600' | '700',
): string | null {
  if (process.geteuid === undefined) return null;
  if (Number(uid) !== process.geteuid())
    return 'it belongs to another user; run this as that user, or give it to this one';
  if ((Number(mode) & 0o077) === 0) return null;
  return `others may read or write it; run: chmod ${rightMode} '${displayPath(path)}'`;
}
