// The one way a file that somebody else may have put there is opened: never through a link, never waiting for a writer. The caller fstats it.
import { constants, openSync } from 'node:fs';
import type { UnscannableReason } from '../../shared/verdict.ts';
import { encodePath } from './raw-path.ts';

const platformConstants: Readonly<Record<string, number | undefined>> = constants;

/** A link at the end is refused (ELOOP). What a platform lacks counts 0. */
export const noFollow = platformConstants['O_NOFOLLOW'] ?? 0;

/** Read only; a link is refused and a FIFO does not block. */
export const scanOpenFlags = constants.O_RDONLY | noFollow | (platformConstants['O_NONBLOCK'] ?? 0);

/**
 * A descriptor that the caller closes, after it has compared its fstat with the identity of the file.
 * @throws the error of `openSync`; `describeFsError` makes a reason of it.
 */
export function openForScan(path: string): number {
  return openSync(encodePath(path), scanOpenFlags);
}

export interface FsFailure {
  readonly reason: UnscannableReason;
  /** A short sentence with the code; never the path, which the record holds already. */
  readonly detail: string;
}

const failures: ReadonlyMap<string, readonly [UnscannableReason, string]> = new Map([
  ['ENOENT', ['vanished', 'the file is no longer there']],
  ['ENOTDIR', ['vanished', 'a folder of the path is no longer there']],
  ['EACCES', ['permission', 'no permission to read it']],
  ['EPERM', ['permission', 'the system does not allow it to be read']],
  ['ELOOP', ['symbolic_link', 'it is a symbolic link']],
  // FreeBSD answers EMLINK where others answer ELOOP.
  ['EMLINK', ['symbolic_link', 'it is a symbolic link']],
  // On Windows a sharing violation arrives as EBUSY.
  ['EBUSY', ['locked', 'another program holds it']],
  ['ETXTBSY', ['locked', 'another program holds it']],
  // An open with O_NONBLOCK does not wait for a lease (fcntl F_SETLEASE) to be broken.
  ['EAGAIN', ['locked', 'another program holds a lease on it']],
  ['EWOULDBLOCK', ['locked', 'another program holds a lease on it']],
  ['ENAMETOOLONG', ['path_too_long', 'the path is longer than the system takes']],
  ['ENXIO', ['special_file', 'it is a socket or a device']],
  ['EOPNOTSUPP', ['special_file', 'it is a socket or a device']],
  ['EISDIR', ['special_file', 'it is a folder']],
  ['ERR_INVALID_ARG_VALUE', ['io_error', 'the path holds a zero byte']],
]);

/** Why a filesystem call on a file failed, for whatever was thrown. */
export function describeFsError(error: unknown): FsFailure {
  const code = codeOf(error);
  const [reason, sentence] = failures.get(code) ?? ['io_error', 'reading it failed'];
  return { reason, detail: `${sentence} (${code})` };
}

/** Whether a filesystem call threw it; anything else is a bug and must not become a verdict. */
export function isFsError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** The code of an error of the system, such as `ENOENT`; `no code` for whatever else was thrown. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'no code';
}

/** The path is not there, or no longer leads anywhere. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}
