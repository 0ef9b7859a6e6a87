// Look-ups by content hash, as JSON texts: from memory at once, else from the database and the hash lists; unknown is never clean.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheType, CacheTypeStats } from '../../shared/metrics.ts';
import { QueryCache, type ReadyAnswer } from '../cache/query-cache.ts';
import { type CacheTimes, type Generation, type Validity, verdictTtlMs } from '../cache/recall.ts';
import type { HashListPaths } from '../engines/hash-lists.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { decideLookup, isSettledByVerdict } from './decide-lookup.ts';
import type { ListAnswers } from './hash-list-protocol.ts';
import { type ListedHashes, openListedHashes } from './listed-hashes.ts';
import type { LookupTexts } from './service.ts';
import { type ContentSource, StoredContents } from './stored-contents.ts';

export interface LookupsOptions {
  readonly store: ContentSource;
  /** The object in force: another object ends all that is kept, so the same one has to come back until it changes. */
  readonly generation: () => Generation;
  readonly times: () => CacheTimes;
  /** How long an answer is believed. */
  readonly ttlMs: () => number;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  readonly hashLists: HashListPaths;
  /** A known-good hash spares the engines. */
  readonly trustsKnownGood: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly logger?: Logger;
  /** Called once for each call. */
  readonly onOperation?: (type: CacheType, operation: 'get' | 'warm', seconds: number) => void;
  /** Other than those that `hashLists` names. */
  readonly openLists?: (paths: HashListPaths, logger: Logger) => ListedHashes;
}

/** In force when the question came; what was found within it is kept only as long as it is. */
interface Moment {
  readonly validity: Validity;
  readonly writes: number;
  readonly turn: number;
}

type Answers = ReadonlyMap<string, ReadyAnswer>;

const warmSlice = 500;
const mib = 1024 * 1024;
const hashPattern = /^[\da-f]{64}$/;

export class Lookups implements LookupTexts, Disposable {
  readonly #options: LookupsOptions;
  readonly #now: () => number;
  readonly #cache: QueryCache;
  readonly #contents: StoredContents;
  readonly #lists: ListedHashes;
  #generation: Generation;
  #generationText = '';
  #verdictTtlMs = 0;
  /** Another number: all that was kept has ended. */
  #turn = 0;
  #isDisposed = false;

  constructor(options: LookupsOptions) {
    const { store, maxEntries = 100_000, maxBytes = 64 * mib, hashLists, logger = silentLogger } = options;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#cache = new QueryCache({ maxEntries, maxBytes });
    this.#contents = new StoredContents(store, logger);
    this.#generation = options.generation();
    this.#generationText = JSON.stringify(this.#generation.id);
    this.#lists = (options.openLists ?? openListedHashes)(hashLists, logger);
  }

  /** Something that answers are made of does not answer: those that would need it are unknown, and not kept. */
  get degraded(): boolean {
    return this.#contents.isSilent || this.#lists.isSilent;
  }

  /** @throws TypeError when it is not 64 hexadecimal digits: a caller's bug. */
  one(sha256: string): string | Promise<string> {
    const startedMs = performance.now();
    this.#followChanges();
    const hash = sha256.toLowerCase();
    const kept = this.#cache.get(hash, this.#now(), this.#options.ttlMs());
    if (kept !== undefined) {
      this.#tell('get', startedMs);
      return kept.text;
    }
    const found = this.#find([hash]);
    if (!(found instanceof Promise)) {
      this.#tell('get', startedMs);
      return textOf(found, hash);
    }
    return found.then((answers) => {
      this.#tell('get', startedMs);
      return textOf(answers, hash);
    });
  }

  /** As `one`; one question to the database for all that is not in memory, in the order asked for. */
  async many(hashes: readonly string[]): Promise<string> {
    const startedMs = performance.now();
    this.#followChanges();
    const generationText = this.#generationText;
    const nowMs = this.#now();
    const ttlMs = this.#options.ttlMs();
    const texts: string[] = [];
    const missing: { readonly place: number; readonly hash: string }[] = [];
    let known = 0;
    let findings = 0;
    function add(place: number, { text, isKnown, isFinding }: ReadyAnswer): void {
      texts[place] = text;
      if (isKnown) known += 1;
      if (isFinding) findings += 1;
    }
    for (const [place, sha256] of hashes.entries()) {
      const hash = sha256.toLowerCase();
      const kept = this.#cache.get(hash, nowMs, ttlMs);
      texts.push('');
      if (kept === undefined) missing.push({ place, hash });
      else add(place, kept);
    }
    if (missing.length > 0) {
      const found = await this.#find([...new Set(missing.map(({ hash }) => hash))]);
      for (const { place, hash } of missing) add(place, answerIn(found, hash));
    }
    this.#tell('get', startedMs);
    const processingMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
    return `{"total_processed":${hashes.length},"total_known":${known},"total_infected":${findings},"processing_time_ms":${processingMs},"from_cache":${hashes.length - missing.length},"computed":${missing.length},"generation":${generationText},"results":[${texts.join(',')}]}`;
  }

  /**
   * Looks all of them up, so that they are in memory. It ends early, without an error, when `signal` is aborted.
   * @param onProgress hears how many of each slice are known and how many are not.
   */
  async warm(
    hashes: readonly string[],
    onProgress: (known: number, unknown: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const startedMs = performance.now();
    for (let start = 0; start < hashes.length; start += warmSlice) {
      if (signal.aborted || this.#isDisposed) break;
      const slice = hashes.slice(start, start + warmSlice).map((sha256) => sha256.toLowerCase());
      this.#followChanges();
      const found = await this.#find([...new Set(slice)]);
      const known = slice.filter((hash) => answerIn(found, hash).isKnown).length;
      onProgress(known, slice.length - known);
      await nextTurn();
    }
    this.#tell('warm', startedMs);
  }

  /** A scan has said something of this content: what is asked from now on knows of it. */
  forget(sha256: string): void {
    this.#cache.delete(sha256);
    this.#contents.changed(sha256);
  }

  /** All of them, as when the verdicts were removed. */
  clear(): void {
    this.#turn += 1;
    this.#cache.clear();
  }

  stats(): CacheTypeStats {
    this.#followChanges();
    return this.#cache.stats();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#lists[Symbol.dispose]();
  }

  #followChanges(): void {
    const generation = this.#options.generation();
    const ttlMs = verdictTtlMs(generation, this.#options.times());
    const isOther = generation !== this.#generation;
    if (!isOther && ttlMs === this.#verdictTtlMs) return;
    this.#verdictTtlMs = ttlMs;
    this.#generation = generation;
    this.#generationText = JSON.stringify(generation.id);
    this.clear();
    if (isOther) this.#lists.reload();
  }

  /** @param hashes in lower case, each once. @returns one for each; a promise only where the hash lists have to be waited for. */
  #find(hashes: readonly string[]): Answers | Promise<Answers> {
    for (const hash of hashes)
      if (!hashPattern.test(hash)) throw new TypeError('not a SHA-256 in hexadecimal');
    const validity = { nowMs: this.#now(), generation: this.#generation, times: this.#options.times() };
    const stored = this.#contents.ask(hashes, validity.generation.id);
    // Taken after the database has answered: what was fresh before is in that answer.
    const moment = { validity, writes: this.#contents.writes, turn: this.#turn };
    const open = hashes.filter((_, index) => !isSettledByVerdict(stored?.[index] ?? null, validity));
    const listed = open.length === 0 ? [] : this.#lists.ask(open);
    if (!(listed instanceof Promise)) return this.#settle(hashes, stored, open, listed, moment);
    return listed.then((answers) => this.#settle(hashes, stored, open, answers, moment));
  }

  #settle(
    hashes: readonly string[],
    stored: ReturnType<StoredContents['ask']>,
    open: readonly string[],
    listed: ListAnswers,
    moment: Moment,
  ): Answers {
    const { trustsKnownGood } = this.#options;
    const contents = this.#contents;
    const isOfNow = moment.turn === this.#turn && moment.writes === contents.writes;
    const answers = new Map<string, ReadyAnswer>();
    // `open` has the order of `hashes`.
    let asked = 0;
    for (const [index, sha256] of hashes.entries()) {
      const isOpen = open[asked] === sha256;
      const facts = {
        sha256,
        stored: stored?.[index] ?? null,
        listed: isOpen ? (listed?.[asked] ?? null) : null,
        trustsKnownGood,
      };
      if (isOpen) asked += 1;
      const answer = decideLookup(facts, moment.validity);
      answers.set(sha256, answer);
      const isWhole = stored !== null && (!isOpen || listed !== null);
      if (isWhole && isOfNow && !contents.isFresh(sha256)) this.#cache.put(sha256, answer, this.#now());
    }
    return answers;
  }

  #tell(operation: 'get' | 'warm', startedMs: number): void {
    this.#options.onOperation?.('query', operation, (performance.now() - startedMs) / 1000);
  }
}

function answerIn(answers: Answers, hash: string): ReadyAnswer {
  const answer = answers.get(hash);
  if (answer === undefined) throw new TypeError('a hash that was asked for has no answer');
  return answer;
}

function textOf(answers: Answers, hash: string): string {
  return answerIn(answers, hash).text;
}
