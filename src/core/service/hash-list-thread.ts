// The thread with the hash lists, seen from outside: questions of one turn travel together, and none waits long for an answer.
import { Worker } from 'node:worker_threads';
import type { HashListPaths } from '../engines/hash-lists.ts';
import type { Logger } from '../logger.ts';
import { moduleFile } from '../processes/module-file.ts';
import { fromHashListThreadSchema, type ListAnswers, type ToHashListThread } from './hash-list-protocol.ts';

/** A thread, as `node:worker_threads` gives it. */
export interface Thread {
  postMessage(message: ToHashListThread, transfer: readonly []): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

export interface HashListThreadOptions {
  readonly paths: HashListPaths;
  readonly logger: Logger;
  readonly start: () => Thread;
}

interface Question {
  readonly sha256s: readonly string[];
  readonly resolve: (answers: ListAnswers) => void;
}

interface Asked {
  readonly questions: readonly Question[];
  readonly deadline: NodeJS.Timeout;
}

const entry = moduleFile('../../workers/hash-list-thread', import.meta.url);
const answerMs = 1000;
/** While they are read, which takes about a second for a million hashes. */
const loadMs = 5000;
const maxWaitingHashes = 100_000;
const restartMs = 10_000;

export function startHashListThread(): Thread {
  const worker = new Worker(entry, { name: 'hash lists', execArgv: [] });
  worker.unref();
  return worker;
}

export class HashListThread implements Disposable {
  readonly #options: HashListThreadOptions;
  readonly #asked = new Map<number, Asked>();
  #thread: Thread | null = null;
  #questions: Question[] = [];
  #waitingHashes = 0;
  #lastId = 0;
  /** It did not answer in time: nobody waits again until it says something. */
  #isLate = false;
  #hasLists = true;
  #isLoading = false;
  #diedAtMs = Number.NEGATIVE_INFINITY;
  #isDisposed = false;

  constructor(options: HashListThreadOptions) {
    this.#options = options;
    this.reload();
  }

  get isSilent(): boolean {
    return this.#isLate || !this.#hasLists || this.#thread === null;
  }

  ask(sha256s: readonly string[]): ListAnswers | Promise<ListAnswers> {
    if (this.#thread === null && performance.now() - this.#diedAtMs >= restartMs) this.reload();
    const isFull = this.#waitingHashes + sha256s.length > maxWaitingHashes;
    if (this.#thread === null || this.#isLate || !this.#hasLists || isFull) return null;
    this.#waitingHashes += sha256s.length;
    const { promise, resolve } = Promise.withResolvers<ListAnswers>();
    this.#questions.push({ sha256s, resolve });
    if (this.#questions.length === 1) setImmediate(() => this.#send());
    return promise;
  }

  reload(): void {
    if (this.#isDisposed) return;
    // What was asked before is still answered by the lists of before.
    this.#send();
    this.#thread ??= this.#started();
    this.#hasLists = true;
    this.#isLoading = true;
    const { knownBad, knownGood } = this.#options.paths;
    this.#thread.postMessage({ kind: 'load', knownBad: [...knownBad], knownGood: [...knownGood] }, []);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    const thread = this.#thread;
    this.#lose();
    void thread?.terminate();
  }

  #send(): void {
    const questions = this.#questions;
    if (questions.length === 0 || this.#thread === null) return;
    this.#questions = [];
    this.#lastId += 1;
    const id = this.#lastId;
    const deadline = setTimeout(
      () => {
        this.#isLate = true;
        this.#options.logger.warn({}, 'the hash lists do not answer in time: look-ups go without them');
        this.#answer(id, null);
      },
      this.#isLoading ? loadMs : answerMs,
    );
    this.#asked.set(id, { questions, deadline });
    this.#thread.postMessage({ kind: 'ask', id, sha256s: questions.flatMap(({ sha256s }) => sha256s) }, []);
  }

  #started(): Thread {
    const { start, logger } = this.#options;
    const thread = start();
    this.#isLate = false;
    thread.on('message', (message) => {
      if (thread === this.#thread) this.#hear(message);
    });
    thread.on('error', (error) => logger.error({ error }, 'the thread with the hash lists failed'));
    thread.on('exit', () => {
      if (thread === this.#thread) this.#lose();
    });
    return thread;
  }

  #hear(message: unknown): void {
    const said = fromHashListThreadSchema.parse(message);
    this.#isLate = false;
    if (said.kind === 'answers') {
      this.#answer(said.id, said.answers);
      return;
    }
    this.#isLoading = false;
    this.#hasLists = said.kind === 'loaded';
    if (said.kind === 'not_loaded') {
      this.#options.logger.error(
        { cause: said.cause },
        'hash lists cannot be read: look-ups go without them',
      );
    }
  }

  #answer(id: number, answers: ListAnswers): void {
    const asked = this.#asked.get(id);
    // Too late, and answered without.
    if (asked === undefined) return;
    this.#asked.delete(id);
    clearTimeout(asked.deadline);
    let start = 0;
    for (const { sha256s, resolve } of asked.questions) {
      const end = start + sha256s.length;
      this.#waitingHashes -= sha256s.length;
      resolve(answers === null ? null : answers.slice(start, end));
      start = end;
    }
  }

  #lose(): void {
    this.#thread = null;
    this.#diedAtMs = performance.now();
    for (const id of this.#asked.keys()) this.#answer(id, null);
    for (const { sha256s, resolve } of this.#questions.splice(0)) {
      this.#waitingHashes -= sha256s.length;
      resolve(null);
    }
  }
}
