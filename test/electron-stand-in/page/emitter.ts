// The event emitter of `ipcRenderer`: the part of Node's that a sandboxed preload has.
// The function's own text runs in the page's isolated world: it uses nothing from outside itself.

type Listener = (...args: unknown[]) => void;

export interface PageEmitter {
  on(name: string, listener: Listener): PageEmitter;
  once(name: string, listener: Listener): PageEmitter;
  off(name: string, listener: Listener): PageEmitter;
  addListener(name: string, listener: Listener): PageEmitter;
  removeListener(name: string, listener: Listener): PageEmitter;
  removeAllListeners(name?: string): PageEmitter;
  listenerCount(name: string): number;
  emit(name: string, ...args: readonly unknown[]): boolean;
}

export function makeEmitter(): PageEmitter {
  const listeners = new Map<string, { readonly listener: Listener; readonly isOnce: boolean }[]>();

  function add(name: string, listener: Listener, isOnce: boolean): PageEmitter {
    listeners.set(name, [...(listeners.get(name) ?? []), { listener, isOnce }]);
    return emitter;
  }

  function remove(name: string, listener: Listener): PageEmitter {
    const all = listeners.get(name) ?? [];
    const index = all.findLastIndex((entry) => entry.listener === listener);
    listeners.set(
      name,
      all.filter((_, at) => at !== index),
    );
    return emitter;
  }

  const emitter: PageEmitter = {
    on: (name, listener) => add(name, listener, false),
    addListener: (name, listener) => add(name, listener, false),
    once: (name, listener) => add(name, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners(name) {
      if (name === undefined) listeners.clear();
      else listeners.delete(name);
      return emitter;
    },
    listenerCount: (name) => listeners.get(name)?.length ?? 0,
    emit(name, ...args) {
      const called = listeners.get(name) ?? [];
      for (const { listener, isOnce } of called) {
        if (isOnce) remove(name, listener);
        listener(...args);
      }
      return called.length > 0;
    },
  };
  return emitter;
}
