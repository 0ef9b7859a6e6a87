// What the objects of the main process share: which app this is, how far it has come, and its Chromium.
import type { ChromiumProcess } from '../chromium/chromium-process.ts';

export interface AppIdentity {
  readonly appPath: string;
  readonly name: string;
  readonly version: string;
  /** Everything after the executable. */
  readonly args: readonly string[];
  readonly isPackaged: boolean;
}

interface Lifecycle {
  identity: AppIdentity;
  isReady: boolean;
  /** Asked to quit, and nobody has refused so far. */
  isQuitting: boolean;
  /** Past refusing. */
  isEnding: boolean;
  chromium: ChromiumProcess | null;
}

export const lifecycle: Lifecycle = {
  identity: { appPath: '', name: 'Electron', version: '0.0.0', args: [], isPackaged: false },
  isReady: false,
  isQuitting: false,
  isEnding: false,
  chromium: null,
};

export function runningChromium(): ChromiumProcess {
  if (lifecycle.chromium === null) throw new Error('stand-in: Chromium is not running');
  return lifecycle.chromium;
}
