// A first configuration file, private to the user; one that is there is only replaced when asked, and kept beside.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../shared/errors.ts';
import { encodePath } from '../files/raw-path.ts';
import { configTemplate } from './config-template.ts';
import { readConfigIfThere } from './read-config.ts';
import { keepBeside, replaceFile } from './replace-file.ts';

/**
 * Mode 0600: a configuration may hold the password of a Redis.
 * @returns where the text is kept that was there, or null.
 * @throws AppError BAD_USAGE where there is a file and `replace` is false; FILE_UNWRITABLE where it cannot be written.
 */
export function createConfig(file: string, { replace }: { readonly replace: boolean }): string | null {
  const before = readConfigIfThere(file);
  if (before !== null && !replace) {
    const remedy = '--force puts a new one in its place and keeps the old text beside it';
    throw new AppError('BAD_USAGE', `there is a configuration already: ${file}; ${remedy}`);
  }
  try {
    if (before === null) mkdirSync(encodePath(dirname(file)), { recursive: true, mode: 0o700 });
    const kept = before === null ? null : keepBeside(file, before, 'old');
    if (replaceFile(file, before, configTemplate()) === 'written') return kept;
  } catch (error) {
    throw new AppError(
      'FILE_UNWRITABLE',
      `the configuration ${file} cannot be written: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  throw new AppError('FILE_UNWRITABLE', `another program is changing the configuration ${file}`);
}
