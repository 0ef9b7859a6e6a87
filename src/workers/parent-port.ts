// How a worker talks to the core, whoever started it: `utilityProcess` gives a parent port, `fork` gives `process.send`.
import type { MessageFromWorker, MessageToWorker } from '../core/pool/worker-protocol.ts';

interface ParentPort {
  send(message: MessageFromWorker): void;
  onMessage(listener: (message: MessageToWorker) => void): void;
  /** Ends the process once all that was sent is on its way. */
  end(): void;
}

/** The process ends as soon as the core is gone: a worker never outlives what it works for. */
export function connectParentPort(): ParentPort {
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

/** Only the core holds the other end of this channel: what comes has its shape. */
function isFromCore(message: unknown): message is MessageToWorker {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
