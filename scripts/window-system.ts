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

export function findWindowSystem(env: NodeJS.ProcessEnv): WindowSystem {
  const given = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (given !== undefined) return { kind: 'window', electron: join(given, 'electron') };
  if (process.platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return none('there is no display');
    if (process.getuid?.() === 0) return none('a window must not run as root');
  }
  const binary = electronBinary() ?? fetchElectron();
  return binary === null
    ? none('the Electron binary is not there and cannot be fetched')
    : { kind: 'window', electron: binary };
}

function none(reason: string): WindowSystem {
  return { kind: 'none', reason };
}

function electronBinary(): string | null {
  const place = join(electronFolder, 'path.txt');
  if (!existsSync(place)) return null;
  const binary = join(electronFolder, 'dist', readFileSync(place, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** Electron's own download, checked against the checksums of its package; null where that does not work. */
function fetchElectron(): string | null {
  process.stderr.write('vedette: fetching the Electron binary (once)\n');
  spawnSync(process.execPath, [join(electronFolder, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: downloadTimeoutMs,
  });
  return electronBinary();
}
