// Opens connections to clamd and tries again with back-off: a short while when nobody is there, longer when it is busy.
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { openConnection } from './address.ts';
import type { Connection } from './address.ts';
import { askClamd } from './ask-clamd.ts';
import type { ClamdAddress } from './target.ts';

export interface ClamdConnectorOptions {
  readonly address: ClamdAddress;
  /** For a clamd that is not there: it may be starting again. */
  readonly reconnectWindowMs: number;
  /** For one attempt; over TCP nothing may answer at all. */
  readonly connectTimeoutMs: number;
}

const firstPauseMs = 10;
const maxPauseMs = 500;

export class ClamdConnector {
  readonly #options: ClamdConnectorOptions;
  #busyCount = 0;

  constructor(options: ClamdConnectorOptions) {
    this.#options = options;
  }

  /** How often clamd accepted no more connections: it is the bottleneck, and more workers would not help. */
  get busyCount(): number {
    return this.#busyCount;
  }

  /** PING on a connection of its own; one that clamd is too busy to accept is tried again until `timeoutMs`. */
  async ping(timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await askClamd(this.#options.address, 'PING', Math.max(1, deadlineMs - performance.now()));
        return;
      } catch (error) {
        const isBusy = isBusyError(error);
        if (isBusy) this.#busyCount += 1;
        const waitMs = pauseMs(attempt);
        if (!isBusy || performance.now() + waitMs >= deadlineMs) throw error;
        await delay(waitMs);
      }
    }
  }

  /**
   * Ends at `deadlineMs` (of `performance.now()`) or when `signal` aborts, with the last failure. With `mustProve` a
   * PING is answered first: a clamd that is being killed accepts connections for a moment after it dropped others.
   */
  async connect(deadlineMs: number, signal: AbortSignal, mustProve = false): Promise<Connection> {
    const { address, connectTimeoutMs, reconnectWindowMs } = this.#options;
    const startedMs = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const restMs = deadlineMs - performance.now();
      const timeoutMs = Math.max(1, Math.min(connectTimeoutMs, restMs));
      const unproved = mustProve ? await proveAlive(address, timeoutMs) : null;
      const connection = unproved ?? (await openConnection(address, timeoutMs));
      if (connection.kind === 'connected') {
        if (!signal.aborted) return connection;
        connection.socket.destroy();
        return { kind: 'failed', failure: 'unreachable' };
      }
      const isBusy = connection.failure === 'busy';
      if (isBusy) this.#busyCount += 1;
      const givesUpMs = isBusy ? deadlineMs : Math.min(deadlineMs, startedMs + reconnectWindowMs);
      const waitMs = pauseMs(attempt);
      if (performance.now() + waitMs >= givesUpMs) return connection;
      if (!(await sleep(waitMs, signal))) return connection;
    }
  }
}

/** Null when clamd answers a PING. */
async function proveAlive(address: ClamdAddress, timeoutMs: number): Promise<Connection | null> {
  try {
    await askClamd(address, 'PING', timeoutMs);
    return null;
  } catch (error) {
    return { kind: 'failed', failure: isBusyError(error) ? 'busy' : 'unreachable' };
  }
}

function isBusyError(error: unknown): boolean {
  return error instanceof AppError && error.details['cause'] === 'busy';
}

/** Doubles up to half a second, with jitter so that the workers do not all come at once. */
function pauseMs(attempt: number): number {
  const longestMs = Math.min(maxPauseMs, firstPauseMs * 2 ** attempt);
  return longestMs * (0.5 + Math.random() / 2);
}

/** False when it was aborted. */
async function sleep(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
