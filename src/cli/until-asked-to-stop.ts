// The end of what runs until it is told to stop: Ctrl-C or SIGTERM once for a clean end, twice to end at once.

export interface StopRequest extends Disposable {
  readonly signal: AbortSignal;
  /** Resolves when somebody asks. */
  readonly asked: Promise<void>;
}

export function untilAskedToStop(): StopRequest {
  const abort = new AbortController();
  const asked = Promise.withResolvers<void>();
  function stopListening(): void {
    for (const name of signals) process.removeListener(name, listener);
  }
  function listener(): void {
    // The next one ends the process as if nobody had listened.
    stopListening();
    abort.abort();
    asked.resolve();
  }
  for (const name of signals) process.on(name, listener);
  return { signal: abort.signal, asked: asked.promise, [Symbol.dispose]: stopListening };
}

/** A terminal that was closed is no reason to leave a folder half written. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
