// Whether the app can have a window here; where it cannot, why, in one sentence.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const electronFolder = dirname(fileURLToPath(import.meta.resolve('electron/package.json')));
const downloadTimeoutMs = 180_000;

export type WindowSystem =
  | { readonly kind: 'window'; readonly electron: string }
  | { readonly kind: 'none'; readonly reason: string };

export interface WindowSystemOptions {
  readonly platform?: NodeJS.Platform;
  readonly userId?: number | undefined;
  /** The package `electron`. */
  readonly electron?: string;
}

export function findWindowSystem(env: NodeJS.ProcessEnv, options: WindowSystemOptions = {}): WindowSystem {
  const { platform = process.platform, userId = process.getuid?.(), electron = electronFolder } = options;
  const given = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (given !== undefined) return { kind: 'window', electron: join(given, 'electron') };
  if (platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return none('there is no display');
    if (userId === 0) return none('a window must not run as root');
  }
  return electronIn(electron) ?? fetchElectron(electron);
}

function none(reason: string): WindowSystem {
  return { kind: 'none', reason };
}

function electronIn(folder: string): WindowSystem | null {
  const place = join(folder, 'path.txt');
  if (!existsSync(place)) return null;
  const electron = join(folder, 'dist', readFileSync(place, 'utf8'));
  return existsSync(electron) ? { kind: 'window', electron } : null;
}

/** Electron's own download, checked against the checksums of its package. */
function fetchElectron(folder: string): WindowSystem {
  process.stderr.write('vedette: fetching the Electron binary (once)\n');
  const { stderr } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: downloadTimeoutMs,
  });
  const [why = ''] = stderr.trim().split('\n');
  return (
    electronIn(folder) ??
    none(`the Electron binary is not there and could not be fetched${why === '' ? '' : ` (${why})`}`)
  );
}
