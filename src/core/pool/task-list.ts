// The files the pool has to answer: waiting, suspected, or with a worker. Each is answered once and then forgotten.
import type { PoolResult } from './pool-result.ts';
import type { FileToScan } from './worker-protocol.ts';

type Answer = (result: PoolResult) => void;

export class TaskList {
  /** All that are not answered. */
  readonly #tasks = new Map<FileToScan, Answer>();
  readonly #waiting: FileToScan[] = [];
  readonly #suspects: FileToScan[] = [];

  /** Files not answered yet, wherever they are. */
  get size(): number {
    return this.#tasks.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get suspects(): number {
    return this.#suspects.length;
  }

  add(file: FileToScan): Promise<PoolResult> {
    const { promise, resolve } = Promise.withResolvers<PoolResult>();
    // A copy, so that the same file handed in twice is two tasks.
    const task = { ...file };
    this.#tasks.set(task, resolve);
    this.#waiting.push(task);
    return promise;
  }

  /** The next ones, in the order they were handed in. */
  take(count: number): readonly FileToScan[] {
    return this.#waiting.splice(0, count);
  }

  /** One that a worker died with: it is tried once more, alone, so that only it can be to blame. */
  takeSuspect(): FileToScan | undefined {
    return this.#suspects.shift();
  }

  suspect(file: FileToScan): void {
    if (this.#tasks.has(file)) this.#suspects.push(file);
  }

  answer(file: FileToScan, result: PoolResult): void {
    const resolve = this.#tasks.get(file);
    this.#tasks.delete(file);
    resolve?.(result);
  }

  answerAll(result: PoolResult): void {
    this.#waiting.length = 0;
    this.#suspects.length = 0;
    for (const file of this.#tasks.keys()) this.answer(file, result);
  }
}
