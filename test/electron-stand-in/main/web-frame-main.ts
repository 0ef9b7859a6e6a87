// The frames of a page: one object a frame for as long as it lives, so that frames can be compared.
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
import { toAppUrl } from './app-address.ts';
import { nextId } from './next-id.ts';

export class WebFrameMain {
  readonly frameToken: string;
  readonly routingId = nextId();
  readonly processId = 1;
  readonly parent: WebFrameMain | null;
  readonly #state: { pageUrl: string };
  readonly #send: (channel: string, ...args: readonly unknown[]) => void;

  constructor(
    frameToken: string,
    parent: WebFrameMain | null,
    state: { pageUrl: string },
    send: (channel: string, ...args: readonly unknown[]) => void,
  ) {
    this.frameToken = frameToken;
    this.parent = parent;
    this.#state = state;
    this.#send = send;
  }

  get url(): string {
    return toAppUrl(this.#state.pageUrl);
  }

  get origin(): string {
    if (!URL.canParse(this.url)) return 'null';
    const { origin, protocol, host } = new URL(this.url);
    return origin === 'null' && host !== '' ? `${protocol}//${host}` : origin;
  }

  get top(): WebFrameMain {
    return this.parent?.top ?? this;
  }

  send(channel: string, ...args: readonly unknown[]): void {
    this.#send(channel, ...args);
  }
}

export class FrameTree {
  readonly #frames = new Map<string, { frame: WebFrameMain; state: { pageUrl: string } }>();
  readonly #mainId: string;
  readonly #main: WebFrameMain;
  readonly #send: (channel: string, ...args: readonly unknown[]) => void;

  constructor(mainId: string, send: (channel: string, ...args: readonly unknown[]) => void) {
    this.#mainId = mainId;
    this.#send = send;
    this.#main = this.#add(mainId, null);
  }

  get main(): WebFrameMain {
    return this.#main;
  }

  isMain(id: string): boolean {
    return id === this.#mainId;
  }

  /** Null once the frame is gone. */
  find(id: string): WebFrameMain | null {
    return this.#frames.get(id)?.frame ?? null;
  }

  navigated({ id, parentId, url, urlFragment = '' }: Protocol.Page.Frame): void {
    if (!this.#frames.has(id)) this.#add(id, parentId === undefined ? null : this.find(parentId));
    this.moved(id, url + urlFragment);
  }

  moved(id: string, pageUrl: string): void {
    const known = this.#frames.get(id);
    if (known !== undefined) known.state.pageUrl = pageUrl;
  }

  detached(id: string): void {
    this.#frames.delete(id);
  }

  #add(id: string, parent: WebFrameMain | null): WebFrameMain {
    const state = { pageUrl: 'about:blank' };
    const frame = new WebFrameMain(id, parent, state, this.#send);
    this.#frames.set(id, { frame, state });
    return frame;
  }
}
