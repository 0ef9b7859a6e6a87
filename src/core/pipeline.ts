// The line for one file, from request to outcome, and the loop that keeps it fed; everything else only listens.
import { messageOf } from '../shared/errors.ts';
import type { FileIdentity, IdentifiedFile, ScanRequest } from '../shared/scan.ts';
import { assertNever, isComplete, unread, type Judgement, type Verdict } from '../shared/verdict.ts';
import type { Generation } from './cache/recall.ts';
import type { VerdictCache } from './cache/verdict-cache.ts';
import type { EngineRoom } from './engine-room.ts';
import { keepsChangeTimes } from './files/change-time.ts';
import { tellsLaterWrites } from './files/file-identity.ts';
import { MappedFiles } from './files/mapped-files.ts';
import { identifyFile } from './intake/identify-file.ts';
import type { Logger } from './logger.ts';
import type { PoolResult, ScanPool } from './pool/scan-pool.ts';
import { strikesUntilPoison, type StrikeList } from './pool/strike-list.ts';
import { ScanQueue } from './queue/scan-queue.ts';

export interface ScanOutcome {
  readonly request: ScanRequest;
  readonly verdict: Verdict;
  /** Of the file the verdict is about; null for what is no regular file, or kept changing. */
  readonly identity: FileIdentity | null;
  /** What the engines once took for a verdict that was remembered, milliseconds; 0 when they were asked. */
  readonly savedMs: number;
}

export interface PipelineOptions {
  readonly engines: Pick<EngineRoom, 'pool' | 'generation' | 'start'>;
  /** null: every file goes through the engines. */
  readonly cache: Pick<VerdictCache, 'recallMany' | 'standing' | 'remember' | 'recordContentLookups'> | null;
  readonly strikes: StrikeList;
  readonly maxFileSizeBytes: number;
  readonly maxQueueSize: number;
  /** An answer that took this long, and still was none, is the file's doing. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
  /** Who has files mapped for writing; by default what this system tells. */
  readonly mapped?: MappedFiles;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Hears of every outcome; may not throw. */
  readonly onOutcome?: (outcome: ScanOutcome) => void;
  /** Hears of the depth of the queue whenever it may have changed: called very often. */
  readonly onDepth?: (depth: number) => void;
}

/** A file that keeps changing is scanned this many times before it is called unstable. */
const maxAttempts = 3;

interface Answer {
  readonly verdict: Verdict;
  readonly identity: FileIdentity | null;
  readonly savedMs: number;
}

interface Waiting {
  readonly promise: Promise<ScanOutcome>;
  readonly resolve: (outcome: ScanOutcome) => void;
  /** How many requests this is the answer to. */
  readonly asked: number;
}

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #queue: ScanQueue;
  readonly #waiting = new Map<string, Waiting>();
  readonly #mapped: MappedFiles;
  #starting = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#mapped = options.mapped ?? new MappedFiles();
    this.#queue = new ScanQueue(options.maxQueueSize);
  }

  /** Requests that no worker has begun. */
  get queueDepth(): number {
    return this.#queue.size + (this.#options.engines.pool?.backlog ?? 0);
  }

  /**
   * The outcome for each file that lstat or the cache settles, null for those that `scan` is there for: a hit never waits
   * for a worker. One look-up for all, so hand in some hundreds together.
   * @param isSweep none of them is counted as a scan: a sweep meets all of them again and again.
   */
  recall(requests: readonly ScanRequest[], isSweep = false): readonly (ScanOutcome | null)[] {
    const { cache, engines } = this.#options;
    if (cache === null) return requests.map(() => null);
    const outcomes: (ScanOutcome | null)[] = [];
    const files: IdentifiedFile[] = [];
    const places: { readonly place: number; readonly request: ScanRequest }[] = [];
    for (const [place, request] of requests.entries()) {
      const identified = this.#identify(request);
      const isJudged = identified.kind === 'judged';
      outcomes.push(isJudged ? judgedOutcome(request, identified) : null);
      if (isJudged || request.fresh === true) continue;
      files.push(identified.file);
      places.push({ place, request });
    }
    for (const [index, recall] of cache.recallMany(files, engines.generation).entries()) {
      const asked = places[index];
      if (recall.kind !== 'known' || asked === undefined) continue;
      const { verdict, savedMs } = recall;
      const identity = files[index]?.identity ?? null;
      outcomes[asked.place] = { request: asked.request, verdict, savedMs, identity };
    }
    if (!isSweep) for (const outcome of outcomes) if (outcome !== null) this.#report(outcome);
    return outcomes;
  }

  /** The outcome for what was judged before it came here, such as a special file that the walk met. */
  judged(request: ScanRequest, judgement: Judgement, sizeBytes: number): ScanOutcome {
    return this.#report(judgedOutcome(request, { judgement, sizeBytes }));
  }

  /**
   * The outcome for one file by the engines, or null when the queue is at its bound: offer it again later.
   * The same path asked for twice while it waits is one scan with one outcome.
   */
  scan(request: ScanRequest): Promise<ScanOutcome> | null {
    const pushed = this.#queue.push(request);
    if (pushed.kind === 'refused') return null;
    const waiting = this.#waiting.get(request.path) ?? { ...Promise.withResolvers<ScanOutcome>(), asked: 0 };
    this.#waiting.set(request.path, { ...waiting, asked: waiting.asked + 1 });
    this.#feed();
    return waiting.promise;
  }

  #identify(request: ScanRequest): ReturnType<typeof identifyFile> {
    return identifyFile(request.path, { maxFileSizeBytes: this.#options.maxFileSizeBytes });
  }

  #report(outcome: ScanOutcome): ScanOutcome {
    this.#options.onOutcome?.(outcome);
    return outcome;
  }

  #feed(): void {
    const { pool } = this.#options.engines;
    if (pool === null) {
      if (this.#queue.size > 0 && !this.#starting) void this.#startEngines();
    } else {
      while (pool.room > 0) {
        const request = this.#queue.take();
        if (request === undefined) break;
        void this.#serve(request, pool);
      }
    }
    this.#options.onDepth?.(this.queueDepth);
  }

  async #startEngines(): Promise<void> {
    this.#starting = true;
    try {
      await this.#options.engines.start();
    } catch (error) {
      this.#options.logger.error({ error }, 'the engines could not be started');
      const judgement = { kind: 'unscannable', reason: 'no_scanner', detail: messageOf(error) } as const;
      for (let request = this.#queue.take(); request !== undefined; request = this.#queue.take()) {
        this.#answerTo(request)(unreadAnswer(judgement, 0));
      }
    }
    this.#starting = false;
    this.#feed();
  }

  async #serve(request: ScanRequest, pool: ScanPool): Promise<void> {
    // Taken off before the scan: who asks for the path from now on asks for its bytes from now on.
    const answer = this.#answerTo(request);
    answer(await this.#line(request, pool));
    this.#feed();
  }

  /** Takes the request off the list; what is returned tells everybody who asked, and counts each answer. */
  #answerTo(request: ScanRequest): (answer: Answer) => void {
    const waiting = this.#waiting.get(request.path);
    this.#waiting.delete(request.path);
    return (answer) => {
      for (let told = 1; told < (waiting?.asked ?? 1); told += 1) this.#report({ request, ...answer });
      waiting?.resolve(this.#report({ request, ...answer }));
    };
  }

  async #line(request: ScanRequest, pool: ScanPool): Promise<Answer> {
    const { engines, strikes } = this.#options;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const identified = this.#identify(request);
      if (identified.kind === 'judged') return unreadAnswer(identified.judgement, identified.sizeBytes);
      const { file } = identified;
      if (strikes.isPoison(file.identity))
        return this.#unlessStanding(file, unreadAnswer(poisonBefore, file.sizeBytes, file.identity));
      const { generation } = engines;
      const isWatertight = this.#options.cache !== null && this.#isWatertight(file);
      const result = await pool.scan(request.fresh === true ? { ...file, fresh: true } : file);
      // What was identified is what was scanned: an answer about other bytes is thrown away.
      if (result.kind === 'changed') continue;
      if (result.kind === 'verdict') {
        // Other signatures are in force now: what they say counts.
        const isLate = engines.generation.id !== generation.id && engines.generation.isSettled;
        if (isLate && attempt < maxAttempts) continue;
        this.#remember(request, file, result, generation, isWatertight);
      }
      return this.#unlessStanding(file, this.#settle(file, result));
    }
    const detail = `changed during each of ${maxAttempts} scans`;
    return unreadAnswer({ kind: 'partial', reason: 'unstable', detail }, 0);
  }

  /** Asked before the file is read: whether every later change of its bytes will show in its identity. */
  #isWatertight({ path, identity }: IdentifiedFile): boolean {
    const readAtMs = (this.#options.now ?? Date.now)();
    return (
      tellsLaterWrites(identity, readAtMs) && keepsChangeTimes(path) && this.#mapped.isBeyondReach(identity)
    );
  }

  /** Kept within the generation it was made in; where nobody can tell which one that is, within none. */
  #remember(
    { isPassing }: ScanRequest,
    file: IdentifiedFile,
    result: Extract<PoolResult, { kind: 'verdict' }>,
    generation: Generation,
    isWatertight: boolean,
  ): void {
    const { cache, engines } = this.#options;
    const { verdict, reusable, isOneReading } = result;
    if (cache === null) return;
    if (verdict.cachedFrom === 'content') cache.recordContentLookups(1, 0);
    else if (verdict.sha256 !== null) cache.recordContentLookups(0, 1);
    const isPrivate = isPassing === true;
    // Without either the bytes that were hashed may be others than those that were looked at.
    if (!reusable || !(isWatertight || isPrivate || isOneReading === true)) return;
    const isTold = engines.generation === generation && generation.isSettled && result.isOfOthers !== true;
    const contentOnly = isPrivate || !isWatertight;
    cache.remember({ file, verdict, generation: isTold ? generation : mixedGeneration, contentOnly });
  }

  /** A finding with earlier signatures stays until the engines have looked at all of the file again. */
  #unlessStanding(file: IdentifiedFile, answer: Answer): Answer {
    if (isComplete(answer.verdict.judgement)) return answer;
    const { cache, engines } = this.#options;
    const standing = cache?.standing(file, answer.verdict.sha256, engines.generation) ?? null;
    return standing === null ? answer : { ...answer, verdict: standing, savedMs: 0 };
  }

  #settle(file: IdentifiedFile, result: Exclude<PoolResult, { kind: 'changed' }>): Answer {
    switch (result.kind) {
      case 'verdict': {
        const { judgement, durationMs } = result.verdict;
        const timedOut = judgement.kind === 'unscannable' && judgement.reason === 'timeout';
        if (timedOut && durationMs >= this.#options.requestTimeoutMs) this.#strike(file.identity, 1);
        return { verdict: result.verdict, identity: file.identity, savedMs: result.savedMs };
      }
      case 'killed_workers': {
        this.#strike(file.identity, strikesUntilPoison);
        const reason = result.how === 'hung' ? 'timeout' : 'poison';
        const detail = `two scan workers ${result.how === 'hung' ? 'hung on' : 'ended over'} this file (${result.cause})`;
        return unreadAnswer({ kind: 'unscannable', reason, detail }, file.sizeBytes, file.identity);
      }
      case 'no_worker':
        return unreadAnswer(
          { kind: 'unscannable', reason: 'interrupted', detail: result.cause },
          file.sizeBytes,
          file.identity,
        );
      default:
        return assertNever(result);
    }
  }

  #strike(identity: FileIdentity, strikes: number): void {
    try {
      this.#options.strikes.add(identity, strikes);
    } catch (error) {
      this.#options.logger.warn({ error }, 'strike list could not be written');
    }
  }
}

function judgedOutcome(
  request: ScanRequest,
  { judgement, sizeBytes }: { readonly judgement: Judgement; readonly sizeBytes: number },
): ScanOutcome {
  return { request, ...unreadAnswer(judgement, sizeBytes) };
}

function unreadAnswer(judgement: Judgement, sizeBytes: number, identity: FileIdentity | null = null): Answer {
  return { verdict: unread(judgement, sizeBytes), identity, savedMs: 0 };
}

/** The file is known to have been seen, and a finding stands; as an answer the verdict never counts. */
export const mixedGeneration: Generation = { id: 'mixed', isCertain: false, isSettled: false };

const poisonBefore: Judgement = {
  kind: 'unscannable',
  reason: 'poison',
  detail:
    'ended or blocked the scanner in earlier tries; it is tried again when the file or the signatures change',
};
