// Start at login, as `[watch] start_at_login` says: a login item on macOS and Windows, an autostart entry on Linux; only of an installed app.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { encodePath } from '../core/files/raw-path.ts';
import type { Logger } from '../core/logger.ts';
import { writePrivateFile } from '../core/files/private-file.ts';
import { messageOf } from '../shared/errors.ts';
import { desktopEntry, isSwitchedOff } from './desktop-entry.ts';

export interface AutostartOptions {
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program to start where no AppImage holds it. */
  readonly program: string;
  readonly setLoginItem: (settings: { readonly openAtLogin: boolean; readonly args: string[] }) => void;
  readonly logger: Logger;
}

const hidden = '--hidden';

/** Failures go to the log: that it is not started next time is no reason not to protect now. */
export function followAutostart(isWanted: boolean, options: AutostartOptions): void {
  const { isPackaged, platform, setLoginItem, logger } = options;
  if (!isPackaged) return;
  try {
    if (platform === 'linux') writeEntry(isWanted, options);
    else setLoginItem({ openAtLogin: isWanted, args: [hidden] });
  } catch (error) {
    logger.warn({ cause: messageOf(error) }, 'the start at login could not be set');
  }
}

function writeEntry(isWanted: boolean, { environment, program, logger }: AutostartOptions): void {
  const folder = autostartFolder(environment);
  const file = join(folder, 'vedette.desktop');
  if (!isWanted) {
    rmSync(encodePath(file), { force: true });
    return;
  }
  const appImage = environment['APPIMAGE'];
  const command = appImage !== undefined && isAbsolute(appImage) ? appImage : program;
  const entry = desktopEntry([command, hidden]);
  if (entry === null) {
    logger.warn({}, 'the path of the program holds a line break: it cannot be started at login');
    return;
  }
  const before = readEntry(file);
  if (before === entry || (before !== null && isSwitchedOff(before))) return;
  mkdirSync(encodePath(folder), { recursive: true, mode: 0o700 });
  writePrivateFile(file, entry);
}

function readEntry(file: string): string | null {
  try {
    return readFileSync(encodePath(file), 'utf8');
  } catch {
    return null;
  }
}

function autostartFolder(environment: AutostartOptions['environment']): string {
  const chosen = environment['XDG_CONFIG_HOME'];
  const configuration =
    chosen !== undefined && isAbsolute(chosen) ? chosen : join(environment['HOME'] ?? homedir(), '.config');
  return join(configuration, 'autostart');
}
