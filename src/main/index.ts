// Entry of the desktop app: what must happen before Electron is ready, in its order; everything else begins with `DesktopApp`.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { app } from 'electron';
import { currentActor } from '../core/actor.ts';
import { openDataFolder } from '../core/data-folder.ts';
import { createLogger } from '../core/logger.ts';
import { defaultDataFolder } from '../core/platform-folders.ts';
import { leanHeap } from '../core/processes/lean-heap.ts';
import { outsideArchive } from '../core/processes/module-file.ts';
import { ownArguments, readAppArguments, type AppArguments } from './app-arguments.ts';
import { registerAppScheme } from './app-protocol.ts';
import { DesktopApp } from './desktop-app.ts';
import { secureContents } from './session-security.ts';
import { readHandover } from './single-instance.ts';
import { startFailure } from './start-failure.ts';
import { dropVariables, refusedSwitches } from './startup-switches.ts';

const { isPackaged } = app;
const logger = createLogger('warn');
const given = ownArguments(process.argv, isPackaged);
const args = readAppArguments(given, process.cwd());
const refused = refusedSwitches(given, { isPackaged, platform: process.platform });
dropVariables(process.env, isPackaged);

setFlagsFromString(leanHeap);
app.setName('Vedette');
// Whose notifications they are: the `appId` of electron-builder.yml.
if (process.platform === 'win32') app.setAppUserModelId('dev.vedette.app');
app.enableSandbox();
registerAppScheme();
app.on('web-contents-created', (_event, contents) => secureContents(contents));

if (refused.length > 0) refuse(`Vedette does not start with ${refused.join(', ')}.`, 3);
else if (args.problem !== '') refuse(args.problem, 3);
else start();

function start(): void {
  let dataDir: string;
  try {
    dataDir = openFolders(args);
  } catch (error) {
    const { text, exitCode } = startFailure(error);
    refuse(text, exitCode);
    return;
  }
  const { paths, isHidden } = args;
  if (!app.requestSingleInstanceLock({ paths, isHidden })) {
    // The first one has it all.
    app.exit(0);
    return;
  }
  const desktop = new DesktopApp({
    args,
    dataDir,
    actor: currentActor(),
    places: {
      // Panels of the desktop read the images of the tray themselves.
      trayImages: outsideArchive(fileURLToPath(new URL('../../assets/tray', import.meta.url))),
      windowIcon: fileURLToPath(new URL('../../assets/icons/256x256.png', import.meta.url)),
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      pages: fileURLToPath(new URL('../renderer', import.meta.url)),
    },
    logger,
  });
  app.on('second-instance', (_event, _argv, _folder, data) => desktop.take(readHandover(data)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    desktop.take({ paths: [path], isHidden: false, leftOut: 0 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => desktop.quit());
  // Electron would show a stack and go on in a state that nobody knows.
  process.on('uncaughtException', (error) => desktop.fail(error));
  void app.whenReady().then(() => desktop.start().catch((error: unknown) => desktop.fail(error)));
}

/** Everything that Chromium keeps lies below the data folder too: one folder is one Vedette. */
function openFolders({ dataDir, isDemo }: AppArguments): string {
  const folder =
    dataDir === null && isDemo
      ? mkdtempSync(join(tmpdir(), 'vedette-demo-'))
      : resolve(dataDir ?? defaultDataFolder());
  openDataFolder(folder);
  const userData = join(folder, 'electron');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  return folder;
}

function refuse(text: string, exitCode: number): void {
  process.stderr.write(`vedette: ${text}\n`);
  app.exit(exitCode);
}
