// Requests that no worker has yet, and who waits for them: a path that is asked for twice is one scan with one outcome for both.
import type { ScanRequest } from '../../shared/scan.ts';
import { ScanQueue } from './scan-queue.ts';

interface Awaited<Outcome> {
  readonly promise: Promise<Outcome>;
  readonly resolve: (outcome: Outcome) => void;
  /** How many requests this is the answer to. */
  readonly asked: number;
}

/** A request whose turn has come. */
export interface TakenRequest<Outcome> extends Pick<Awaited<Outcome>, 'asked' | 'resolve'> {
  readonly request: ScanRequest;
}

export class AwaitedRequests<Outcome extends object> {
  readonly #queue: ScanQueue;
  readonly #onWithdrawn: () => void;
  readonly #awaited = new Map<string, Awaited<Outcome>>();

  /** @param onWithdrawn one fewer waits than before. */
  constructor(maxEntries: number, onWithdrawn: () => void) {
    this.#queue = new ScanQueue(maxEntries);
    this.#onWithdrawn = onWithdrawn;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** null at the bound. */
  add(request: ScanRequest): Promise<Outcome> | null {
    if (this.#queue.push(request).kind === 'refused') return null;
    const { path } = request;
    const awaited = this.#awaited.get(path) ?? { ...Promise.withResolvers<Outcome>(), asked: 0 };
    this.#awaited.set(path, { ...awaited, asked: awaited.asked + 1 });
    return awaited.promise;
  }

  /** The most urgent one. Who asks for its path from now on asks for its bytes from now on: that is another scan. */
  take(): TakenRequest<Outcome> | undefined {
    const request = this.#queue.take();
    if (request === undefined) return undefined;
    const { asked, resolve } = this.#awaited.get(request.path) ?? { asked: 1, resolve: ignore };
    this.#awaited.delete(request.path);
    return { request, asked, resolve };
  }

  /** @param outcome as `add` gave it. @returns null when the signal comes before the request was taken. */
  async unlessWithdrawn(
    path: string,
    outcome: Promise<Outcome>,
    signal: AbortSignal,
  ): Promise<Outcome | null> {
    const withdrawn = Promise.withResolvers<null>();
    const withdraw = (): void => {
      if (this.#withdraw(path, outcome)) withdrawn.resolve(null);
    };
    signal.addEventListener('abort', withdraw);
    if (signal.aborted) withdraw();
    try {
      return await Promise.race([outcome, withdrawn.promise]);
    } finally {
      signal.removeEventListener('abort', withdraw);
    }
  }

  /** False when it was taken. Whoever else asked for the path still gets the outcome. */
  #withdraw(path: string, outcome: Promise<Outcome>): boolean {
    const awaited = this.#awaited.get(path);
    if (awaited?.promise !== outcome) return false;
    if (awaited.asked > 1) {
      this.#awaited.set(path, { ...awaited, asked: awaited.asked - 1 });
    } else {
      this.#awaited.delete(path);
      this.#queue.remove(path);
      this.#onWithdrawn();
    }
    return true;
  }
}

function ignore(): void {
  // Nobody waits.
}
