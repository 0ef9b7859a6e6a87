// One database file for as long as Vedette runs: writes are batched, bounded and tried again; no trouble reaches the caller.
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { DatabaseConnection } from './database-connection.ts';
import { failureCode, failureKind, type FailureKind } from './database-failure.ts';
import type {
  DatabaseHealth,
  DatabaseState,
  PromptDatabaseSlot,
  ReadableDb,
  WritableDb,
} from './database-handle.ts';
import type { DatabaseDescription } from './open-database.ts';

type Work = (db: WritableDb) => void;

export interface DatabaseFileOptions extends DatabaseDescription {
  readonly logger: Logger;
  readonly maxQueuedWrites?: number;
}

/** Some 50 ms of work at most; a batch dirties the same pages whether it is small or large. */
const batchSize = 4000;
const batchDelayMs = 250;
/** Between two batches, so that a long queue does not hold up events. */
const breathMs = 1;
const firstRetryMs = 500;
const maxRetryMs = 30_000;
/** At the end another process that writes is waited for: this often, each time as long as the busy timeout. */
const lastTries = 10;
const busyWorthTelling = 4;
const maxReplacements = 3;

export class DatabaseFile implements PromptDatabaseSlot, Disposable {
  readonly #title: string;
  readonly #logger: Logger;
  readonly #maxQueuedWrites: number;
  readonly #connection: DatabaseConnection;
  readonly #listeners = new Set<(health: DatabaseHealth) => void>();
  #queue: Work[] = [];
  #state: DatabaseState = 'ready';
  #trouble = '';
  #told = 'ready ';
  #droppedWrites = 0;
  /** Attempts in a row that did not go through. */
  #failures = 0;
  #mustReopen = false;
  /** Inside somebody's work: what it queues waits until that is done. */
  #isWorking = false;
  #isDisposed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ logger, maxQueuedWrites = 20_000, ...description }: DatabaseFileOptions) {
    this.#title = description.title;
    this.#logger = logger;
    this.#maxQueuedWrites = maxQueuedWrites;
    this.#connection = new DatabaseConnection(description, logger);
    this.#connect();
  }

  get health(): DatabaseHealth {
    const { setAside } = this.#connection;
    return {
      state: this.#state,
      detail: [this.#trouble, ...setAside.map(({ sentence }) => sentence)].join(' ').trim(),
      setAside: setAside.map(({ file }) => file),
      droppedWrites: this.#droppedWrites,
    };
  }

  /** Calls `listener` whenever state or detail change. @returns the end of it. */
  onHealth(listener: (health: DatabaseHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  read<T>(work: (db: ReadableDb) => T, fallback: T): T {
    const { db } = this.#connection;
    let result = fallback;
    if (db !== null) {
      this.#attempt(() => {
        result = work(db);
      });
    }
    return result;
  }

  write(work: Work): void {
    const isHopeless = this.#state === 'unavailable' || this.#state === 'read_only';
    if (this.#isDisposed || isHopeless || this.#queue.length >= this.#maxQueuedWrites) {
      this.#droppedWrites += 1;
      return;
    }
    this.#queue.push(work);
    if (this.#queue.length >= batchSize && this.#failures === 0 && !this.#isWorking) this.#writeBatches(1);
    else this.#schedule(batchDelayMs);
  }

  writeNow<T>(work: (db: WritableDb) => T, fallback: T): T {
    this.flush();
    let result = fallback;
    // Another process may have set the file aside: what went into that one would be lost.
    if (this.#isDisposed || (!this.#isWorking && !this.#isInPlace())) return fallback;
    const { db } = this.#connection;
    if (db !== null && this.#queue.length === 0 && !this.#isWorking) {
      this.#attempt(() => {
        result = db.transaction(() => work(db)).immediate();
      });
    }
    return result;
  }

  /** Writes what is queued, now; what does not go through stays queued. */
  flush(): void {
    if (this.#queue.length > 0 && !this.#isWorking) this.#writeBatches(Infinity);
  }

  /** Writes what is queued, waiting for others as long as at the end; health tells then how it went. */
  settle(): void {
    for (let attempt = 0; attempt < lastTries && this.#queue.length > 0; attempt += 1) this.flush();
  }

  [Symbol.dispose](): void {
    this.settle();
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    if (this.#queue.length > 0) {
      const fields = { database: this.#title, entries: this.#queue.length };
      this.#logger.warn(fields, 'database entries were lost at the end');
    }
    this.#droppedWrites += this.#queue.length;
    this.#queue = [];
    this.#connection[Symbol.dispose]();
  }

  /** Ends at the first batch that has to wait; what is left comes later by itself. */
  #writeBatches(maxBatches: number): void {
    for (let batch = 0; batch < maxBatches; batch += 1) {
      if (!this.#writeBatch() || this.#queue.length === 0) break;
    }
    if (this.#failures > 0) this.#schedule(this.#retryDelayMs());
    else if (this.#queue.length > 0) this.#schedule(breathMs);
  }

  /** An empty batch tells whether it can be written to again. */
  #writeBatch(): boolean {
    const batch = this.#queue.slice(0, batchSize);
    for (let attempt = 0; attempt <= maxReplacements; attempt += 1) {
      if (!this.#isInPlace()) return false;
      const { db } = this.#connection;
      if (db === null) return false;
      const failure = this.#attempt(() => this.#commit(db, batch));
      if (failure === null || failure === 'entry') {
        if (failure === 'entry') this.#droppedWrites += batch.length;
        this.#queue.splice(0, batch.length);
        this.#failures = 0;
        this.#tell('ready', '');
        return true;
      }
      // A new file is written to at once; everything else needs time.
      if (failure !== 'damaged' && failure !== 'moved') return false;
    }
    return false;
  }

  #commit(db: WritableDb, batch: readonly Work[]): void {
    try {
      db.transaction(() => batch.forEach((work) => work(db))).immediate();
    } catch (error) {
      if (failureKind(error) !== 'entry') throw error;
      this.#commitOneByOne(db, batch);
    }
  }

  /** So that one bad entry does not take the others with it. */
  #commitOneByOne(db: WritableDb, batch: readonly Work[]): void {
    const refused: unknown[] = [];
    const one = db.transaction((work: Work) => work(db));
    db.transaction(() => {
      for (const work of batch) {
        try {
          one(work);
        } catch (error) {
          if (failureKind(error) !== 'entry') throw error;
          refused.push(error);
        }
      }
    }).immediate();
    this.#droppedWrites += refused.length;
    const fields = { database: this.#title, entries: refused.length, error: messageOf(refused[0]) };
    this.#logger.error(fields, 'database entries were refused');
  }

  /** Null when it went through, else what was wrong; whatever can be done about it is done then. */
  #attempt(work: () => void): FailureKind | null {
    const wasWorking = this.#isWorking;
    this.#isWorking = true;
    try {
      work();
      return null;
    } catch (error) {
      const kind = failureKind(error);
      if (kind === 'entry') {
        this.#logger.error({ database: this.#title, error: messageOf(error) }, 'work on a database failed');
      } else this.#recover(kind, failureCode(error));
      return kind;
    } finally {
      this.#isWorking = wasWorking;
    }
  }

  #recover(kind: Exclude<FailureKind, 'entry'>, code: string): void {
    const title = this.#title;
    this.#failures += 1;
    switch (kind) {
      case 'damaged':
        if (this.#connected(this.#connection.abandon())) this.#connect();
        break;
      case 'moved':
        this.#connect();
        break;
      case 'busy':
        if (this.#failures < busyWorthTelling) break;
        this.#tell('degraded', `Another program keeps the ${title} locked; what is new waits.`);
        break;
      case 'full':
        this.#tell('degraded', `The disk is full: nothing new is kept in the ${title} until there is room.`);
        break;
      case 'trouble':
        this.#mustReopen = true;
        this.#tell('degraded', `The ${title} cannot be used (${code}); it is tried again.`);
        break;
    }
    this.#schedule(this.#retryDelayMs());
  }

  /** Whether there is a file in its place to write to; one that was moved away is made anew. */
  #isInPlace(): boolean {
    return (!this.#mustReopen && this.#connection.isCurrent()) || this.#connect();
  }

  #connect(): boolean {
    this.#mustReopen = false;
    return this.#connected(this.#connection.connect());
  }

  #connected(failure: ReturnType<DatabaseConnection['connect']>): boolean {
    if (failure === null) {
      this.#tell(this.#state, this.#trouble);
      return true;
    }
    this.#failures += 1;
    this.#tell(failure.state, failure.detail);
    this.#schedule(this.#retryDelayMs());
    return false;
  }

  #retryDelayMs(): number {
    return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.max(0, this.#failures - 1));
  }

  #schedule(delayMs: number): void {
    if (this.#isDisposed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#failures > 0 || this.#queue.length > 0) this.#writeBatches(1);
    }, delayMs).unref();
  }

  #tell(state: DatabaseState, trouble: string): void {
    this.#state = state;
    this.#trouble = trouble;
    const { health } = this;
    const telling = `${state} ${health.detail}`;
    if (telling === this.#told) return;
    this.#told = telling;
    const fields = { database: this.#title, state, detail: health.detail };
    if (state === 'ready') this.#logger.info(fields, 'the database is ready');
    else this.#logger.warn(fields, 'the database is in trouble');
    for (const listener of this.#listeners) listener(health);
  }
}
