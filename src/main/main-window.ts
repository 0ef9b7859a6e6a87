// The one window: made when it is first wanted, put where it was, and hidden when it is closed, for protection goes on without it.
import { existsSync } from 'node:fs';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from '../core/logger.ts';
import { readPrivateFile, writePrivateFile } from '../core/files/private-file.ts';
import { messageOf } from '../shared/errors.ts';
import { pageAt } from './own-page.ts';
import { minWindow, placeWindow, readWindowState, type WindowState } from './window-state.ts';

export interface MainWindowOptions {
  readonly preload: string;
  /** Of the window, where the system does not take the one of the program. */
  readonly icon: string;
  readonly stateFile: string;
  /** What becomes of a closed window: `close` when the app is ending. */
  readonly whenClosed: () => 'close' | 'hide' | 'minimize';
  /** Its page is gone, or loaded anew. */
  readonly onPageGone: (contentsId: number) => void;
  /** Windows ends the session of the user. */
  readonly onSessionEnd: () => void;
  readonly logger: Logger;
}

/** `--ground` of `styles/tokens.css`, so that nothing flashes before the page is there. */
const background = { light: '#f5f7f7', dark: '#101415' };
const saveAfterMs = 500;
/** A page that crashes again and again is left alone. */
const maxReloads = 3;
const reloadsWithinMs = 60_000;

export class MainWindow implements Disposable {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;
  #saveTimer: NodeJS.Timeout | null = null;
  #reloadsMs: readonly number[] = [];
  readonly #shown = Promise.withResolvers<void>();

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  /** null while there is none. */
  get contentsId(): number | null {
    return this.#window?.webContents.id ?? null;
  }

  /** For dialogs that belong to it. */
  get window(): BrowserWindow | null {
    return this.#window;
  }

  /** Resolves when the page was painted for the first time. */
  get firstPaint(): Promise<void> {
    return this.#shown.promise;
  }

  /** @param route such as `/threats/5`; empty for wherever the page is. */
  show(route = ''): void {
    const window = this.#window;
    if (window === null) {
      this.#open(route, 'shown');
      return;
    }
    // The same page at another place in it: it is not loaded again.
    if (route !== '') this.#load(window, route);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Where there is no tray to open it from: it is there, but not in the way. */
  showMinimized(): void {
    if (this.#window === null) this.#open('', 'minimized');
  }

  hide(): void {
    this.#window?.hide();
  }

  [Symbol.dispose](): void {
    if (this.#window !== null) this.#save(this.#window);
    this.#window?.destroy();
    this.#window = null;
  }

  #open(route: string, how: 'shown' | 'minimized'): void {
    const { preload, icon, stateFile, onPageGone } = this.#options;
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
    const place = placeWindow(readWindowState(readPrivateFile(stateFile)), areas);
    const window = new BrowserWindow({
      width: place.width,
      height: place.height,
      ...place.position,
      minWidth: minWindow.width,
      minHeight: minWindow.height,
      show: false,
      title: 'Vedette',
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
      ...(process.platform === 'linux' && existsSync(icon) ? { icon } : {}),
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    });
    this.#window = window;
    const { id } = window.webContents;
    if (place.isMaximized) window.maximize();
    window.once('ready-to-show', () => {
      if (how === 'minimized') window.minimize();
      else window.show();
      this.#shown.resolve();
    });
    window.on('resize', () => this.#saveSoon(window));
    window.on('move', () => this.#saveSoon(window));
    window.on('maximize', () => this.#saveSoon(window));
    window.on('unmaximize', () => this.#saveSoon(window));
    window.on('close', (event) => this.#onClose(event, window));
    window.on('closed', () => {
      onPageGone(id);
      if (this.#window === window) this.#window = null;
    });
    window.on('session-end', () => this.#options.onSessionEnd());
    // Its own title stays: what a page is called is not for a page to say.
    window.on('page-title-updated', (event) => event.preventDefault());
    // Not when it starts: a navigation that is refused leaves the page as it is.
    window.webContents.on('did-navigate', () => onPageGone(id));
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      onPageGone(id);
      this.#onCrash(window, reason);
    });
    this.#load(window, route);
  }

  #load(window: BrowserWindow, route: string): void {
    window.loadURL(pageAt(route)).catch((error: unknown) => {
      this.#options.logger.error({ cause: messageOf(error) }, 'the page of the window could not be loaded');
    });
  }

  #onClose(event: { preventDefault(): void }, window: BrowserWindow): void {
    this.#save(window);
    const what = this.#options.whenClosed();
    if (what === 'close') return;
    event.preventDefault();
    if (what === 'hide') window.hide();
    else window.minimize();
  }

  #onCrash(window: BrowserWindow, reason: string): void {
    const nowMs = performance.now();
    this.#reloadsMs = [...this.#reloadsMs.filter((atMs) => nowMs - atMs < reloadsWithinMs), nowMs];
    this.#options.logger.error({ reason }, 'the page of the window has ended');
    if (this.#reloadsMs.length <= maxReloads && !window.isDestroyed()) this.#load(window, '');
  }

  #saveSoon(window: BrowserWindow): void {
    this.#saveTimer ??= setTimeout(() => this.#save(window), saveAfterMs).unref();
  }

  #save(window: BrowserWindow): void {
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#saveTimer = null;
    if (window.isDestroyed() || window.isMinimized()) return;
    const state: WindowState = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      writePrivateFile(this.#options.stateFile, `${JSON.stringify(state)}\n`);
    } catch (error) {
      this.#options.logger.warn({ cause: messageOf(error) }, 'the place of the window was not kept');
    }
  }
}
