// How a worker talks to the core, whoever started it: `utilityProcess` gives a parent port, `fork` gives `process.send`.

interface ParentPort<ToWorker, FromWorker> {
  /** Messages that the core has not taken yet. */
  readonly unsent: number;
  send(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Ends the process once all that was sent is on its way. */
  end(): void;
}

/** `process.parentPort` of a utility process (https://www.electronjs.org/docs/latest/api/parent-port). */
interface UtilityPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: object): void;
}

/** Time for the last messages to leave a utility process, which ends with what it has not written yet. */
const lastWordsMs = 100;

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
  // Chromium ends a utility process whose parent is gone; there is no such event there, and `endWithParent` sees it too.
  process.on('disconnect', () => process.exit(0));
  const port: unknown = 'parentPort' in process ? process.parentPort : undefined;
  return isUtilityPort(port) ? utilityPort(port, isMessage) : forkPort(isMessage);
}

function forkPort<ToWorker, FromWorker extends object>(
  isMessage: (message: unknown) => message is ToWorker,
): ParentPort<ToWorker, FromWorker> {
  let unsent = 0;
  let ending = false;
  function endWhenSent(): void {
    if (ending && unsent === 0 && process.connected) process.disconnect();
  }
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

function utilityPort<ToWorker, FromWorker extends object>(
  port: UtilityPort,
  isMessage: (message: unknown) => message is ToWorker,
): ParentPort<ToWorker, FromWorker> {
  let unsent = 0;
  port.on('message', ({ data }) => {
    if (isTaken(data)) unsent = Math.max(0, unsent - data.count);
  });
  return {
    get unsent() {
      return unsent;
    },
    send(message) {
      unsent += 1;
      port.postMessage(message);
    },
    onMessage(listener) {
      port.on('message', ({ data }) => {
        if (!isTaken(data) && isMessage(data)) listener(data);
      });
    },
    end() {
      // A utility process does not end by itself when nothing is left to do.
      setTimeout(() => process.exit(0), lastWordsMs);
    },
  };
}

function isUtilityPort(port: unknown): port is UtilityPort {
  return (
    typeof port === 'object' &&
    port !== null &&
    'postMessage' in port &&
    typeof port.postMessage === 'function' &&
    'on' in port &&
    typeof port.on === 'function'
  );
}

/** Such a port does not say when a message was taken: who started the process tells so, of many at once. */
function isTaken(message: unknown): message is { readonly count: number } {
  return (
    hasKind(message) && message.kind === 'taken' && 'count' in message && typeof message.count === 'number'
  );
}
