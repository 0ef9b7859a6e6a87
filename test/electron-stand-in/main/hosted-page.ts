// One page in Chromium, driven over the DevTools Protocol: it is attached to, given preload, guarded, and told things.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
import type { CdpConnection, CdpSession } from '../chromium/cdp-connection.ts';
import { makeCodec } from '../page/codec.ts';
import {
  isPageMessage,
  type KnownFile,
  type MainMessage,
  type PageEnvironment,
  type PageMessage,
} from '../page/page-messages.ts';
import { isolatedWorldSource, mainWorldSource } from '../page/page-source.ts';
import { toAppUrl } from './app-address.ts';
import { answerRequest, type RequestedNavigation } from './page-requests.ts';
import { FrameTree, type WebFrameMain } from './web-frame-main.ts';

export interface PageListener {
  /** Whether the app lets it happen. */
  mayNavigate(navigation: RequestedNavigation, frame: WebFrameMain | null): boolean;
  /** @param reply reaches the document that asked, or nobody */
  onMessage(message: PageMessage, frame: WebFrameMain | null, reply: (message: MainMessage) => void): void;
  /** Before the app is asked about it. */
  onStarted(url: string, frame: WebFrameMain | null, isSameDocument: boolean): void;
  onNavigated(url: string, isSameDocument: boolean): void;
  onDomReady(): void;
  onLoaded(): void;
  onWindowOpen(payload: Protocol.Page.windowOpenPayload): void;
  onConsole(level: string, message: string): void;
  onCrashed(): void;
  /** The page was closed by somebody else. */
  onGone(): void;
}

export interface HostedPageOptions {
  readonly connection: CdpConnection;
  readonly webContentsId: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly environment: PageEnvironment;
  readonly preload: string;
  readonly isDark: boolean;
  readonly listener: PageListener;
}

const isolatedWorldName = 'ElectronIsolatedContext';
const bindingName = '__standInSend';
const codec = makeCodec();

export class HostedPage {
  readonly #options: HostedPageOptions;
  readonly #cdp: CdpSession;
  readonly #frames: FrameTree;
  /** Of preload's worlds, by the number Chromium gives them. */
  readonly #contexts = new Map<number, string>();
  readonly targetId: string;
  #mainContext: number | null = null;
  #isHidden = false;
  #knownFiles: readonly KnownFile[] = [];
  #expectedUrl: string | null = null;
  #pageUrl = '';

  static async open(options: HostedPageOptions): Promise<HostedPage> {
    const { connection, size } = options;
    const blank = { url: 'about:blank', newWindow: true, width: size.width, height: size.height };
    const { targetId } = await connection.send('Target.createTarget', blank);
    const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
    const cdp = connection.session(sessionId);
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const page = new HostedPage(options, targetId, cdp, frameTree.frame.id);
    page.#listen();
    await page.#prepare();
    return page;
  }

  private constructor(options: HostedPageOptions, targetId: string, cdp: CdpSession, mainFrameId: string) {
    this.#options = options;
    this.targetId = targetId;
    this.#cdp = cdp;
    this.#frames = new FrameTree(mainFrameId, (channel, ...args) =>
      this.tell({ kind: 'message', channel, args }),
    );
  }

  get mainFrame(): WebFrameMain {
    return this.#frames.main;
  }

  /** Resolves when the navigation is under way. @throws why it is not. */
  async navigate(pageUrl: string): Promise<void> {
    this.#expectedUrl = new URL(pageUrl).href;
    const { errorText } = await this.#cdp.send('Page.navigate', { url: pageUrl });
    if (errorText !== undefined) throw new Error(errorText);
  }

  async reload(): Promise<void> {
    await this.#cdp.send('Page.reload', {});
  }

  /** In the order of the calls; lost while there is no document with preload. */
  tell(message: MainMessage): void {
    if (this.#mainContext !== null) this.#tellContext(this.#mainContext, message);
  }

  setHidden(isHidden: boolean): void {
    if (isHidden === this.#isHidden) return;
    this.#isHidden = isHidden;
    this.tell({ kind: 'visibility', isHidden });
  }

  knowFiles(files: readonly KnownFile[]): void {
    this.#knownFiles = [...this.#knownFiles, ...files];
    this.tell({ kind: 'files', files });
  }

  async dropFiles(
    paths: readonly string[],
    point: { readonly x: number; readonly y: number },
  ): Promise<void> {
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await this.#cdp.send('Input.dispatchDragEvent', { type, ...point, data });
    }
  }

  async setSize({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
    const size = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#cdp.send('Emulation.setDeviceMetricsOverride', size);
  }

  async setDark(isDark: boolean): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }];
    await this.#cdp.send('Emulation.setEmulatedMedia', { features });
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#cdp.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#cdp.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  async crash(): Promise<void> {
    // Its answer is its end.
    await this.#cdp.send('Page.crash').catch(() => {});
  }

  async close(): Promise<void> {
    await this.#options.connection.send('Target.closeTarget', { targetId: this.targetId });
  }

  async #prepare(): Promise<void> {
    const { environment, preload, isDark, size } = this.#options;
    const token = randomBytes(16).toString('hex');
    await Promise.all([
      this.#cdp.send('Page.enable'),
      this.#cdp.send('Runtime.enable'),
      this.#cdp.send('Inspector.enable'),
      this.#cdp.send('Runtime.addBinding', { name: bindingName, executionContextName: isolatedWorldName }),
      this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource(token) }),
      this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: isolatedWorldSource(token, environment, preload),
        worldName: isolatedWorldName,
      }),
      this.#cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
      this.setDark(isDark),
      this.setSize(size),
    ]);
  }

  #listen(): void {
    const { connection, listener } = this.#options;
    this.#listenToContexts();
    this.#cdp.on('Page.frameStartedNavigating', ({ frameId, url, navigationType }) => {
      const isSameDocument = navigationType === 'sameDocument' || navigationType === 'historySameDocument';
      listener.onStarted(toAppUrl(url), this.#frames.find(frameId), isSameDocument);
    });
    this.#cdp.on('Page.frameNavigated', ({ frame }) => {
      this.#frames.navigated(frame);
      if (this.#frames.isMain(frame.id)) this.#moved(frame.url + (frame.urlFragment ?? ''), false);
    });
    this.#cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      this.#frames.moved(frameId, url);
      if (this.#frames.isMain(frameId)) this.#moved(url, true);
    });
    this.#cdp.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') this.#frames.detached(frameId);
    });
    this.#cdp.on('Page.domContentEventFired', () => listener.onDomReady());
    this.#cdp.on('Page.loadEventFired', () => {
      // The blank page it began with may still report itself.
      if (this.#pageUrl !== '') listener.onLoaded();
    });
    this.#cdp.on('Page.windowOpen', (payload) => listener.onWindowOpen(payload));
    this.#cdp.on('Runtime.consoleAPICalled', ({ type, args }) => {
      listener.onConsole(type, args.map(({ value, description }) => String(value ?? description)).join(' '));
    });
    this.#cdp.on('Inspector.targetCrashed', () => listener.onCrashed());
    this.#cdp.on('Fetch.requestPaused', (paused) => void this.#answer(paused));
    connection.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.openerId !== this.targetId) return;
      connection.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => {});
    });
    connection.on('Target.targetDestroyed', ({ targetId }) => {
      if (targetId === this.targetId) listener.onGone();
    });
  }

  #listenToContexts(): void {
    this.#cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== isolatedWorldName) return;
      const frameId = String(context.auxData?.['frameId']);
      this.#contexts.set(context.id, frameId);
      if (!this.#frames.isMain(frameId)) return;
      this.#mainContext = context.id;
      if (this.#isHidden) this.tell({ kind: 'visibility', isHidden: true });
      if (this.#knownFiles.length > 0) this.tell({ kind: 'files', files: this.#knownFiles });
    });
    this.#cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.#contexts.delete(executionContextId);
      if (this.#mainContext === executionContextId) this.#mainContext = null;
    });
    this.#cdp.on('Runtime.executionContextsCleared', () => {
      this.#contexts.clear();
      this.#mainContext = null;
    });
    this.#cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== bindingName) return;
      const message = codec.decode(payload);
      if (!isPageMessage(message)) return;
      const frameId = this.#contexts.get(executionContextId) ?? '';
      this.#options.listener.onMessage(message, this.#frames.find(frameId), (reply) =>
        this.#tellContext(executionContextId, reply),
      );
    });
  }

  #moved(pageUrl: string, isSameDocument: boolean): void {
    this.#pageUrl = pageUrl;
    this.#options.listener.onNavigated(this.mainFrame.url, isSameDocument);
  }

  #tellContext(contextId: number, message: MainMessage): void {
    const expression = `__standInReceive(${JSON.stringify(codec.encode(message))})`;
    // A document that is gone hears nothing.
    this.#cdp.send('Runtime.evaluate', { contextId, expression }).catch(() => {});
  }

  async #answer(paused: Protocol.Fetch.requestPausedPayload): Promise<void> {
    try {
      await answerRequest(paused, {
        cdp: this.#cdp,
        webContentsId: this.#options.webContentsId,
        isMainFrame: (frameId) => this.#frames.isMain(frameId),
        mayNavigate: (navigation) => this.#mayNavigate(navigation, paused),
      });
    } catch {
      // The page was closed, or has turned to something else meanwhile.
    }
  }

  /** The app is asked about what the page wants, not about what the app itself has loaded. */
  #mayNavigate(
    navigation: RequestedNavigation,
    { request, frameId }: Protocol.Fetch.requestPausedPayload,
  ): boolean {
    const pageUrl = request.url + (request.urlFragment ?? '');
    const isExpected =
      this.#frames.isMain(frameId) && !navigation.isRedirect && pageUrl === this.#expectedUrl;
    const isReload = this.#frames.isMain(frameId) && !navigation.isRedirect && pageUrl === this.#pageUrl;
    if (isExpected) this.#expectedUrl = null;
    if (isExpected || isReload) return true;
    return this.#options.listener.mayNavigate(navigation, this.#frames.find(frameId));
  }
}
