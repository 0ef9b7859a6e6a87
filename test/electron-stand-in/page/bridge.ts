// The way between a page's own world and preload's isolated one: synchronous events, whose `detail` Chromium clones.
// The function's own text runs in both worlds: it uses nothing from outside itself.
/* oxlint-disable unicorn/consistent-function-scoping -- the text of the whole function is what runs in the page */
import type { PageWindow } from './page-messages.ts';

/** A value under way; functions and promises stay where they are and are named by a number. */
export type BridgeValue =
  | { readonly kind: 'raw'; readonly value: unknown }
  | { readonly kind: 'array'; readonly items: readonly BridgeValue[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, BridgeValue])[] }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'promise' | 'function'; readonly id: number };

export type BridgeMessage =
  | { readonly kind: 'expose'; readonly key: string; readonly value: BridgeValue }
  | { readonly kind: 'visibility'; readonly isHidden: boolean }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly target: number;
      readonly args: readonly BridgeValue[];
    }
  | {
      readonly kind: 'returned' | 'settled';
      readonly id: number;
      readonly ok: boolean;
      readonly value: BridgeValue;
    };

export interface Bridge {
  post(message: BridgeMessage): void;
  wrap(value: unknown): BridgeValue;
  unwrap(value: BridgeValue): unknown;
}

export function startBridge(
  page: PageWindow,
  inbox: string,
  outbox: string,
  onMessage: (message: BridgeMessage) => void,
): Bridge {
  const deepest = 1000;
  const byId = new Map<number, (...args: unknown[]) => unknown>();
  const ids = new Map<unknown, number>();
  const promises = new Map<number, PromiseWithResolvers<unknown>>();
  const returned = new Map<number, { ok: boolean; value: BridgeValue }>();
  let lastId = 0;

  function nextId(): number {
    lastId += 1;
    return lastId;
  }

  function post(message: BridgeMessage): void {
    page.dispatchEvent(new CustomEvent(outbox, { detail: message }));
  }

  function wrapFunction(callable: (...args: unknown[]) => unknown): BridgeValue {
    const id = ids.get(callable) ?? nextId();
    ids.set(callable, id);
    byId.set(id, callable);
    return { kind: 'function', id };
  }

  function wrapPromise(promise: PromiseLike<unknown>): BridgeValue {
    const id = nextId();
    promise.then(
      (value) => post({ kind: 'settled', id, ok: true, value: wrap(value) }),
      (error: unknown) => post({ kind: 'settled', id, ok: false, value: wrap(error) }),
    );
    return { kind: 'promise', id };
  }

  function isCallable(value: unknown): value is (...args: unknown[]) => unknown {
    return typeof value === 'function';
  }

  function wrap(value: unknown, depth = 0): BridgeValue {
    if (depth > deepest) throw new Error('An object could not be cloned: it is too deep.');
    if (isCallable(value)) return wrapFunction(value);
    if (typeof value === 'symbol') throw new Error('A symbol cannot be sent over the context bridge.');
    if (value === null || typeof value !== 'object') return { kind: 'raw', value };
    if ('then' in value && isCallable(value.then)) return wrapPromise(Promise.resolve(value));
    if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => wrap(item, depth + 1)) };
    if (value instanceof Error) return { kind: 'error', message: value.message };
    const cloneable = /^\[object (?:Date|Map|Set|RegExp|.*Array|ArrayBuffer|DataView|Blob|File|FileList)\]$/;
    if (cloneable.test(Object.prototype.toString.call(value))) return { kind: 'raw', value };
    const entries = Object.entries(value).map(([key, entry]) => [key, wrap(entry, depth + 1)] as const);
    return { kind: 'object', entries };
  }

  function unwrapFunction(target: number): (...args: unknown[]) => unknown {
    return (...args) => {
      const id = nextId();
      post({ kind: 'call', id, target, args: args.map((value) => wrap(value)) });
      // Events are dispatched synchronously: the answer is there when `post` returns.
      const answer = returned.get(id);
      returned.delete(id);
      if (answer === undefined) throw new Error('The other world did not answer.');
      const value = unwrap(answer.value);
      if (!answer.ok) throw value;
      return value;
    };
  }

  function never(value: never): never {
    throw new Error(`not known here: ${JSON.stringify(value)}`);
  }

  function unwrapPromise(id: number): Promise<unknown> {
    const promise = Promise.withResolvers<unknown>();
    promises.set(id, promise);
    return promise.promise;
  }

  function unwrap(value: BridgeValue): unknown {
    switch (value.kind) {
      case 'raw':
        return value.value;
      case 'array':
        return value.items.map(unwrap);
      case 'object':
        return Object.fromEntries(value.entries.map(([key, entry]) => [key, unwrap(entry)]));
      case 'error':
        return new Error(value.message);
      case 'function':
        return unwrapFunction(value.id);
      case 'promise':
        return unwrapPromise(value.id);
      default:
        return never(value);
    }
  }

  function answerCall(id: number, target: number, args: readonly BridgeValue[]): void {
    try {
      const value = wrap(byId.get(target)?.(...args.map(unwrap)));
      post({ kind: 'returned', id, ok: true, value });
    } catch (error) {
      post({ kind: 'returned', id, ok: false, value: wrap(error) });
    }
  }

  function receive(message: BridgeMessage): void {
    if (message.kind === 'returned') {
      returned.set(message.id, message);
    } else if (message.kind === 'settled') {
      const promise = promises.get(message.id);
      promises.delete(message.id);
      const value = unwrap(message.value);
      if (message.ok) promise?.resolve(value);
      else promise?.reject(value);
    } else if (message.kind === 'call') {
      answerCall(message.id, message.target, message.args);
    } else {
      onMessage(message);
    }
  }

  page.addEventListener(inbox, (event) => {
    if (event instanceof CustomEvent) receive(event.detail);
  });
  return { post, wrap, unwrap };
}
