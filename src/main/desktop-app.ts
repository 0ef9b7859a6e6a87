// The app from `ready` to its end: window first, the core while its page loads, the tray beside both; stopped in reverse.
import { join } from 'node:path';
import { app, dialog, ipcMain, powerMonitor, session } from 'electron';
import { PageFiles } from '../api/page-files.ts';
import { pageHeaders } from '../api/page-headers.ts';
import type { Logger } from '../core/logger.ts';
import { orLate } from '../core/or-late.ts';
import type { Protection } from '../shared/protection.ts';
import { messageOf } from '../shared/errors.ts';
import type { AppArguments } from './app-arguments.ts';
import { setAppMenu } from './app-menu.ts';
import { serveApp } from './app-protocol.ts';
import type { DesktopCore } from './desktop-core.ts';
import { DesktopNotifier } from './desktop-notifier.ts';
import { systemDialogs } from './dialogs.ts';
import { HandedPaths, maxHandedPaths } from './handed-paths.ts';
import { IpcServer } from './ipc-server.ts';
import { Later } from './later.ts';
import { MainWindow } from './main-window.ts';
import { Quit } from './quit.ts';
import { secureSession } from './session-security.ts';
import type { Handover } from './single-instance.ts';
import { startFailure } from './start-failure.ts';
import { performTrayAction } from './tray-actions.ts';
import { findTrayHost, type TrayHost } from './tray-host.ts';
import { TrayIcon } from './tray-icon.ts';
import type { TrayAction } from './tray-menu.ts';

export interface DesktopAppOptions {
  readonly args: AppArguments;
  readonly dataDir: string;
  readonly actor: string;
  /** Where parts of this installation lie. */
  readonly places: {
    readonly trayImages: string;
    readonly windowIcon: string;
    readonly preload: string;
    readonly pages: string;
  };
  readonly logger: Logger;
}

/** A call that comes while Vedette starts waits for so long. */
const longestStartMs = 30_000;
/** Protection does not wait for a window that is not painted. */
const longestPaintMs = 3000;
/** At login a tray may come after us. */
const lookForTrayMs = [3000, 10_000, 30_000, 90_000];

export class DesktopApp {
  readonly #options: DesktopAppOptions;
  readonly #core = new Later<DesktopCore>(longestStartMs, 'Vedette is still starting; ask again in a moment');
  readonly #stopStarting = new AbortController();
  readonly #window: MainWindow;
  readonly #notifier: DesktopNotifier;
  readonly #quit: Quit;
  readonly #handed = new HandedPaths({ scan: (paths) => this.#scan(paths) });
  #tray: TrayIcon | null = null;
  #trayHost: TrayHost = 'unknown';
  #starting: Promise<DesktopCore | null> | null = null;
  #ipc: IpcServer | null = null;
  /** Where the window is to open, asked for before there could be one; null: nobody has. */
  #firstRoute: string | null = null;
  #hasSaidItStays = false;
  #hasFailed = false;

  constructor(options: DesktopAppOptions) {
    const { places, dataDir, logger } = options;
    this.#options = options;
    this.#quit = new Quit({ end: () => this.#end(), exit: (code) => app.exit(code), logger });
    this.#window = new MainWindow({
      preload: places.preload,
      icon: places.windowIcon,
      stateFile: join(dataDir, 'window-state.json'),
      whenClosed: () => this.#whenClosed(),
      onPageGone: (contentsId) => this.#ipc?.forget(contentsId),
      onSessionEnd: () => void this.#quit.begin(),
      logger,
    });
    this.#notifier = new DesktopNotifier({
      open: (route) => this.#window.show(route),
      act: (action, findingIds) => this.#actOn(action, findingIds),
      logger,
    });
  }

  /** Once Electron is ready. */
  async start(): Promise<void> {
    const { args, places, logger } = this.#options;
    const { isPackaged } = app;
    secureSession(session.defaultSession, { isPackaged, logger });
    const pages = new PageFiles(places.pages);
    serveApp(session.defaultSession, {
      read: (path) => pages.read(path),
      headers: pageHeaders('desktop'),
    });
    this.#ipc = new IpcServer({
      ipc: ipcMain,
      ownContentsId: () => this.#window.contentsId,
      door: async () => (await this.#core.get()).door,
      subscribe: async (listener) => (await this.#core.get()).vedette.stateFeed.subscribe(listener),
      logger,
    });
    setAppMenu(() => void this.#quit.begin());
    this.#listen();
    this.#handed.add(args.paths);
    const route = args.paths.length > 0 ? '/scan' : this.#firstRoute;
    const isHidden = (args.isHidden || wasOpenedAtLogin()) && route === null;
    if (!isHidden) {
      this.#window.show(route ?? '');
      await orLate(this.#window.firstPaint, longestPaintMs, () => {});
    }
    this.#openTray();
    this.#starting = this.#startCore();
    void this.#findTray(isHidden);
    await this.#starting;
  }

  /** Another start of the app handed this over, or the system asks for the window; both may come before Electron is ready. */
  take({ paths, isHidden, leftOut }: Handover): void {
    if (this.#quit.hasBegun) return;
    this.#handed.add(paths);
    if (leftOut > 0)
      void app.whenReady().then(() => this.#notifier.say('Not everything is scanned', leftOutText(leftOut)));
    if (isHidden) return;
    const route = paths.length > 0 ? '/scan' : '';
    if (this.#ipc === null) this.#firstRoute = route === '' ? (this.#firstRoute ?? '') : route;
    else this.#window.show(route);
  }

  /** Ends it in order; for whoever may ask. */
  quit(code = 0): void {
    void this.#quit.begin(code);
  }

  /** What cannot be gone on with, once: a failed start, or a bug. */
  fail(error: unknown): void {
    this.#options.logger.error({ error, cause: messageOf(error) }, 'Vedette cannot go on');
    if (this.#hasFailed || this.#quit.hasBegun) return;
    this.#hasFailed = true;
    void this.#giveUp(error);
  }

  #listen(): void {
    app.on('before-quit', (event) => {
      event.preventDefault();
      this.quit();
    });
    app.on('window-all-closed', () => {
      // Protection goes on without a window.
    });
    app.on('activate', () => this.take({ paths: [], isHidden: false, leftOut: 0 }));
    // Prevented, the system waits a moment for the vault and the store; this is the end all the same.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault();
      this.quit();
    });
  }

  async #startCore(): Promise<DesktopCore | null> {
    const { args, dataDir, actor, logger } = this.#options;
    try {
      const { DesktopCore } = await import('./desktop-core.ts');
      const core = await DesktopCore.start({
        args,
        dataDir,
        actor,
        dialogs: systemDialogs(() => this.#window.window),
        notifier: this.#notifier,
        onProtection: (protection) => this.#showState(protection),
        logger,
        signal: this.#stopStarting.signal,
      });
      this.#core.arrived(core);
      return core;
    } catch (error) {
      this.#core.failed(error);
      if (!this.#quit.hasBegun) this.fail(error);
      return null;
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    const { args } = this.#options;
    const { title, text, exitCode } = startFailure(error);
    process.stderr.write(`vedette: ${text}\n`);
    // Nobody asked for a window at login: nobody is bothered with a dialog.
    if (!args.isHidden)
      await dialog.showMessageBox({ type: 'error', title, message: title, detail: text, buttons: ['Close'] });
    this.quit(exitCode);
  }

  async #end(): Promise<void> {
    this.#stopStarting.abort();
    this.#handed[Symbol.dispose]();
    this.#ipc?.[Symbol.dispose]();
    this.#window.hide();
    this.#tray?.[Symbol.dispose]();
    this.#notifier[Symbol.dispose]();
    const core = await this.#starting;
    await core?.[Symbol.asyncDispose]();
    this.#window[Symbol.dispose]();
  }

  #scan(paths: readonly string[]): void {
    const { actor } = this.#options;
    void this.#core
      .get()
      .then(({ vedette }) => vedette.handlers['jobs.start']({ kind: 'custom', roots: [...paths], actor }))
      .catch((error: unknown) => this.#notifier.say('The scan could not be started', messageOf(error)));
  }

  async #actOn(action: 'quarantine' | 'allow', findingIds: readonly number[]): Promise<boolean> {
    const { vedette } = await this.#core.get();
    const { outcomes } = await vedette.handlers['findings.act']({
      ids: [...findingIds],
      action,
      reason: 'asked for in a notification',
      confirmed: false,
      actor: this.#options.actor,
    });
    return outcomes.every(({ ok }) => ok);
  }

  #showState(protection: Protection): void {
    if (!this.#quit.hasBegun) this.#tray?.show(protection);
  }

  #onTrayAction(action: TrayAction): void {
    if (action.kind === 'open') this.#window.show();
    else if (action.kind === 'quit') this.quit();
    else {
      void performTrayAction(action, {
        calls: async () => (await this.#core.get()).vedette.handlers,
        actor: this.#options.actor,
        say: (title, body) => this.#notifier.say(title, body),
      });
    }
  }

  #openTray(): void {
    const { places, logger } = this.#options;
    try {
      this.#tray = new TrayIcon({
        imageFolder: places.trayImages,
        onAction: (action) => this.#onTrayAction(action),
      });
    } catch (error) {
      logger.warn({ cause: messageOf(error) }, 'there is no icon in the tray');
    }
  }

  /** Without a tray the window is the only way in: then it is there, if only as a button of the taskbar. */
  async #findTray(isHidden: boolean): Promise<void> {
    this.#trayHost = await findTrayHost();
    for (const waitMs of lookForTrayMs) {
      if (this.#trayHost === 'present' || this.#quit.hasBegun) return;
      if (waitMs === lookForTrayMs.at(-1) && isHidden) this.#window.showMinimized();
      await after(waitMs);
      const host = await findTrayHost();
      if (host === 'present' && this.#trayHost === 'absent' && !this.#quit.hasBegun) this.#tray?.openAgain();
      this.#trayHost = host;
    }
  }

  #whenClosed(): 'close' | 'hide' | 'minimize' {
    if (this.#quit.hasBegun) return 'close';
    if (this.#tray !== null && this.#trayHost === 'present') return 'hide';
    if (!this.#hasSaidItStays)
      this.#notifier.say('Vedette goes on protecting', 'Its window is minimized. Ctrl+Q there ends Vedette.');
    this.#hasSaidItStays = true;
    return 'minimize';
  }
}

function leftOutText(count: number): string {
  return `At most ${maxHandedPaths} files can be handed over at once; ${count} were left out. Scan their folder instead.`;
}

/** Linux is told by `--hidden`; macOS passes no arguments at login. */
function wasOpenedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
