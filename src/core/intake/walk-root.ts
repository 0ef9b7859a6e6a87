// One path that a user named, settled before the walk: a folder, a file, or the reason why it is neither.
import { basename, dirname, resolve } from 'node:path';
import { describeFsError } from '../files/open-file.ts';
import { type IncompleteJudgement, judgeNotRegular } from './identify-file.ts';
import { lookAt, lookThrough, realPathOf } from './place.ts';

export type WalkRoot =
  | { readonly kind: 'folder'; readonly path: string; readonly key: string; readonly device: bigint }
  /** `folderKey` and `name` find it again when its folder is walked. */
  | { readonly kind: 'file'; readonly path: string; readonly folderKey: string; readonly name: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly judgement: IncompleteJudgement };

export const doesNotAnswer: IncompleteJudgement = {
  kind: 'unscannable',
  reason: 'timeout',
  detail: 'the file system there does not answer',
};

/**
 * A symbolic link is followed here, because the user named it: what is behind it is reported under its real path.
 * Links above the last component stay as they were written.
 */
export function walkRootOf(given: string, stalls: (path: string) => boolean): WalkRoot {
  // `resolve` would take an empty path for the current folder.
  if (given === '') return unusable(given, 'the path is empty');
  const absolute = resolve(given);
  if (stalls(absolute)) return { kind: 'unusable', path: absolute, judgement: doesNotAnswer };
  try {
    const isLink = lookAt(absolute).stats.isSymbolicLink();
    const path = isLink ? realPathOf(absolute) : absolute;
    const { key, device, stats } = lookAt(path);
    if (stats.isDirectory()) return { kind: 'folder', path, key, device };
    if (!stats.isFile()) return { kind: 'unusable', path, judgement: judgeNotRegular(stats) };
    const real = realPathOf(path);
    return { kind: 'file', path, folderKey: lookThrough(dirname(real)).key, name: basename(real) };
  } catch (error) {
    const { reason, detail } = describeFsError(error);
    if (reason === 'vanished') return unusable(absolute, 'there is no such file or folder');
    return { kind: 'unusable', path: absolute, judgement: { kind: 'unscannable', reason, detail } };
  }
}

function unusable(path: string, detail: string): WalkRoot {
  return { kind: 'unusable', path, judgement: { kind: 'unscannable', reason: 'not_found', detail } };
}
