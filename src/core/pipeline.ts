// The line for one file, from request to outcome, and the loop that keeps it fed; everything else only listens.
import { assertNever, unread, type Judgement, type Verdict } from '../shared/verdict.ts';
import type { FileIdentity, IdentifiedFile, ScanRequest } from '../shared/scan.ts';
import { identifyFile } from './intake/identify-file.ts';
import type { Logger } from './logger.ts';
import type { PoolResult, ScanPool } from './pool/scan-pool.ts';
import { strikesUntilPoison, type StrikeList } from './pool/strike-list.ts';
import { ScanQueue } from './queue/scan-queue.ts';

export interface ScanOutcome {
  readonly request: ScanRequest;
  readonly verdict: Verdict;
}

export interface PipelineOptions {
  readonly pool: ScanPool;
  readonly strikes: StrikeList;
  readonly maxFileSizeBytes: number;
  readonly maxQueueSize: number;
  /** An answer that took this long, and still was none, is the file's doing. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/** A file that keeps changing is scanned this many times before it is called unstable. */
const maxAttempts = 3;

interface Waiting {
  readonly promise: Promise<ScanOutcome>;
  readonly resolve: (outcome: ScanOutcome) => void;
}

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #queue: ScanQueue;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#queue = new ScanQueue(options.maxQueueSize);
  }

  get queueDepth(): number {
    return this.#queue.size;
  }

  /**
   * The outcome for one file, or null when the queue is at its bound: offer it again later.
   * The same path asked for twice while it waits is one scan with one outcome.
   */
  scan(request: ScanRequest): Promise<ScanOutcome> | null {
    const pushed = this.#queue.push(request);
    if (pushed.kind === 'refused') return null;
    const waiting = this.#waiting.get(request.path) ?? Promise.withResolvers<ScanOutcome>();
    this.#waiting.set(request.path, waiting);
    this.#feed();
    return waiting.promise;
  }

  #feed(): void {
    while (this.#options.pool.room > 0) {
      const request = this.#queue.take();
      if (request === undefined) return;
      void this.#serve(request);
    }
  }

  async #serve(request: ScanRequest): Promise<void> {
    const waiting = this.#waiting.get(request.path);
    this.#waiting.delete(request.path);
    const verdict = await this.#line(request);
    waiting?.resolve({ request, verdict });
    this.#feed();
  }

  async #line(request: ScanRequest): Promise<Verdict> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const identified = identifyFile(request.path, { maxFileSizeBytes: this.#options.maxFileSizeBytes });
      if (identified.kind === 'judged') return unread(identified.judgement, identified.sizeBytes);
      const { file } = identified;
      if (this.#options.strikes.isPoison(file.identity)) return unread(poisonBefore, file.sizeBytes);
      const result = await this.#options.pool.scan(file);
      // What was identified is what was scanned: an answer about other bytes is thrown away.
      if (result.kind !== 'changed') return this.#settle(file, result);
    }
    const detail = `changed during each of ${maxAttempts} scans`;
    return unread({ kind: 'partial', reason: 'unstable', detail }, 0);
  }

  #settle(file: IdentifiedFile, result: Exclude<PoolResult, { kind: 'changed' }>): Verdict {
    switch (result.kind) {
      case 'verdict': {
        const { judgement, durationMs } = result.verdict;
        const timedOut = judgement.kind === 'unscannable' && judgement.reason === 'timeout';
        if (timedOut && durationMs >= this.#options.requestTimeoutMs) this.#strike(file.identity, 1);
        return result.verdict;
      }
      case 'killed_workers': {
        this.#strike(file.identity, strikesUntilPoison);
        const reason = result.how === 'hung' ? 'timeout' : 'poison';
        const detail = `two scan workers ${result.how === 'hung' ? 'hung on' : 'ended over'} this file (${result.cause})`;
        return unread({ kind: 'unscannable', reason, detail }, file.sizeBytes);
      }
      case 'no_worker':
        return unread({ kind: 'unscannable', reason: 'interrupted', detail: result.cause }, file.sizeBytes);
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

const poisonBefore: Judgement = {
  kind: 'unscannable',
  reason: 'poison',
  detail:
    'ended or blocked the scanner in earlier tries; it is tried again when the file or the signatures change',
};
