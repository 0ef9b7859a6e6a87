// Large files, each on a connection of its own and few at a time; one whose connection is lost is sent once more.
import type { Buffer } from 'node:buffer';
import { assertNever } from '../../../shared/verdict.ts';
import type { EngineOutcome } from '../scan-engine.ts';
import type { Connection, ConnectFailure } from './address.ts';
import { outcomeOfReply, protocolError, timedOut, unavailable } from './clamd-outcome.ts';
import { ClamdStream } from './clamd-stream.ts';
import type { StreamAnswer } from './clamd-stream.ts';

export interface StreamLaneOptions {
  readonly connect: (deadlineMs: number, signal: AbortSignal, mustProve?: boolean) => Promise<Connection>;
  readonly maxStreams: number;
  readonly maxWaiting: number;
  readonly requestTimeoutMs: number;
  readonly onSent: () => void;
  readonly onUnreachable: (failure: ConnectFailure) => void;
}

/** Gives the bytes from the beginning, each time it is called. */
export type OpenChunks = () => AsyncIterable<Buffer>;

interface Job {
  readonly open: OpenChunks;
  readonly sizeBytes: number;
  readonly deadlineMs: number;
  readonly resolve: (outcome: EngineOutcome) => void;
  readonly reject: (error: unknown) => void;
  readonly abort: AbortController;
  /** Its connection was lost once. */
  wasLost: boolean;
  state: 'waiting' | 'connecting' | 'sending';
  sentAtMs: number;
}

export class StreamLane implements Disposable {
  readonly #options: StreamLaneOptions;
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();

  constructor(options: StreamLaneOptions) {
    this.#options = options;
  }

  get oldestSentAtMs(): number | null {
    let oldestMs: number | null = null;
    for (const { state, sentAtMs } of this.#running) {
      if (state === 'sending' && sentAtMs < (oldestMs ?? Infinity)) oldestMs = sentAtMs;
    }
    return oldestMs;
  }

  /** Rejects with what `chunks` threw, and with nothing else. */
  async submit(open: OpenChunks, sizeBytes: number): Promise<EngineOutcome> {
    const { maxWaiting, requestTimeoutMs } = this.#options;
    if (this.#waiting.length >= maxWaiting) return unavailable(`${maxWaiting} files wait for clamd already`);
    const { promise, resolve, reject } = Promise.withResolvers<EngineOutcome>();
    const deadlineMs = performance.now() + requestTimeoutMs;
    const abort = new AbortController();
    const fresh = { wasLost: false, state: 'waiting', sentAtMs: 0 } as const;
    const job: Job = { open, sizeBytes, deadlineMs, resolve, reject, abort, ...fresh };
    const timer = setTimeout(() => this.#expire(job), requestTimeoutMs);
    this.#waiting.push(job);
    this.#pump();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  failAll(inFlight: EngineOutcome, waiting: EngineOutcome): void {
    for (const job of this.#waiting.splice(0)) job.resolve(waiting);
    for (const job of this.#running) end(job, job.state === 'sending' ? inFlight : waiting);
  }

  [Symbol.dispose](): void {
    const outcome = unavailable('Vedette is stopping');
    this.failAll(outcome, outcome);
  }

  #pump(): void {
    while (this.#running.size < this.#options.maxStreams) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    this.#running.add(job);
    job.state = 'connecting';
    const connection = await this.#options.connect(job.deadlineMs, job.abort.signal, job.wasLost);
    if (connection.kind === 'connected') await this.#send(job, new ClamdStream(connection.socket));
    else this.#notConnected(job, connection.failure);
    this.#running.delete(job);
    this.#pump();
  }

  #notConnected(job: Job, failure: ConnectFailure): void {
    if (failure === 'busy') job.resolve(unavailable('clamd accepted no more connections until the deadline'));
    if (job.abort.signal.aborted || failure === 'busy') return;
    this.#options.onUnreachable(failure);
    job.resolve(unavailable(`clamd cannot be reached (${failure})`));
  }

  async #send(job: Job, stream: ClamdStream): Promise<void> {
    using ended = stream;
    if (job.abort.signal.aborted) return;
    job.state = 'sending';
    job.sentAtMs = performance.now();
    job.abort.signal.addEventListener('abort', () => ended[Symbol.dispose]());
    this.#options.onSent();
    try {
      const answer = await ended.send(job.open(), job.sizeBytes);
      if (answer.kind === 'lost' && !job.wasLost && !job.abort.signal.aborted) {
        job.wasLost = true;
        job.state = 'waiting';
        this.#waiting.unshift(job);
      } else {
        job.resolve(outcomeOf(answer));
      }
    } catch (error) {
      job.reject(error);
    }
  }

  #expire(job: Job): void {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
    const outcome =
      job.state === 'sending'
        ? timedOut(`no reply from clamd within ${this.#options.requestTimeoutMs} ms`)
        : unavailable('clamd was busy with other requests until the deadline');
    end(job, outcome);
  }
}

function end(job: Job, outcome: EngineOutcome): void {
  job.resolve(outcome);
  job.abort.abort();
}

function outcomeOf(answer: StreamAnswer): EngineOutcome {
  switch (answer.kind) {
    case 'reply':
      return outcomeOfReply(answer.reply);
    case 'protocol_error':
      return protocolError(answer.detail);
    case 'lost':
      return unavailable('clamd went away twice while the file was sent');
    case 'size_changed':
      return {
        kind: 'incomplete',
        reason: 'unstable',
        detail: 'the file changed its size while it was sent',
      };
    default:
      return assertNever(answer);
  }
}
