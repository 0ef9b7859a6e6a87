// What runs in preload's isolated world: `require('electron')` as a sandboxed preload has it, then preload itself.
// The function's own text is injected: it uses nothing from outside itself.
/* oxlint-disable unicorn/consistent-function-scoping -- the text of the whole function is what runs in the page */
import type { startBridge } from './bridge.ts';
import type { makeCodec } from './codec.ts';
import type { makeEmitter } from './emitter.ts';
import type {
  KnownFile,
  MainMessage,
  PageEnvironment,
  PageFile,
  PageMessage,
  PageWindow,
} from './page-messages.ts';
import type { claimVisibility } from './visibility.ts';

export interface IsolatedParts {
  readonly startBridge: typeof startBridge;
  readonly makeCodec: typeof makeCodec;
  readonly makeEmitter: typeof makeEmitter;
  readonly claimVisibility: typeof claimVisibility;
}

type Preload = (
  require: (name: string) => unknown,
  process: object,
  module: { readonly exports: object },
  exports: object,
) => void;

export function runIsolatedWorld(
  page: PageWindow,
  parts: IsolatedParts,
  token: string,
  environment: PageEnvironment,
  preload: Preload,
): void {
  const codec = parts.makeCodec();
  const bridge = parts.startBridge(page, `${token}-isolated`, `${token}-main`, () => {});
  const emitter = parts.makeEmitter();
  const waiting = new Map<number, { promise: PromiseWithResolvers<unknown>; channel: string }>();
  const knownFiles: KnownFile[] = [];
  const exposed = new Set<string>();
  let lastId = 0;

  function send(message: PageMessage): void {
    page.__standInSend?.(codec.encode(message));
  }

  function settle(reply: MainMessage & { kind: 'reply' }): void {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) call?.promise.resolve(reply.value);
    else call?.promise.reject(new Error(`Error invoking remote method '${call.channel}': ${reply.error}`));
  }

  function becomeVisible(isHidden: boolean): void {
    parts.claimVisibility(page, isHidden);
    bridge.post({ kind: 'visibility', isHidden });
    page.document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }

  /** Main is the only one who knows the way here, so what it is called is what it is. */
  function isMainMessage(message: unknown): message is MainMessage {
    return typeof message === 'object' && message !== null && 'kind' in message;
  }

  function receive(text: string): void {
    const message = codec.decode(text);
    if (!isMainMessage(message)) return;
    switch (message.kind) {
      case 'message':
        emitter.emit(message.channel, { sender: ipcRenderer, senderId: 0, ports: [] }, ...message.args);
        break;
      case 'reply':
        settle(message);
        break;
      case 'files':
        knownFiles.push(...message.files);
        break;
      case 'visibility':
        becomeVisible(message.isHidden);
        break;
    }
  }

  function notSupported(name: string): () => never {
    return () => {
      throw new Error(`stand-in: ipcRenderer.${name} is not supported`);
    };
  }

  const ipcRenderer = {
    ...emitter,
    send: (channel: string, ...args: readonly unknown[]) => send({ kind: 'send', channel, args }),
    invoke(channel: string, ...args: readonly unknown[]): Promise<unknown> {
      lastId += 1;
      const id = lastId;
      const promise = Promise.withResolvers<unknown>();
      waiting.set(id, { promise, channel });
      try {
        send({ kind: 'invoke', id, channel, args });
      } catch (error) {
        waiting.delete(id);
        promise.reject(error);
      }
      return promise.promise;
    },
    sendSync: notSupported('sendSync'),
    postMessage: notSupported('postMessage'),
  };
  const contextBridge = {
    exposeInMainWorld(key: string, value: unknown) {
      if (exposed.has(key)) {
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      }
      exposed.add(key);
      bridge.post({ kind: 'expose', key, value: bridge.wrap(value) });
    },
  };
  const webUtils = {
    getPathForFile(file: PageFile): string {
      const known = knownFiles.findLast(
        ({ name, sizeBytes }) => name === file.name && sizeBytes === file.size,
      );
      return known?.path ?? '';
    },
  };
  const electron = { contextBridge, ipcRenderer, webUtils };

  function requireInSandbox(name: string): unknown {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  }

  Object.defineProperty(page, '__standInReceive', { value: receive });
  const process = { type: 'renderer', sandboxed: true, contextIsolated: true, env: {}, ...environment };
  const module = { exports: {} };
  try {
    preload(requireInSandbox, process, module, module.exports);
  } catch (error) {
    send({ kind: 'preload-error', error });
  }
}
