// All that a scan worker asks of clamd: every request is answered once, within its deadline, and never clean by mistake.
import type { Buffer } from 'node:buffer';
import type { Logger } from '../../logger.ts';
import type { EngineOutcome } from '../scan-engine.ts';
import { describeAddress } from './address.ts';
import { askClamd, parseVersion } from './ask-clamd.ts';
import type { ClamdVersion } from './ask-clamd.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { BreakerState } from './circuit-breaker.ts';
import { ClamdConnector } from './clamd-connector.ts';
import { streamLimit, timedOut, unavailable } from './clamd-outcome.ts';
import { parseStats } from './clamd-stats.ts';
import type { ClamdStats } from './clamd-stats.ts';
import { HangWatch } from './hang-watch.ts';
import { scanCommand } from './scan-command.ts';
import { SessionPool } from './session-pool.ts';
import { StreamLane } from './stream-lane.ts';
import type { OpenChunks } from './stream-lane.ts';
import type { ClamdTarget } from './target.ts';

export interface ClamdClientOptions {
  readonly target: ClamdTarget;
  readonly logger: Logger;
  /** From the call to the answer, waiting included. */
  readonly requestTimeoutMs?: number;
  readonly maxSessions?: number;
  readonly maxInFlight?: number;
  readonly maxStreams?: number;
  readonly maxWaiting?: number;
  readonly idleMs?: number;
  /** How long a clamd that is not there may take to come (back). */
  readonly reconnectWindowMs?: number;
  /** A request in flight for longer makes the client ask clamd whether it lives. */
  readonly probeAfterMs?: number;
  readonly probeTimeoutMs?: number;
  readonly firstCooldownMs?: number;
  readonly maxCooldownMs?: number;
}

export class ClamdClient implements AsyncDisposable {
  readonly #target: ClamdTarget;
  readonly #logger: Logger;
  readonly #probeTimeoutMs: number;
  readonly #connector: ClamdConnector;
  readonly #breaker: CircuitBreaker;
  readonly #sessions: SessionPool;
  readonly #streams: StreamLane;
  readonly #hangWatch: HangWatch;
  #probeTimer: NodeJS.Timeout | null = null;
  #whyOpen = '';
  #isDisposed = false;

  constructor(options: ClamdClientOptions) {
    const { target, logger, requestTimeoutMs = 55_000, probeTimeoutMs = 5000, maxWaiting = 4096 } = options;
    this.#target = target;
    this.#logger = logger;
    this.#probeTimeoutMs = probeTimeoutMs;
    // A managed clamd is started again when it dies, and loads its signatures first.
    const reconnectWindowMs = options.reconnectWindowMs ?? (target.kind === 'managed' ? 15_000 : 2000);
    const connectTimeoutMs = probeTimeoutMs;
    const connector = new ClamdConnector({ address: target.address, reconnectWindowMs, connectTimeoutMs });
    this.#connector = connector;
    this.#breaker = new CircuitBreaker({
      now: () => performance.now(),
      firstCooldownMs: options.firstCooldownMs ?? 1000,
      maxCooldownMs: options.maxCooldownMs ?? 30_000,
    });
    this.#hangWatch = new HangWatch({
      oldestSentAtMs: () => this.#oldestSentAtMs(),
      probeAfterMs: options.probeAfterMs ?? 5000,
      ping: () => connector.ping(probeTimeoutMs),
      onHung: () => this.#open('clamd takes requests, but answers nothing'),
    });
    const shared = {
      connect: (deadlineMs: number, signal: AbortSignal, mustProve = false) =>
        connector.connect(deadlineMs, signal, mustProve),
      maxWaiting,
      requestTimeoutMs,
      onSent: () => this.#hangWatch.arm(),
      onUnreachable: (failure: string) => this.#open(`clamd cannot be reached (${failure})`),
    };
    const { maxSessions = 2, maxInFlight = 4, maxStreams = 2, idleMs = 10_000 } = options;
    this.#sessions = new SessionPool({ ...shared, maxSessions, maxInFlight, idleMs });
    this.#streams = new StreamLane({ ...shared, maxStreams });
  }

  /** How often clamd accepted no more connections: a reason for the pool not to grow. */
  get busyCount(): number {
    return this.#connector.busyCount;
  }

  get breakerState(): BreakerState {
    return this.#breaker.state;
  }

  /** `bytes` must stay as they are until the answer. */
  async scanBytes(bytes: Buffer): Promise<EngineOutcome> {
    return this.#refusal(bytes.length) ?? this.#sessions.submit((session) => session.scanBytes(bytes));
  }

  /** @throws AppError BAD_USAGE for a path that is not absolute or holds a NUL. */
  async scanPath(path: string): Promise<EngineOutcome> {
    const command = scanCommand(path);
    return this.#refusal(0) ?? this.#sessions.submit((session) => session.scanPath(command));
  }

  /**
   * Chunks may share their memory: the next is asked for when the last was sent. `open` is called again when the
   * connection was lost. Rejects with what the chunks threw.
   */
  async scanStream(open: OpenChunks, sizeBytes: number): Promise<EngineOutcome> {
    return this.#refusal(sizeBytes) ?? this.#streams.submit(open, sizeBytes);
  }

  /** @throws AppError CLAMD_UNAVAILABLE, CLAMD_TIMEOUT or CLAMD_PROTOCOL, as do `version` and `stats`. */
  async ping(): Promise<void> {
    await askClamd(this.#target.address, 'PING', this.#probeTimeoutMs);
  }

  async version(): Promise<ClamdVersion> {
    return parseVersion(await askClamd(this.#target.address, 'VERSION', this.#probeTimeoutMs));
  }

  async stats(): Promise<ClamdStats> {
    return parseStats(await askClamd(this.#target.address, 'STATS', this.#probeTimeoutMs));
  }

  /** What is still asked is answered `engine_unavailable`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    if (this.#probeTimer !== null) clearTimeout(this.#probeTimer);
    this.#hangWatch[Symbol.dispose]();
    this.#sessions[Symbol.dispose]();
    this.#streams[Symbol.dispose]();
  }

  #refusal(sizeBytes: number): EngineOutcome | null {
    const { maxStreamBytes } = this.#target.limits;
    if (this.#isDisposed) return unavailable('Vedette is stopping');
    if (sizeBytes > maxStreamBytes) return streamLimit(maxStreamBytes);
    return this.#breaker.state === 'closed' ? null : unavailable(this.#whyOpen);
  }

  #oldestSentAtMs(): number | null {
    const [session, stream] = [this.#sessions.oldestSentAtMs, this.#streams.oldestSentAtMs];
    return session === null || stream === null ? (session ?? stream) : Math.min(session, stream);
  }

  #open(why: string): void {
    if (this.#isDisposed || !this.#breaker.trip()) return;
    const address = describeAddress(this.#target.address);
    this.#whyOpen = why;
    this.#logger.warn({ why, address }, 'clamd is left out until it answers again');
    this.#streams.failAll(timedOut(why), unavailable(why));
    this.#sessions.failAll(timedOut(why), unavailable(why));
    this.#planProbe();
  }

  #planProbe(): void {
    const probeInMs = this.#breaker.probeInMs;
    if (probeInMs === null || this.#isDisposed) return;
    this.#probeTimer = setTimeout(() => void this.#probe(), Math.ceil(probeInMs)).unref();
  }

  async #probe(): Promise<void> {
    if (this.#breaker.beginProbe()) {
      try {
        await this.#connector.ping(this.#probeTimeoutMs);
        this.#breaker.probeSucceeded();
        this.#logger.info({ address: describeAddress(this.#target.address) }, 'clamd answers again');
      } catch {
        this.#breaker.probeFailed();
      }
    }
    this.#planProbe();
  }
}
