// Where all state lives: one folder a user, private to that user.
import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError, messageOf } from '../shared/errors.ts';

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The platform's own place for application state, unless `VEDETTE_DATA_DIR` names another. */
export function defaultDataFolder(
  { platform, env, home }: Surroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  const chosen = env['VEDETTE_DATA_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  switch (platform) {
    case 'win32':
      return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Vedette');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Vedette');
    default:
      return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'vedette');
  }
}

/**
 * Makes the folder when it is missing.
 * @throws AppError FILE_UNREADABLE when it cannot be made, is no folder, or others may write to it.
 */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', `the data folder ${folder} cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) {
    throw new AppError('FILE_UNREADABLE', `the data folder ${folder} is not a folder`);
  }
  if (process.platform !== 'win32' && (stats.mode & 0o022) !== 0) {
    const remedy = `run: chmod go-w '${folder}'`;
    throw new AppError('FILE_UNREADABLE', `others may write to the data folder ${folder}; ${remedy}`);
  }
}
