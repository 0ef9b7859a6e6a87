// How a worker talks to the core, whoever started it: `utilityProcess` gives a parent port, `fork` gives `process.send`.

interface ParentPort<ToWorker, FromWorker> {
  /** Messages that the core has not taken yet. */
  readonly unsent: number;
  send(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Ends the process once all that was sent is on its way. */
  end(): void;
}

/** Only the core holds the other end of this channel: what comes has a kind, and with it its shape. */
export function hasKind(message: unknown): message is { readonly kind: unknown } {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

/**
 * The process ends as soon as the core is gone: a worker never outlives what it works for.
 * @param isMessage tells a message of the core from anything else
 */
export function connectParentPort<ToWorker, FromWorker extends object>(
  isMessage: (message: unknown) => message is ToWorker,
): ParentPort<ToWorker, FromWorker> {
  let unsent = 0;
  let ending = false;
  function endWhenSent(): void {
    if (ending && unsent === 0 && process.connected) process.disconnect();
  }
  process.on('disconnect', () => process.exit(0));
  return {
    get unsent() {
      return unsent;
    },
    send(message) {
      unsent += 1;
      process.send?.(message, undefined, undefined, () => {
        unsent -= 1;
        endWhenSent();
      });
    },
    onMessage(listener) {
      process.on('message', (message) => {
        if (isMessage(message)) listener(message);
      });
    },
    end() {
      ending = true;
      endWhenSent();
    },
  };
}
