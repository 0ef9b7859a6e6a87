// Where this platform keeps the state and the configuration of a user's programs; never anything relative.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const here: Surroundings = { platform: process.platform, env: process.env, home: homedir() };

/** `VEDETTE_DATA_DIR`, or the platform's own place for application state. */
export function defaultDataFolder({ platform, env, home }: Surroundings = here): string {
  const chosen = env['VEDETTE_DATA_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return join(folder(env['LOCALAPPDATA'], home, 'AppData', 'Local'), 'Vedette');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Vedette');
  return join(folder(env['XDG_DATA_HOME'], home, '.local', 'share'), 'vedette');
}

export function defaultConfigFolder({ platform, env, home }: Surroundings = here): string {
  if (platform === 'win32') return join(folder(env['APPDATA'], home, 'AppData', 'Roaming'), 'Vedette');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Vedette');
  return join(folder(env['XDG_CONFIG_HOME'], home, '.config'), 'vedette');
}

/** Empty and relative values count as unset (XDG Base Directory Specification): they would lead into what is scanned. */
function folder(value: string | undefined, home: string, ...otherwise: readonly string[]): string {
  return value !== undefined && isAbsolute(value) ? value : join(home, ...otherwise);
}
