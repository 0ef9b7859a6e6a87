// Spreads requests over a few sessions, in order; each request ends once, and is sent again at most once.
import { timedOut, outcomeOfReply, protocolError, unavailable } from './clamd-outcome.ts';
import type { ClamdAnswer } from './clamd-answer.ts';
import type { Connection, ConnectFailure } from './address.ts';
import { ClamdSession } from './clamd-session.ts';
import type { EngineOutcome } from '../scan-engine.ts';
import { assertNever } from '../../../shared/verdict.ts';

export interface SessionPoolOptions {
  /** `mustProve`: to a clamd that answers, because the last connection was lost. */
  readonly connect: (deadlineMs: number, signal: AbortSignal, mustProve: boolean) => Promise<Connection>;
  readonly maxSessions: number;
  readonly maxInFlight: number;
  readonly maxWaiting: number;
  readonly requestTimeoutMs: number;
  /** A session without work leaves before clamd's own timeouts (30 s by default) end it in the middle of a request. */
  readonly idleMs: number;
  readonly onSent: () => void;
  readonly onUnreachable: (failure: ConnectFailure) => void;
}

type Send = (session: ClamdSession) => Promise<ClamdAnswer>;

interface Job {
  readonly send: Send;
  readonly resolve: (outcome: EngineOutcome) => void;
  readonly deadlineMs: number;
  readonly timer: NodeJS.Timeout;
  /** Connections that were lost under it. */
  losses: number;
}

interface Flight {
  readonly session: ClamdSession;
  readonly sentAtMs: number;
}

export class SessionPool implements Disposable {
  readonly #options: SessionPoolOptions;
  readonly #sessions = new Map<ClamdSession, NodeJS.Timeout>();
  /** Finishing what they have in flight. */
  readonly #retired = new Set<ClamdSession>();
  readonly #waiting: Job[] = [];
  /** In the order sent, so that the first is the oldest. */
  readonly #flights = new Map<Job, Flight>();
  #connecting = 0;
  /** How often a connection was lost with requests in flight. */
  #lossCount = 0;
  #abort = new AbortController();

  constructor(options: SessionPoolOptions) {
    this.#options = options;
  }

  get oldestSentAtMs(): number | null {
    for (const { sentAtMs } of this.#flights.values()) return sentAtMs;
    return null;
  }

  submit(send: Send): Promise<EngineOutcome> {
    const { maxWaiting, requestTimeoutMs } = this.#options;
    if (this.#waiting.length >= maxWaiting) {
      return Promise.resolve(unavailable(`${maxWaiting} requests wait for clamd already`));
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#expire(job), requestTimeoutMs);
      const deadlineMs = performance.now() + requestTimeoutMs;
      const job: Job = { send, resolve, deadlineMs, timer, losses: 0 };
      this.#waiting.push(job);
      this.#pump();
    });
  }

  /** Ends every request now and every connection with them; the pool can be used again. */
  failAll(inFlight: EngineOutcome, waiting: EngineOutcome): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    const flying = [...this.#flights.keys()];
    this.#flights.clear();
    for (const job of this.#waiting.splice(0)) settle(job, waiting);
    for (const job of flying) settle(job, inFlight);
    for (const session of [...this.#sessions.keys(), ...this.#retired]) session[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    const outcome = unavailable('Vedette is stopping');
    this.failAll(outcome, outcome);
  }

  #pump(): void {
    const { maxInFlight, maxSessions } = this.#options;
    for (let session = this.#freeSession(); session !== null; session = this.#freeSession()) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      void this.#send(job, session);
    }
    const isExpected = this.#waiting.length <= this.#connecting * maxInFlight;
    if (!isExpected && this.#sessions.size + this.#connecting < maxSessions) {
      void this.#openSession();
    }
  }

  #freeSession(): ClamdSession | null {
    let free: ClamdSession | null = null;
    for (const session of this.#sessions.keys()) {
      if (session.inFlight < (free?.inFlight ?? this.#options.maxInFlight)) free = session;
    }
    return free;
  }

  async #openSession(): Promise<void> {
    const { signal } = this.#abort;
    const lastDeadlineMs = this.#waiting.at(-1)?.deadlineMs ?? 0;
    const mustProve = (this.#waiting[0]?.losses ?? 0) > 0;
    const lossCount = this.#lossCount;
    this.#connecting += 1;
    const connection = await this.#options.connect(lastDeadlineMs, signal, mustProve);
    this.#connecting -= 1;
    if (connection.kind === 'connected' && lossCount !== this.#lossCount) {
      // It may lead to the clamd that has died since.
      connection.socket.destroy();
    } else if (connection.kind === 'connected') {
      const session = new ClamdSession(connection.socket, (wasInUse) => this.#forget(session, wasInUse));
      this.#sessions.set(session, this.#idleTimer(session));
    } else if (signal.aborted || connection.failure === 'busy') {
      // Those who wait have deadlines of their own.
    } else if (this.#sessions.size === 0) {
      this.#options.onUnreachable(connection.failure);
    }
    this.#pump();
  }

  async #send(job: Job, session: ClamdSession): Promise<void> {
    this.#flights.set(job, { session, sentAtMs: performance.now() });
    clearTimeout(this.#sessions.get(session));
    const reply = job.send(session);
    this.#options.onSent();
    const answer = await reply;
    if (this.#flights.delete(job)) this.#finish(job, answer);
    this.#endIfIdle(session);
    this.#pump();
  }

  #finish(job: Job, answer: ClamdAnswer): void {
    switch (answer.kind) {
      case 'reply':
        return settle(job, outcomeOfReply(answer.reply));
      case 'protocol_error':
        return settle(job, protocolError(answer.detail));
      case 'lost':
        job.losses += 1;
        if (job.losses > 1) return settle(job, unavailable('clamd went away twice during this request'));
        this.#waitFirst(job);
        return undefined;
      default:
        return assertNever(answer);
    }
  }

  /** Behind those that were lost before it, before all that were never sent. */
  #waitFirst(job: Job): void {
    const index = this.#waiting.findIndex(({ losses }) => losses === 0);
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, job);
  }

  /** A request that was sent takes its connection with it: its reply may come at any time, or never. */
  #expire(job: Job): void {
    const flight = this.#flights.get(job);
    if (flight === undefined) {
      const index = this.#waiting.indexOf(job);
      if (index >= 0) this.#waiting.splice(index, 1);
      settle(job, unavailable('clamd was busy with other requests until the deadline'));
      return;
    }
    this.#flights.delete(job);
    settle(job, timedOut(`no reply from clamd within ${this.#options.requestTimeoutMs} ms`));
    flight.session[Symbol.dispose]();
  }

  /**
   * When clamd dies its connections end one after the other: what was lost must not be sent again on one that is
   * as dead and only does not know it. So the others take nothing more, and leave when their work is done.
   */
  #forget(session: ClamdSession, wasInUse: boolean): void {
    clearTimeout(this.#sessions.get(session));
    this.#sessions.delete(session);
    this.#retired.delete(session);
    if (!wasInUse) return;
    this.#lossCount += 1;
    for (const [other, timer] of this.#sessions) {
      clearTimeout(timer);
      this.#retired.add(other);
    }
    this.#sessions.clear();
    for (const other of this.#retired) this.#endIfIdle(other);
  }

  #endIfIdle(session: ClamdSession): void {
    if (!session.isOpen || session.inFlight > 0) return;
    if (this.#retired.has(session)) session.end();
    else {
      clearTimeout(this.#sessions.get(session));
      this.#sessions.set(session, this.#idleTimer(session));
    }
  }

  #idleTimer(session: ClamdSession): NodeJS.Timeout {
    return setTimeout(() => session.end(), this.#options.idleMs).unref();
  }
}

function settle(job: Job, outcome: EngineOutcome): void {
  clearTimeout(job.timer);
  job.resolve(outcome);
}
