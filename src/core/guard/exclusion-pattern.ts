// Whether a pattern can be an exclusion: it is one, and leaves out neither everything nor the whole of a home folder.
import { homedir } from 'node:os';
import { join, parse } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { createExclusions } from '../intake/exclusions.ts';

/** Names that nobody has: a pattern that matches them matches whatever there is. */
const anyNames = ['q7vzk0xw', 'q7vzk0xw.j4yq'];

/** @throws AppError BAD_USAGE */
export function refusePattern(pattern: string, home: string = homedir()): void {
  if (pattern.trim() === '') throw new AppError('BAD_USAGE', 'A pattern is not empty.');
  if (pattern.includes('\0')) throw new AppError('BAD_USAGE', 'A pattern holds no zero byte.');
  const exclusions = createExclusions({ globs: [pattern], folders: [], extensions: [] });
  const { root } = parse(home);
  const isRoot = parse(pattern).root === pattern;
  if (isRoot || anyNames.some((name) => exclusions.excludes(join(root, name)))) {
    throw new AppError('BAD_USAGE', 'This would leave out everything on the disk.');
  }
  if (anyNames.some((name) => exclusions.excludes(join(home, name)))) {
    throw new AppError(
      'BAD_USAGE',
      'This would leave out everything in your home folder; name a folder in it.',
    );
  }
}
