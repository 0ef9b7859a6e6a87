// Who is next: by priority, then first in first out; one entry a path, bounded, and what was refused is said.
import { priorities, type Priority, type ScanRequest } from '../../shared/scan.ts';

export type PushResult =
  | { readonly kind: 'added' }
  /** The path waits already; its priority is now the higher of the two. */
  | { readonly kind: 'merged' }
  /** The queue is at its bound: the caller keeps the request and offers it again. */
  | { readonly kind: 'refused' };

export class ScanQueue {
  readonly #maxEntries: number;
  /** A Map keeps the order of insertion: one for each priority, most urgent first. */
  readonly #lanes: readonly { readonly priority: Priority; readonly waiting: Map<string, ScanRequest> }[] =
    priorities.map((priority) => ({ priority, waiting: new Map<string, ScanRequest>() }));
  #size = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#size;
  }

  get hasRoom(): boolean {
    return this.#size < this.#maxEntries;
  }

  push(request: ScanRequest): PushResult {
    const wanted = priorities.indexOf(request.priority);
    for (const [rank, lane] of this.#lanes.entries()) {
      const known = lane.waiting.get(request.path);
      if (known === undefined) continue;
      // Who wanted a fresh look has one, whoever asked first.
      const fresh = known.fresh === true || request.fresh === true ? { fresh: true } : {};
      if (wanted < rank) {
        lane.waiting.delete(request.path);
        this.#lanes[wanted]?.waiting.set(request.path, { ...request, ...fresh });
      } else if (known.fresh !== fresh.fresh) {
        lane.waiting.set(request.path, { ...known, ...fresh });
      }
      return { kind: 'merged' };
    }
    if (!this.hasRoom) return { kind: 'refused' };
    this.#lanes[wanted]?.waiting.set(request.path, request);
    this.#size += 1;
    return { kind: 'added' };
  }

  /** Whether it waited. */
  remove(path: string): boolean {
    const lane = this.#lanes.find(({ waiting }) => waiting.delete(path));
    if (lane === undefined) return false;
    this.#size -= 1;
    return true;
  }

  /** The most urgent request, or undefined when nothing waits. */
  take(): ScanRequest | undefined {
    for (const { waiting } of this.#lanes) {
      for (const [path, request] of waiting) {
        waiting.delete(path);
        this.#size -= 1;
        return request;
      }
    }
    return undefined;
  }
}
