// The one folder where all state lives; it must be the user's alone.
import { lstatSync, mkdirSync } from 'node:fs';
import { AppError, messageOf } from '../shared/errors.ts';
import { codeOf } from './files/open-file.ts';

/**
 * Makes the folder when it is missing.
 * @throws AppError FILE_UNREADABLE when it cannot be made, is no folder, is another user's, or others may write to it.
 */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw noFolder(folder);
    throw new AppError('FILE_UNREADABLE', `the data folder ${folder} cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const stats = lstatSync(folder);
  if (stats.isSymbolicLink()) {
    const remedy = 'name the folder that it leads to';
    throw new AppError('FILE_UNREADABLE', `the data folder ${folder} is a symbolic link; ${remedy}`);
  }
  if (!stats.isDirectory()) throw noFolder(folder);
  if (process.platform === 'win32') return;
  if (stats.uid !== process.getuid?.() && stats.uid !== 0) {
    throw new AppError('FILE_UNREADABLE', `the data folder ${folder} belongs to another user`);
  }
  if ((stats.mode & 0o022) !== 0) {
    const remedy = `run: chmod go-w '${folder}'`;
    throw new AppError('FILE_UNREADABLE', `others may write to the data folder ${folder}; ${remedy}`);
  }
}

function noFolder(folder: string): AppError {
  return new AppError('FILE_UNREADABLE', `the data folder ${folder} is not a folder`);
}
