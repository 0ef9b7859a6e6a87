// Where an export of the vault lands when its caller may say no more than what it is called.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isFsError } from '../core/files/open-file.ts';
import { AppError, messageOf } from '../shared/errors.ts';

/** No separator, control or character that some filesystem takes for something else; not hidden; a zip. */
const plainName = /^(?!\.)[^\\/:*?"<>|\p{C}]{1,200}\.zip$/iu;

/** null: it is not the bare name of a zip. @throws AppError FILE_UNWRITABLE */
export function exportFile(folder: string, name: string): string | null {
  if (!plainName.test(name)) return null;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!isFsError(error)) throw error;
    throw new AppError('FILE_UNWRITABLE', `the folder for exports cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return join(folder, name);
}
