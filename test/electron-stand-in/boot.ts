// What Electron does before and after the app's main script: the app finds `electron`, and hears "ready" once Chromium runs.
import { readFileSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { readAppPackage } from './app-package.ts';
import { startChromium } from './chromium/chromium-process.ts';
import { readCommandLine } from './command-line.ts';
import { announceReady, app } from './main/app.ts';
import { addedSwitches } from './main/command-line-switches.ts';
import { lifecycle } from './main/lifecycle.ts';

const ownRequire = createRequire(import.meta.url);
const executable = join(import.meta.dirname, 'electron');
const electronVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(ownRequire.resolve('electron/package.json'), 'utf8'))).version;

const args = process.argv.slice(2);
const commandLine = readCommandLine(args);
if (commandLine.wantsVersion) {
  console.log(`v${electronVersion}`);
  process.exit(0);
}
if (commandLine.app === null) {
  console.error('stand-in: no app was named');
  process.exit(1);
}

const appPath = resolve(commandLine.app);
const isPackaged = process.env['STAND_IN_PACKAGED'] === '1';
takeElectronsShape();
offerElectronModule();
if (commandLine.inspectPort !== null) inspector.open(commandLine.inspectPort, '127.0.0.1', false);
process.on('SIGINT', () => app.quit());
process.on('SIGTERM', () => app.quit());

try {
  await run();
} catch (error) {
  console.error('App threw an error during load', error);
  process.exit(1);
}

async function run(): Promise<void> {
  const { folder, mainScript, name, version } = readAppPackage(appPath);
  lifecycle.identity = { appPath: folder, name, version, args, isPackaged };
  for (const preload of commandLine.preloads) ownRequire(resolve(preload));
  await import(pathToFileURL(mainScript).href);
  if (lifecycle.isEnding) return;
  lifecycle.chromium = await startChromium({
    profileParent: app.getPath('userData'),
    switches: app.commandLine[addedSwitches](),
    debuggingArgs: args.filter((argument) => argument.startsWith('--remote-debugging-port')),
    onLost(cause) {
      if (lifecycle.isEnding) return;
      console.error(`stand-in: ${cause}`);
      process.exit(1);
    },
  });
  announceReady();
}

/** A packaged app is not named on its command line. */
function takeElectronsShape(): void {
  const seen = isPackaged ? args.filter((_, index) => index !== commandLine.appIndex) : args;
  process.argv = [executable, ...seen];
  process.execPath = executable;
  Object.defineProperties(process, {
    versions: {
      value: Object.freeze({ ...process.versions, electron: electronVersion, chrome: 'stand-in' }),
    },
    type: { value: 'browser' },
    defaultApp: { value: isPackaged ? undefined : true },
    resourcesPath: { value: isPackaged ? dirname(appPath) : join(import.meta.dirname, 'resources') },
  });
}

/** One module for `import` and `require`, in the app, in what Playwright preloads and in what it evaluates. */
function offerElectronModule(): void {
  const url = new URL('electron-module.ts', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isElectron = /^electron(?:\/(?:main|common))?$/.test(specifier);
      return isElectron ? { url, shortCircuit: true } : nextResolve(specifier, context);
    },
  });
}
