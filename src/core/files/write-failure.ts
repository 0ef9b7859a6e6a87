// Why a file could not be written, in words for a person; null for what no call of the system threw.
import { messageOf } from '../../shared/errors.ts';
import { isFsError } from './open-file.ts';

const causes: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file system does not take files of this size'],
  ['EACCES', 'no permission to write there'],
  ['EPERM', 'the system does not allow it'],
  ['EROFS', 'the file system is read-only'],
  ['ENOENT', 'the folder is not there'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EEXIST', 'something has that name already'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'it is a symbolic link'],
  ['ENAMETOOLONG', 'the path is longer than the system takes'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the disk failed'],
]);

export function describeWriteError(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (error.code === 'ERR_INVALID_ARG_VALUE') return 'the path holds a zero byte';
  if (!isFsError(error)) return null;
  return `${causes.get(error.code) ?? messageOf(error)} (${error.code})`;
}
