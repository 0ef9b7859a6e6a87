// How a worker talks to the core, whoever started it: `utilityProcess` gives a parent port, `fork` gives `process.send`.

interface Tagged {
  readonly kind: string;
}

interface ParentPort<ToWorker, FromWorker> {
  send(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Ends the process once all that was sent is on its way. */
  end(): void;
}

/** The process ends as soon as the core is gone: a worker never outlives what it works for. */
export function connectParentPort<ToWorker extends Tagged, FromWorker extends Tagged>(): ParentPort<
  ToWorker,
  FromWorker
> {
  /** Only the core holds the other end of this channel: what comes has its shape. */
  function isFromCore(message: unknown): message is ToWorker {
    return typeof message === 'object' && message !== null && 'kind' in message;
  }
  let unsent = 0;
  let ending = false;
  function endWhenSent(): void {
    if (ending && unsent === 0 && process.connected) process.disconnect();
  }
  process.on('disconnect', () => process.exit(0));
  return {
    send(message) {
      unsent += 1;
      process.send?.(message, undefined, undefined, () => {
        unsent -= 1;
        endWhenSent();
      });
    },
    onMessage(listener) {
      process.on('message', (message) => {
        if (isFromCore(message)) listener(message);
      });
    },
    end() {
      ending = true;
      endWhenSent();
    },
  };
}
