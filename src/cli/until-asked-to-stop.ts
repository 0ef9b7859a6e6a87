// The end of what runs until it is told to stop: Ctrl-C or SIGTERM once for a clean end, once more a second later to end at once.

export interface StopRequest extends Disposable {
  readonly signal: AbortSignal;
  /** Resolves when somebody asks. */
  readonly asked: Promise<void>;
}

/** What stands between a terminal and us (npm, sudo) hands on the Ctrl-C that we have heard ourselves. */
const sameAskingMs = 1000;

/** @param nowMs monotonic; milliseconds */
export function untilAskedToStop(nowMs: () => number = () => performance.now()): StopRequest {
  const abort = new AbortController();
  const asked = Promise.withResolvers<void>();
  let askedAtMs: number | null = null;
  function stopListening(): void {
    for (const name of signals) process.removeListener(name, listener);
  }
  function listener(name: NodeJS.Signals): void {
    if (askedAtMs === null) {
      askedAtMs = nowMs();
      abort.abort();
      asked.resolve();
    } else if (nowMs() - askedAtMs > sameAskingMs) {
      // As if nobody had listened.
      stopListening();
      process.kill(process.pid, name);
    }
  }
  for (const name of signals) process.on(name, listener);
  return { signal: abort.signal, asked: asked.promise, [Symbol.dispose]: stopListening };
}

/** A terminal that was closed is no reason to leave a folder half written. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
