// Asks a service over HTTP: waits when it limits requests, tries again where that is safe, and checks what it answers.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { errorReplySchema } from '../../shared/service-documents.ts';
import { answerError, isAnswered, jsonOf, strangeAnswer } from './answer-error.ts';
import { exchange, type Answer, type Connection, type Exchanged, type OutgoingBody } from './exchange.ts';
import type { ServiceUrl } from './service-url.ts';

export interface ServiceClientOptions {
  readonly url: ServiceUrl;
  readonly token: string;
  /** Pauses before what may pass by itself is tried again; empty where doing it twice could be wrong. */
  readonly retryAfterMs?: readonly number[];
  /** Connections are kept, at most this many; otherwise each request has its own. */
  readonly connections?: number;
  /** How long a service may turn every request away. */
  readonly patienceMs?: number;
  /** The service takes no more requests for so long. */
  readonly onWait?: (waitMs: number) => void;
}

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: OutgoingBody | null;
  readonly answerMs?: number;
  readonly signal?: AbortSignal | null;
  /** Whoever waits for it would rather know at once that nobody is there. */
  readonly isImpatient?: boolean;
}

const defaultAnswerMs = 30_000;
/** A service that says more is asked after this all the same. */
const maxWaitMs = 60_000;
/** What it says when it does not say how long. */
const usualWaitMs = 5000;
const defaultPatienceMs = 300_000;

export class ServiceClient implements Disposable {
  readonly url: ServiceUrl;
  readonly #connection: Connection;
  readonly #retryAfterMs: readonly number[];
  readonly #onWait: (waitMs: number) => void;
  /** One limit for all requests of this client: none of them asks before. */
  #opensAtMs = 0;
  #waitedMs = 0;
  #waitCountedUntilMs = 0;
  readonly #patienceMs: number;
  /** When a request was taken last. */
  #takenAtMs = performance.now();

  constructor(options: ServiceClientOptions) {
    const { url, token, retryAfterMs = [], connections = 0, onWait = () => {} } = options;
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs;
    this.url = url;
    const agentOptions = { keepAlive: true, maxSockets: connections };
    const agent = url.scheme === 'https' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    this.#connection = { url, token, agent: connections === 0 ? false : agent };
    this.#retryAfterMs = retryAfterMs;
    this.#onWait = onWait;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Time in which the service took no requests, in all. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** @throws AppError with the code of the answer, CALL_FAILED when there is none, or it is not of this form. */
  async ask<Schema extends z.ZodType>(schema: Schema, what: string, asked: Asked): Promise<z.output<Schema>> {
    const parsed = schema.safeParse(await this.askJson(what, asked));
    if (parsed.success) return parsed.data;
    throw strangeAnswer(this.url, what, parsed.error);
  }

  /** @throws AppError as `ask` */
  async askJson(what: string, asked: Asked): Promise<unknown> {
    const answer = answerOf(await this.exchange(asked));
    if (!isAnswered(answer)) throw answerError(this.url, answer);
    const json = jsonOf(answer);
    if (json === undefined) throw strangeAnswer(this.url, what);
    return json;
  }

  /**
   * The last answer, whatever it says, after all waits and tries.
   * @throws what `signal` was aborted with, and what the parts of the body throw
   */
  async exchange(asked: Asked): Promise<Exchanged> {
    const { method, path, body = null, answerMs = defaultAnswerMs, signal = null } = asked;
    const retryAfterMs = asked.isImpatient === true ? [] : this.#retryAfterMs;
    let isCautious = false;
    const startedMs = performance.now();
    let retries = 0;
    for (;;) {
      await this.#untilOpen(signal);
      const outgoing = { method, path, body, answerMs, signal, isCautious };
      const exchanged = await exchange(this.#connection, outgoing);
      const waitMs = exchanged.kind === 'answered' ? waitAskedFor(exchanged.answer) : null;
      if (waitMs === null) this.#takenAtMs = performance.now();
      // Of many that wait only some are taken at a time: as long as there are any, the others' turn comes.
      else if (performance.now() - Math.max(startedMs, this.#takenAtMs) < this.#patienceMs) {
        this.#opensAtMs = Math.max(this.#opensAtMs, performance.now() + waitMs);
        continue;
      }
      const retryMs = mayPass(exchanged) ? retryAfterMs[retries] : undefined;
      if (retryMs === undefined) return exchanged;
      retries += 1;
      isCautious = body !== null && exchanged.kind === 'failed' && exchanged.whileSending;
      await delay(retryMs, undefined, signal === null ? {} : { signal });
    }
  }

  async #untilOpen(signal: AbortSignal | null): Promise<void> {
    for (;;) {
      const before = performance.now();
      const waitMs = this.#opensAtMs - before;
      if (waitMs <= 0) return;
      this.#onWait(waitMs);
      try {
        // A timer may come early by a part of a millisecond.
        await delay(Math.ceil(waitMs) + 1, undefined, signal === null ? {} : { signal });
      } finally {
        // Requests that wait side by side wait once.
        const now = performance.now();
        this.#waitedMs += Math.max(0, now - Math.max(before, this.#waitCountedUntilMs));
        this.#waitCountedUntilMs = now;
      }
    }
  }

  [Symbol.dispose](): void {
    if (this.#connection.agent !== false) this.#connection.agent.destroy();
  }
}

/** @throws AppError CALL_FAILED */
export function answerOf(exchanged: Exchanged): Answer {
  if (exchanged.kind === 'answered') return exchanged.answer;
  const { sentence, cause } = exchanged.failure;
  throw new AppError('CALL_FAILED', sentence, cause === undefined ? {} : { cause });
}

function mayPass(exchanged: Exchanged): boolean {
  if (exchanged.kind === 'failed') return exchanged.failure.kind === 'away';
  return [502, 503, 504].includes(exchanged.answer.status);
}

/** Milliseconds, from `Retry-After` or the details; null where it is no matter of waiting. */
function waitAskedFor({ status, headers, ...answer }: Answer): number | null {
  if (status !== 429) return null;
  const said = headers['retry-after'] ?? detailOf(answer);
  const seconds = Number(said ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return usualWaitMs;
  // A moment more: a clock that is asked too early says no again.
  return Math.min(maxWaitMs, seconds * 1000 + 50);
}

function detailOf(answer: Pick<Answer, 'body'>): unknown {
  return errorReplySchema.safeParse(jsonOf(answer)).data?.error.details['retry_after_seconds'];
}
