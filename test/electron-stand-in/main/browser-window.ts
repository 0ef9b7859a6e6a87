// `BrowserWindow`: a window that nobody sees: what it was told, its events, and its page.
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { recordCall } from '../control/control-state.ts';
import { app } from './app.ts';
import { lifecycle } from './lifecycle.ts';
import { nextId } from './next-id.ts';
import { openWindows } from './open-windows.ts';
import { preventableEvent } from './preventable-event.ts';
import { workArea } from './screen.ts';
import { pageOf, WebContents } from './web-contents.ts';

const defaultSize = { width: 800, height: 600 };
const windows = new Map<number, BrowserWindow>();

export class BrowserWindow extends EventEmitter {
  readonly id = nextId();
  readonly webContents: WebContents;
  #bounds: Rectangle;
  #title: string;
  #isVisible: boolean;
  #isFocused: boolean;
  #isMinimized = false;
  #isMaximized = false;
  #isFullScreen = false;
  #isDestroyed = false;

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.isFocused()) ?? null;
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return windows.get(id) ?? null;
  }

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!lifecycle.isReady) throw new Error('Cannot create BrowserWindow before app is ready');
    const { x = 0, y = 0, width = defaultSize.width, height = defaultSize.height } = options;
    this.#bounds = { x, y, width, height };
    this.#title = options.title ?? app.getName();
    this.#isVisible = options.show ?? true;
    this.#isFocused = this.#isVisible;
    this.webContents = new WebContents({
      size: { width, height },
      preferences: options.webPreferences ?? {},
      close: () => this.close(),
      onFirstLoad: () => this.emit('ready-to-show', {}),
      onTitle: (title) => this.#takePageTitle(title),
      onGone: () => this.destroy(),
    });
    windows.set(this.id, this);
    openWindows.set(this.id, { askToClose: () => this.#askToClose(), destroy: () => this.destroy() });
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  loadFile(path: string): Promise<void> {
    return this.webContents.loadFile(path);
  }

  reload(): void {
    this.webContents.reload();
  }

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.#isVisible) return;
    this.#isVisible = true;
    this.emit('show', {});
    this.#tellVisibility();
  }

  hide(): void {
    if (!this.#isVisible) return;
    this.#isVisible = false;
    this.emit('hide', {});
    this.blur();
    this.#tellVisibility();
  }

  focus(): void {
    if (this.#isFocused || !this.#isVisible) return;
    this.#isFocused = true;
    this.emit('focus', {});
  }

  blur(): void {
    if (!this.#isFocused) return;
    this.#isFocused = false;
    this.emit('blur', {});
  }

  minimize(): void {
    if (this.#isMinimized) return;
    this.#isMinimized = true;
    this.emit('minimize', {});
    this.#tellVisibility();
  }

  restore(): void {
    if (!this.#isMinimized) return;
    this.#isMinimized = false;
    this.emit('restore', {});
    this.#tellVisibility();
  }

  maximize(): void {
    if (this.#isMaximized) return;
    this.#isMaximized = true;
    this.emit('maximize', {});
    this.#resized();
  }

  unmaximize(): void {
    if (!this.#isMaximized) return;
    this.#isMaximized = false;
    this.emit('unmaximize', {});
    this.#resized();
  }

  setFullScreen(isFullScreen: boolean): void {
    if (this.#isFullScreen === isFullScreen) return;
    this.#isFullScreen = isFullScreen;
    this.emit(isFullScreen ? 'enter-full-screen' : 'leave-full-screen', {});
  }

  isVisible(): boolean {
    return this.#isVisible && !this.#isMinimized;
  }

  isFocused(): boolean {
    return this.#isFocused;
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  isFullScreen(): boolean {
    return this.#isFullScreen;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  getBounds(): Rectangle {
    return this.#isMaximized ? { ...workArea } : { ...this.#bounds };
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#isMaximized = false;
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('move', {});
    this.#resized();
  }

  getSize(): number[] {
    const { width, height } = this.getBounds();
    return [width, height];
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setMinimumSize(): void {}

  center(): void {}

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  setIcon(): void {}

  setMenu(): void {}

  removeMenu(): void {}

  setMenuBarVisibility(): void {}

  setBackgroundColor(): void {}

  setSkipTaskbar(): void {}

  setProgressBar(progress: number): void {
    recordCall('window.setProgressBar', progress);
  }

  flashFrame(isFlashing: boolean): void {
    recordCall('window.flashFrame', isFlashing);
  }

  close(): void {
    if (!this.#isDestroyed && this.#askToClose()) this.destroy();
  }

  /** Asks nobody. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    windows.delete(this.id);
    openWindows.delete(this.id);
    this.webContents[Symbol.dispose]();
    this.emit('closed');
    if (windows.size > 0 || lifecycle.isQuitting || lifecycle.isEnding) return;
    if (!app.emit('window-all-closed')) app.quit();
  }

  /** A page names its window, unless the app refuses. */
  #takePageTitle(title: string): void {
    if (title === '' || title === this.#title) return;
    const event = preventableEvent();
    this.emit('page-title-updated', event, title, true);
    if (!event.defaultPrevented) this.#title = title;
  }

  #askToClose(): boolean {
    const event = preventableEvent();
    this.emit('close', event);
    return !event.defaultPrevented;
  }

  #resized(): void {
    this.emit('resize', {});
    pageOf(this.webContents)
      .then((page) => page.setSize(this.getBounds()))
      .catch(() => {});
  }

  #tellVisibility(): void {
    pageOf(this.webContents)
      .then((page) => page.setHidden(!this.isVisible()))
      .catch(() => {});
  }
}
