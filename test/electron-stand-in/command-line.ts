// Reads what Electron's executable is started with; what follows the app belongs to the app.

export interface ElectronCommandLine {
  /** Modules to load before the app: `-r`, `--require`. */
  readonly preloads: readonly string[];
  /** Folder or file of the app; null when none was named. */
  readonly app: string | null;
  /** Index of the app among the arguments, -1 without one. */
  readonly appIndex: number;
  /** Port to wait for a debugger of the main process on, 0 for any; null for none. */
  readonly inspectPort: number | null;
  readonly wantsVersion: boolean;
}

const defaultInspectPort = 9229;

export function readCommandLine(args: readonly string[]): ElectronCommandLine {
  const preloads: string[] = [];
  let app: string | null = null;
  let appIndex = -1;
  let inspectPort: number | null = null;
  let wantsVersion = false;
  for (let index = 0; index < args.length && app === null; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '-r' || argument === '--require') {
      index += 1;
      const preload = args[index];
      if (preload !== undefined) preloads.push(preload);
    } else if (argument === '-v' || argument === '--version') {
      wantsVersion = true;
    } else if (argument === '--inspect' || argument.startsWith('--inspect=')) {
      inspectPort = Number(argument.split('=')[1] ?? defaultInspectPort);
    } else if (!argument.startsWith('-')) {
      app = argument;
      appIndex = index;
    }
  }
  return { preloads, app, appIndex, inspectPort, wantsVersion };
}
