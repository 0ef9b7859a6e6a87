// `webContents`: Electron's face of one hosted page; IPC goes through here to `ipcMain`.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HandlerDetails, WebPreferences, WindowOpenHandlerResponse } from 'electron';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
import { recordCall } from '../control/control-state.ts';
import type { MainMessage, PageMessage } from '../page/page-messages.ts';
import { toAppUrl, toPageUrl } from './app-address.ts';
import { app } from './app.ts';
import { HostedPage, type PageListener } from './hosted-page.ts';
import { callHandler, ipcMain } from './ipc-main.ts';
import { lifecycle, runningChromium } from './lifecycle.ts';
import { NativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { nextId } from './next-id.ts';
import type { RequestedNavigation } from './page-requests.ts';
import { preventableEvent } from './preventable-event.ts';
import { session } from './session.ts';
import { sessionRules } from './session-rules.ts';
import type { WebFrameMain } from './web-frame-main.ts';
import { refuseInsecure } from './web-preferences.ts';

type Reply = (message: MainMessage) => void;
type WindowOpenHandler = (details: HandlerDetails) => WindowOpenHandlerResponse;

/** What a window and its contents tell each other beyond Electron's own calls. */
interface WindowOfContents {
  readonly size: { readonly width: number; readonly height: number };
  readonly preferences: WebPreferences;
  readonly close: () => void;
  readonly onFirstLoad: () => void;
  readonly onTitle: (title: string) => void;
  readonly onGone: () => void;
}

const pages = new WeakMap<WebContents, Promise<HostedPage>>();
const allPreferences = new WeakMap<WebContents, WebPreferences>();
const allContents = new Map<number, { contents: WebContents; targetId: string }>();

/** The page behind a face, once it is there. */
export function pageOf(contents: WebContents): Promise<HostedPage> {
  return pages.get(contents) ?? Promise.reject(new Error('Object has been destroyed'));
}

/** What its window was made with. */
export function preferencesOf(contents: WebContents): WebPreferences {
  return allPreferences.get(contents) ?? {};
}

export class WebContents extends EventEmitter {
  readonly id = nextId();
  readonly session = session.defaultSession;
  readonly #window: WindowOfContents;
  readonly #opened: Promise<HostedPage>;
  #page: HostedPage | null = null;
  #url = '';
  #isLoading = false;
  #isCrashed = false;
  #isDestroyed = false;
  #wasLoaded = false;
  #windowOpenHandler: WindowOpenHandler | null = null;

  constructor(window: WindowOfContents) {
    super();
    refuseInsecure(window.preferences);
    this.#window = window;
    this.#opened = this.#open();
    // Those who wait for it hear of it; with nobody waiting it ends with Chromium.
    this.#opened.catch(() => {});
    pages.set(this, this.#opened);
    allPreferences.set(this, window.preferences);
    nativeTheme.on('updated', this.#followTheme);
  }

  get mainFrame(): WebFrameMain {
    if (this.#page === null) throw new Error('stand-in: the page is not there yet');
    return this.#page.mainFrame;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#opened;
    this.#isLoading = true;
    this.emit('did-start-loading', {});
    const settled = Promise.withResolvers<void>();
    function onDestroyed(): void {
      settled.reject(new Error(`ERR_ABORTED (-3) loading '${url}'`));
    }
    this.once('did-finish-load', settled.resolve);
    this.once('destroyed', onDestroyed);
    try {
      await page.navigate(toPageUrl(url, sessionRules.schemes.keys()));
      await settled.promise;
    } catch (error) {
      this.emit('did-fail-load', {}, -2, String(error), url, true);
      throw error;
    } finally {
      settled.promise.catch(() => {});
      this.#isLoading = false;
      this.off('did-finish-load', settled.resolve);
      this.off('destroyed', onDestroyed);
    }
  }

  loadFile(path: string): Promise<void> {
    return this.loadURL(pathToFileURL(resolve(lifecycle.identity.appPath, path)).href);
  }

  reload(): void {
    this.#isCrashed = false;
    this.#quietly(async (page) => page.reload());
  }

  send(channel: string, ...args: readonly unknown[]): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
    this.#page?.tell({ kind: 'message', channel, args });
  }

  #webRtcPolicy = 'default';

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.#webRtcPolicy = policy;
  }

  getWebRTCIPHandlingPolicy(): string {
    return this.#webRtcPolicy;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.#opened).evaluate(code);
  }

  async capturePage(): Promise<NativeImage> {
    return new NativeImage(await (await this.#opened).screenshot());
  }

  forcefullyCrashRenderer(): void {
    this.#quietly(async (page) => page.crash());
  }

  getURL(): string {
    return this.#url;
  }

  isLoading(): boolean {
    return this.#isLoading;
  }

  isCrashed(): boolean {
    return this.#isCrashed;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  openDevTools(): void {
    recordCall('webContents.openDevTools');
  }

  close(): void {
    this.#window.close();
  }

  /** @internal */
  [Symbol.dispose](): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    nativeTheme.off('updated', this.#followTheme);
    pages.delete(this);
    allContents.delete(this.id);
    if (!lifecycle.isEnding) this.#quietly(async (page) => page.close());
    this.emit('destroyed');
  }

  readonly #followTheme = (): void => {
    this.#quietly(async (page) => page.setDark(nativeTheme.shouldUseDarkColors));
  };

  async #open(): Promise<HostedPage> {
    const { preload, additionalArguments = [] } = this.#window.preferences;
    const { electron, chrome, node } = process.versions;
    const page = await HostedPage.open({
      connection: runningChromium().connection,
      webContentsId: this.id,
      size: this.#window.size,
      environment: {
        platform: process.platform,
        arch: process.arch,
        argv: [process.execPath, ...additionalArguments],
        versions: { electron, chrome, node },
      },
      preload: preload === undefined ? '' : readFileSync(preload, 'utf8'),
      isDark: nativeTheme.shouldUseDarkColors,
      listener: this.#listener(),
    });
    this.#page = page;
    allContents.set(this.id, { contents: this, targetId: page.targetId });
    return page;
  }

  #listener(): PageListener {
    return {
      mayNavigate: (navigation, frame) => this.#mayNavigate(navigation, frame),
      onMessage: (message, frame, reply) => void this.#take(message, frame, reply),
      onStarted: (url, frame, isSameDocument) => {
        const isMainFrame = frame === this.#page?.mainFrame;
        const details = { url, isSameDocument, isMainFrame, frame, initiator: frame };
        this.emit('did-start-navigation', details, url, isSameDocument, isMainFrame, 1, frame?.routingId);
      },
      onNavigated: (url, isSameDocument) => {
        this.#url = url;
        if (isSameDocument) this.emit('did-navigate-in-page', {}, url, true);
        else this.emit('did-navigate', {}, url, 200, '');
      },
      onDomReady: () => this.emit('dom-ready', {}),
      onLoaded: () => {
        this.emit('did-finish-load', {});
        this.emit('did-stop-loading', {});
        if (!this.#wasLoaded) this.#window.onFirstLoad();
        this.#wasLoaded = true;
        this.#quietly(async (page) => this.#window.onTitle(String(await page.evaluate('document.title'))));
      },
      onWindowOpen: (payload) => this.#askToOpen(payload),
      onConsole: (level, message) => this.emit('console-message', { level, message }),
      onCrashed: () => {
        const details = { reason: 'crashed', exitCode: 1 };
        this.#isCrashed = true;
        this.emit('render-process-gone', {}, details);
        app.emit('render-process-gone', {}, this, details);
      },
      onGone: () => this.#window.onGone(),
    };
  }

  #mayNavigate({ url, isRedirect }: RequestedNavigation, frame: WebFrameMain | null): boolean {
    const isMainFrame = frame === this.#page?.mainFrame;
    const event = preventableEvent({ url, isSameDocument: false, isMainFrame, frame, initiator: frame });
    if (isRedirect) {
      this.emit('will-redirect', event, url, false, isMainFrame, 1, frame?.routingId);
    } else {
      this.emit('will-frame-navigate', event);
      if (isMainFrame) this.emit('will-navigate', event, url, false, true, 1, frame?.routingId);
    }
    return !event.defaultPrevented;
  }

  /** No second window is ever opened; an app that would have let it open is told. */
  #askToOpen({ url, windowName, windowFeatures }: Protocol.Page.windowOpenPayload): void {
    const response = this.#windowOpenHandler?.({
      url: toAppUrl(url),
      frameName: windowName,
      features: windowFeatures.join(','),
      disposition: 'new-window',
      referrer: { url: this.#url, policy: 'strict-origin-when-cross-origin' },
    });
    recordCall('window.open', toAppUrl(url), response?.action ?? 'no handler');
    if (response?.action !== 'deny')
      console.error('stand-in: window.open was not denied; it is refused here');
  }

  async #take(message: PageMessage, senderFrame: WebFrameMain | null, reply: Reply): Promise<void> {
    const event = { type: 'frame', sender: this, senderFrame, processId: 1, frameId: senderFrame?.routingId };
    if (message.kind === 'preload-error') {
      console.error('Unable to load preload script:', message.error);
      this.emit('preload-error', event, this.#window.preferences.preload, message.error);
    } else if (message.kind === 'send') {
      this.emit('ipc-message', event, message.channel, ...message.args);
      ipcMain.emit(message.channel, event, ...message.args);
    } else {
      await this.#answer(message, event, reply);
    }
  }

  async #answer(
    { id, channel, args }: PageMessage & { kind: 'invoke' },
    event: object,
    reply: Reply,
  ): Promise<void> {
    try {
      reply({ kind: 'reply', id, ok: true, value: await callHandler(channel, event, args) });
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      reply({ kind: 'reply', id, ok: false, error: String(error) });
    }
  }

  /** For what Electron does without an answer: a page that is gone needs nothing more. */
  #quietly(act: (page: HostedPage) => Promise<void>): void {
    this.#opened.then(act).catch(() => {});
  }
}

export const webContents = {
  getAllWebContents(): WebContents[] {
    return [...allContents.values()].map(({ contents }) => contents);
  },
  fromId(id: number): WebContents | undefined {
    return allContents.get(id)?.contents;
  },
  fromDevToolsTargetId(targetId: string): WebContents | undefined {
    return [...allContents.values()].find((entry) => entry.targetId === targetId)?.contents;
  },
};
