// Scan workers whose words can be held back, or that cannot be started: for moments that otherwise last a millisecond.
import { readWorkerMessage } from '../../src/core/pool/worker-message.ts';
import type { MessageFromWorker, StartWorkerProcess } from '../../src/core/pool/worker-protocol.ts';

interface Hold {
  readonly kind: MessageFromWorker['kind'];
  /** Workers are numbered from 1 in the order they are started. */
  readonly fromWorker: number;
  readonly began: PromiseWithResolvers<void>;
  readonly messages: (() => void)[];
}

export class WorkerGate {
  readonly #startProcess: StartWorkerProcess;
  #hold: Hold | null = null;
  #refusal: Error | null = null;
  /** Called before each start, with the number of the worker. */
  onStart: (worker: number) => void = () => {};
  started = 0;

  constructor(startProcess: StartWorkerProcess) {
    this.#startProcess = startProcess;
  }

  /** Holds back messages of this kind from now on. @returns resolved when the first is there. */
  hold(kind: MessageFromWorker['kind'], fromWorker = 1): Promise<void> {
    this.#hold = { kind, fromWorker, began: Promise.withResolvers(), messages: [] };
    return this.#hold.began.promise;
  }

  /** Hands over what was held back, in order. */
  release(): void {
    const messages = this.#hold?.messages ?? [];
    this.#hold = null;
    for (const deliver of messages) deliver();
  }

  /** null: workers can be started again. */
  refuse(error: Error | null): void {
    this.#refusal = error;
  }

  readonly start: StartWorkerProcess = () => {
    this.started += 1;
    const number = this.started;
    if (this.#refusal !== null) throw this.#refusal;
    this.onStart(number);
    const inner = this.#startProcess();
    return {
      pid: inner.pid,
      send: (message) => inner.send(message),
      onMessage: (listener) => inner.onMessage((message) => this.#pass(number, message, listener)),
      onExit: (listener) => inner.onExit(listener),
      kill: () => inner.kill(),
    };
  };

  #pass(worker: number, message: unknown, listener: (message: unknown) => void): void {
    const hold = this.#hold;
    if (hold === null || worker < hold.fromWorker || readWorkerMessage(message)?.kind !== hold.kind) {
      listener(message);
      return;
    }
    hold.messages.push(() => listener(message));
    hold.began.resolve();
  }
}
