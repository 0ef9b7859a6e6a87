// SCAN as clamd reads it: one absolute path up to the NUL; clamd(8) "COMMANDS".
import { Buffer } from 'node:buffer';
import { AppError } from '../../../shared/errors.ts';
import { pathBytes } from '../../files/raw-path.ts';

export interface ScanCommand {
  /** What the reply must name. */
  readonly name: Buffer;
  readonly bytes: Buffer;
}

/** @throws AppError BAD_USAGE for a path that is not absolute, or holds a NUL, which would begin another command. */
export function scanCommand(path: string): ScanCommand {
  if (!path.startsWith('/') || path.includes('\0')) {
    throw new AppError('BAD_USAGE', 'clamd takes absolute paths without NUL');
  }
  const name = pathBytes(path);
  return { name, bytes: Buffer.concat([Buffer.from('zSCAN '), name, Buffer.of(0)]) };
}
