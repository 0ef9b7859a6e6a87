// Scans that clients of the API ask for: one file, many by their paths, or the body of a request. Every path has its answer.
import type { Readable } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { ScanRequest } from '../../shared/scan.ts';
import type { ScanResult } from '../../shared/scan-report.ts';
import type { BatchScanAnswer, ScanAnswer } from '../../shared/service-documents.ts';
import { threatIn } from '../../shared/verdict.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { scanWhenRoom, type ScanLine } from '../scan-job.ts';
import { nullAtAbort } from '../unless-aborted.ts';
import type { AllowedFolders } from './allowed-folders.ts';
import { answerOf, unlooked, uploadAnswerOf, type AskedAllowList } from './scan-answers.ts';
import { scanPaths } from './scan-paths.ts';
import type { AskedBy, ScanService, UploadFacts } from './service.ts';
import { uploadPath } from './upload-recorder.ts';
import { UploadSpool } from './upload-spool.ts';

export interface ServiceScansOptions {
  readonly pipeline: Pick<ScanLine, 'scan' | 'recall'>;
  /** In force at the moment. */
  readonly generation: () => string;
  /** Hears of every outcome but those of uploads, and who asked: there a finding is answered. May not throw. */
  readonly account: (outcome: ScanOutcome, actor: string) => void;
  /** Awaited before each slice of a batch; undefined when there is no need. */
  readonly breathe: () => Promise<void> | undefined;
  /** In which clients may have files scanned. */
  readonly folders: Pick<AllowedFolders, 'problemsOf'>;
  /** Of the service alone: what is in it at the start is removed. */
  readonly uploadFolder: string;
  /** Asked about what was found, for the answer. */
  readonly allow: AskedAllowList;
  /** Hears of what was found in an upload. */
  readonly recordUpload: (outcome: ScanOutcome, name: string, actor: string) => void;
  /** Paths, of all requests together, that have no answer yet. */
  readonly maxWaiting: number;
}

/** Of one batch: enough to keep the workers busy, and little enough that batches take turns and none is long over. */
const maxUnderWay = 128;
/** Each has a file on the disk. */
const maxUploads = 64;
const retryAfterSeconds = 2;

export class ServiceScans implements ScanService, AsyncDisposable {
  readonly #options: ServiceScansOptions;
  readonly #spool: UploadSpool;
  readonly #end = new AbortController();
  readonly #uploads = new Set<Promise<ScanAnswer>>();
  #waiting = 0;

  constructor(options: ServiceScansOptions) {
    this.#options = options;
    this.#spool = new UploadSpool(options.uploadFolder);
  }

  /** @throws AppError RATE_LIMITED when too many wait, SHUTTING_DOWN after the end. */
  async one({ path, ...how }: Parameters<ScanService['one']>[0], signal: AbortSignal): Promise<ScanAnswer> {
    const results = await this.#scan([path], { priority: 'high', ...how }, signal);
    const result = results.get(path) ?? this.#interrupted(path);
    return { generation: this.#options.generation(), result };
  }

  /** One result for each path, in their order; a path that comes twice is scanned once. @throws as `one` */
  async many(
    { paths, ...how }: Parameters<ScanService['many']>[0],
    signal: AbortSignal,
  ): Promise<BatchScanAnswer> {
    const startedMs = performance.now();
    const byPath = await this.#scan([...new Set(paths)], { priority: 'normal', ...how }, signal);
    const results = paths.map((path) => byPath.get(path) ?? this.#interrupted(path));
    const fromCache = results.filter(({ cached }) => cached).length;
    return {
      total_processed: results.length,
      total_infected: results.filter(({ detections }) => detections.length > 0).length,
      processing_time_ms: Math.round((performance.now() - startedMs) * 1000) / 1000,
      from_cache: fromCache,
      computed: results.length - fromCache,
      generation: this.#options.generation(),
      results,
    };
  }

  /** @throws AppError as `one`, and as `UploadSpool.receive` */
  async upload(body: Readable, facts: UploadFacts, signal: AbortSignal): Promise<ScanAnswer> {
    if (this.#uploads.size >= maxUploads) throw tooMany();
    const release = this.#admit(1);
    const answer = this.#upload(body, facts, AbortSignal.any([signal, this.#end.signal])).finally(() => {
      this.#uploads.delete(answer);
      release();
    });
    this.#uploads.add(answer);
    return await answer;
  }

  /** Whoever waits is told that it was interrupted; no upload is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#uploads);
  }

  async #scan(
    paths: readonly string[],
    { actor, ...how }: Pick<ScanRequest, 'priority'> & { readonly fresh: boolean } & AskedBy,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ScanResult>> {
    const { pipeline, account, breathe, folders, allow } = this.#options;
    const either = AbortSignal.any([signal, this.#end.signal]);
    const results = new Map<string, ScanResult>();
    const problems = await folders.problemsOf(paths, either);
    // Nobody has looked: they are not among the figures of what was scanned.
    for (const [path, { reason, detail }] of problems) results.set(path, unlooked(path, reason, detail));
    const requests = paths
      .filter((path) => !problems.has(path))
      .map((path): ScanRequest => ({ path, origin: 'api', ...how }));
    const release = this.#admit(requests.length);
    const { answered, over } = scanPaths({
      pipeline,
      requests,
      onOutcome(outcome) {
        account(outcome, actor);
        results.set(outcome.request.path, answerOf(outcome, allow));
      },
      signal: either,
      breathe,
      maxUnderWay,
    });
    // Who goes away leaves room only when the workers are done with what they have.
    void over.finally(release).catch(() => {});
    await answered;
    return results;
  }

  async #upload(body: Readable, { name, maxBytes, actor, fresh }: UploadFacts, signal: AbortSignal) {
    const { pipeline, recordUpload, generation, allow } = this.#options;
    await using file = await this.#spool.receive(body, maxBytes, signal);
    const request = { path: file.path, priority: 'high', origin: 'api', fresh, isPassing: true } as const;
    const scanned = scanWhenRoom(pipeline, request, signal).then((outcome) => {
      if (outcome !== null && threatIn(outcome.verdict) !== null) recordUpload(outcome, name, actor);
      return outcome;
    });
    const outcome = await nullAtAbort(scanned, signal);
    const path = uploadPath(name);
    const result = outcome === null ? this.#interrupted(path) : uploadAnswerOf(path, outcome.verdict, allow);
    return { generation: generation(), result };
  }

  #interrupted(path: string): ScanResult {
    const why = this.#end.signal.aborted ? 'Vedette is stopping' : 'the request was given up';
    return unlooked(path, 'interrupted', why);
  }

  /** @returns what gives the room back. */
  #admit(paths: number): () => void {
    if (this.#end.signal.aborted) throw new AppError('SHUTTING_DOWN', 'Vedette is stopping');
    // One that is larger than all the room has to be possible too.
    if (this.#waiting > 0 && this.#waiting + paths > this.#options.maxWaiting) throw tooMany();
    this.#waiting += paths;
    return () => {
      this.#waiting -= paths;
    };
  }
}

function tooMany(): AppError {
  const text = `too many files wait to be scanned; try again in ${retryAfterSeconds} seconds`;
  return new AppError('RATE_LIMITED', text, { details: { retry_after_seconds: retryAfterSeconds } });
}
