// The line from request to outcome and the loop that keeps it fed; everything else only listens.
import { messageOf } from '../shared/errors.ts';
import type { IdentifiedFile, ScanRequest } from '../shared/scan.ts';
import type { Judgement } from '../shared/verdict.ts';
import type { VerdictCache } from './cache/verdict-cache.ts';
import type { EngineRoom } from './engine-room.ts';
import { MappedFiles } from './files/mapped-files.ts';
import {
  identifyRequest,
  judgeFile,
  unreadAnswer,
  type Answer,
  type JudgeFileOptions,
} from './judge-file.ts';
import type { ScanPool } from './pool/scan-pool.ts';
import { AwaitedRequests, type TakenRequest } from './queue/awaited-requests.ts';

export interface ScanOutcome extends Answer {
  readonly request: ScanRequest;
}

export interface PipelineOptions extends Omit<JudgeFileOptions, 'engines' | 'cache' | 'mapped' | 'now'> {
  readonly engines: Pick<EngineRoom, 'pool' | 'generation' | 'start'>;
  /** null: every file goes through the engines. */
  readonly cache: Pick<VerdictCache, 'recallMany' | 'standing' | 'remember' | 'recordContentLookups'> | null;
  readonly maxQueueSize: number;
  /** By default what this system tells. */
  readonly mapped?: MappedFiles;
  readonly now?: () => number;
  /** Hears of every outcome; may not throw. */
  readonly onOutcome?: (outcome: ScanOutcome) => void;
  /** Hears of the depth of the queue whenever it may have changed: called very often. */
  readonly onDepth?: (depth: number) => void;
}

export class Pipeline {
  readonly #options: PipelineOptions & JudgeFileOptions;
  readonly #requests: AwaitedRequests<ScanOutcome>;
  #starting = false;

  constructor(options: PipelineOptions) {
    const { mapped = new MappedFiles(), now = Date.now } = options;
    this.#options = { ...options, mapped, now };
    this.#requests = new AwaitedRequests(options.maxQueueSize, () => options.onDepth?.(this.queueDepth));
  }

  /** Requests that no worker has begun. */
  get queueDepth(): number {
    return this.#requests.size + (this.#options.engines.pool?.backlog ?? 0);
  }

  /**
   * The outcome for each file that lstat or the cache settles, null for those that `scan` is there for: a hit never waits
   * for a worker. One look-up for all, so hand in some hundreds together.
   * @param isSweep none of them is counted as a scan: a sweep meets all of them again and again.
   */
  recall(requests: readonly ScanRequest[], isSweep = false): readonly (ScanOutcome | null)[] {
    const { cache, engines, maxFileSizeBytes } = this.#options;
    if (cache === null) return requests.map(() => null);
    const outcomes: (ScanOutcome | null)[] = [];
    const files: IdentifiedFile[] = [];
    const places: { readonly place: number; readonly request: ScanRequest }[] = [];
    for (const [place, request] of requests.entries()) {
      const identified = identifyRequest(request, maxFileSizeBytes);
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
  scan(request: ScanRequest): Promise<ScanOutcome> | null;
  /** It resolves to null when the signal comes before a worker was given the file: for this one it is not scanned then. */
  scan(request: ScanRequest, signal: AbortSignal): Promise<ScanOutcome | null> | null;
  scan(request: ScanRequest, signal?: AbortSignal): Promise<ScanOutcome | null> | null {
    const outcome = this.#requests.add(request);
    if (outcome === null) return null;
    this.#feed();
    return signal === undefined ? outcome : this.#requests.unlessWithdrawn(request.path, outcome, signal);
  }

  #report(outcome: ScanOutcome): ScanOutcome {
    this.#options.onOutcome?.(outcome);
    return outcome;
  }

  #feed(): void {
    const { pool } = this.#options.engines;
    if (pool === null) {
      if (this.#requests.size > 0 && !this.#starting) void this.#startEngines();
    } else {
      while (pool.room > 0) {
        const taken = this.#requests.take();
        if (taken === undefined) break;
        void this.#serve(taken, pool);
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
      for (let taken = this.#requests.take(); taken !== undefined; taken = this.#requests.take()) {
        this.#answer(taken, unreadAnswer(judgement, 0));
      }
    }
    this.#starting = false;
    this.#feed();
  }

  async #serve(taken: TakenRequest<ScanOutcome>, pool: ScanPool): Promise<void> {
    this.#answer(taken, await judgeFile(taken.request, pool, this.#options));
    this.#feed();
  }

  /** Tells everybody who asked, and counts each answer. */
  #answer({ request, asked, resolve }: TakenRequest<ScanOutcome>, answer: Answer): void {
    const outcome = { request, ...answer };
    for (let told = 0; told < asked; told += 1) this.#report(outcome);
    resolve(outcome);
  }
}

function judgedOutcome(
  request: ScanRequest,
  { judgement, sizeBytes }: { readonly judgement: Judgement; readonly sizeBytes: number },
): ScanOutcome {
  return { request, ...unreadAnswer(judgement, sizeBytes) };
}
