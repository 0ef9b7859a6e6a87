// One look at a path whose time has come: what stands there and whether it rests. Links are never followed.
import { type BigIntStats, lstatSync } from 'node:fs';
import { isMissing } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import type { Look } from './settle-stage.ts';

/** A link is nothing to scan: what it leads to has a path of its own. */
export function lookAtPath(path: string, clockMs: number): Look {
  let stats: BigIntStats | undefined;
  try {
    stats = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    // Whatever else keeps us from looking is for the core to say.
    return isMissing(error) ? { kind: 'gone' } : { kind: 'special' };
  }
  if (stats === undefined || stats.isSymbolicLink()) return { kind: 'gone' };
  if (stats.isDirectory()) return { kind: 'folder' };
  if (!stats.isFile()) return { kind: 'special' };
  const { ino, size, mtimeNs, ctimeNs } = stats;
  // Anybody can set mtime, back or ahead; ctime is the kernel's.
  const restedMs = clockMs - Number(ctimeNs / 1_000_000n);
  return { kind: 'file', stamp: `${ino}:${size}:${mtimeNs}:${ctimeNs}`, restedMs };
}
