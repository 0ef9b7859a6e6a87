// What a remote scan asks a service: what it knows of contents, what it says of bytes and of paths of its own; each answer is checked.
import { createHash } from 'node:crypto';
import { AllowList } from '../../core/respond/allow-list.ts';
import { toAllowed } from '../../core/scan-result.ts';
import { callRoutes, serviceRoutes } from '../../shared/api-routes.ts';
import { calls } from '../../shared/contract.ts';
import type { ScanResult } from '../../shared/scan-report.ts';
import {
  batchLookupAnswerSchema,
  batchScanAnswerSchema,
  errorReplySchema,
  scanAnswerSchema,
  statisticsSchema,
  type LookupResult,
  type Statistics,
} from '../../shared/service-documents.ts';
import { threatIn, unread, type Verdict } from '../../shared/verdict.ts';
import { answerError, isAnswered, jsonOf, strangeAnswer } from './answer-error.ts';
import { answerOf, type ServiceClient } from './service-client.ts';
import { changed, type Changed, type OpenFile } from './file-to-send.ts';
import type { Answer } from './exchange.ts';
import type { Told } from './known-contents.ts';
import { jsonBody } from './remote-caller.ts';
import { protocolError, verdictOf } from './result-verdict.ts';

/** A file may wait for others, and its own scan has a limit of its own there. */
const uploadAnswerMs = 600_000;
const batchAnswerMs = 1_800_000;
const maxNameLength = 200;

export interface FileToUpload {
  readonly name: string;
  readonly sizeBytes: number;
}

type Client = Pick<ServiceClient, 'url' | 'ask' | 'exchange'>;

export class ScanClient {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  #generation: string | null = null;
  /** The smallest size that was refused: nothing larger is tried. */
  #refusedBytes = Number.POSITIVE_INFINITY;
  #allowList: Promise<AllowList> | null = null;

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** As of the last answer; null before the first. */
  get generation(): string | null {
    return this.#generation;
  }

  /** @throws AppError */
  async statistics(): Promise<Statistics> {
    const { method, path } = serviceRoutes.statistics;
    const statistics = await this.#client.ask(statisticsSchema, 'statistics', {
      method,
      path,
      isImpatient: true,
    });
    this.#generation = statistics.generation;
    return statistics;
  }

  /** One result for each, in the order asked for. @throws AppError */
  async lookup(hashes: readonly string[]): Promise<readonly LookupResult[]> {
    const { method, path } = serviceRoutes['batch.lookup'];
    const asked = { method, path, body: jsonBody({ sha256: hashes }), signal: this.#signal };
    const answer = await this.#client.ask(batchLookupAnswerSchema, 'a look-up', asked);
    const { results, generation } = answer;
    const isInOrder =
      results.length === hashes.length && hashes.every((hash, at) => results[at]?.sha256 === hash);
    if (!isInOrder) throw strangeAnswer(this.#client.url, 'a look-up');
    this.#generation = generation;
    return results;
  }

  /**
   * Sends the bytes; what is said is said of exactly those that were sent.
   * @returns `changed`: the file became shorter meanwhile, or other bytes arrived than were sent
   * @throws AppError where no other file can be sent either; an error of the file system
   */
  async upload(file: FileToUpload, opened: OpenFile): Promise<Told | Changed> {
    const { sizeBytes } = file;
    if (sizeBytes >= this.#refusedBytes) return { verdict: this.#tooLarge(sizeBytes), allowed: undefined };
    const { method, path } = serviceRoutes['scan.file'];
    let sent = '';
    function* parts(): Generator<Buffer> {
      const digest = createHash('sha256');
      let sentBytes = 0;
      for (const part of opened.parts()) {
        digest.update(part);
        sentBytes += part.length;
        yield part;
      }
      if (sentBytes < sizeBytes) throw new BecameShorter();
      sent = digest.digest('hex');
    }
    const name = encodeURIComponent(file.name.toWellFormed().slice(0, maxNameLength).toWellFormed());
    try {
      const exchanged = await this.#client.exchange({
        method,
        path: `${path}?name=${name}`,
        body: { contentType: 'application/octet-stream', sizeBytes, parts },
        answerMs: uploadAnswerMs,
        signal: this.#signal,
      });
      if (exchanged.kind === 'failed' && exchanged.failure.kind === 'silent') {
        const detail = exchanged.failure.sentence;
        const verdict = unread({ kind: 'unscannable', reason: 'timeout', detail }, sizeBytes);
        return { verdict, allowed: undefined };
      }
      return this.#judge(answerOf(exchanged), sizeBytes, sent);
    } catch (error) {
      if (error instanceof BecameShorter) return changed;
      throw error;
    }
  }

  /** One result for each path, in the order asked for. @throws AppError */
  async scanPaths(paths: readonly string[]): Promise<readonly ScanResult[]> {
    const { method, path } = serviceRoutes['batch.scan'];
    const asked = { method, path, body: jsonBody({ paths }), signal: this.#signal, answerMs: batchAnswerMs };
    const { results, generation } = await this.#client.ask(batchScanAnswerSchema, 'a scan of paths', asked);
    if (results.length !== paths.length) throw strangeAnswer(this.#client.url, 'a scan of paths');
    this.#generation = generation;
    return results;
  }

  /** The entry of the service's allow-list for what is known of a content; its paths are none of this machine. */
  async allowedThere(verdict: Verdict): Promise<ScanResult['allowed']> {
    const threat = threatIn(verdict);
    if (threat === null) return undefined;
    this.#allowList ??= this.#readAllowList();
    const { sha256 } = verdict;
    const entry = (await this.#allowList).match({ path: '', sha256, detections: threat.detections });
    return entry === null ? undefined : toAllowed(entry);
  }

  async #readAllowList(): Promise<AllowList> {
    const { method, path } = callRoutes['allow.list'];
    const schema = calls['allow.list'].output;
    const { entries } = await this.#client.ask(schema, 'allow.list', { method, path, signal: this.#signal });
    return new AllowList(entries.filter(({ kind }) => kind !== 'path'));
  }

  #judge(answer: Answer, sizeBytes: number, sent: string): Told | Changed {
    const { url } = this.#client;
    if (answer.status === 413) {
      this.#refusedBytes = Math.min(this.#refusedBytes, smallestRefused(answer, sizeBytes));
      return { verdict: this.#tooLarge(sizeBytes), allowed: undefined };
    }
    if (!isAnswered(answer)) {
      const refusal = errorReplySchema.safeParse(jsonOf(answer)).data;
      const isAboutThisFile = refusal !== undefined && [500, 502, 504].includes(answer.status);
      const error = answerError(url, answer);
      if (!isAboutThisFile) throw error;
      return { verdict: protocolError(sizeBytes, error.message), allowed: undefined };
    }
    const parsed = scanAnswerSchema.safeParse(jsonOf(answer));
    if (!parsed.success) throw strangeAnswer(url, 'an upload', parsed.error);
    const { result, generation } = parsed.data;
    this.#generation = generation;
    // Where the service read it all, it says what it read.
    if (result.sha256 !== null && result.sha256 !== sent) return changed;
    const verdict = verdictOf(result);
    if (result.sha256 === null && ['clean', 'infected', 'suspicious'].includes(result.verdict)) {
      const detail = 'the service gives a verdict without saying of which bytes';
      return { verdict: protocolError(sizeBytes, detail), allowed: undefined };
    }
    return { verdict: { ...verdict, sizeBytes }, allowed: result.allowed };
  }

  #tooLarge(sizeBytes: number): Verdict {
    const detail = `${sizeBytes} bytes, more than ${this.#client.url.shown} takes ([api] max_request_size there)`;
    return unread({ kind: 'partial', reason: 'too_large', detail }, sizeBytes);
  }
}

/** The limit, where the service says it; otherwise what it has just refused. */
function smallestRefused(answer: Answer, sizeBytes: number): number {
  const maxBytes = errorReplySchema.safeParse(jsonOf(answer)).data?.error.details['max_bytes'];
  return typeof maxBytes === 'number' ? Math.min(sizeBytes, maxBytes + 1) : sizeBytes;
}

class BecameShorter {
  readonly kind = 'became_shorter';
}
