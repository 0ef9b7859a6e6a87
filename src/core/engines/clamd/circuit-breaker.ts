// Stands between a hung or missing clamd and the queue: while it is not closed nothing is sent but one probe at a time.

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface CircuitBreakerOptions {
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly firstCooldownMs?: number;
  readonly maxCooldownMs?: number;
}

/** closed -trip-> open -cool-down, beginProbe-> half_open -probeSucceeded-> closed, or -probeFailed-> open for longer. */
export class CircuitBreaker {
  readonly #now: () => number;
  readonly #firstCooldownMs: number;
  readonly #maxCooldownMs: number;
  #state: BreakerState = 'closed';
  #cooldownMs: number;
  #openedAtMs = 0;

  constructor({ now, firstCooldownMs = 1000, maxCooldownMs = 30_000 }: CircuitBreakerOptions) {
    this.#now = now;
    this.#firstCooldownMs = firstCooldownMs;
    this.#maxCooldownMs = maxCooldownMs;
    this.#cooldownMs = firstCooldownMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** How long until a probe is allowed; null when none is wanted. */
  get probeInMs(): number | null {
    if (this.#state !== 'open') return null;
    return Math.max(0, this.#openedAtMs + this.#cooldownMs - this.#now());
  }

  /** True when this call opened it; one that is open already does not start its cool-down again. */
  trip(): boolean {
    if (this.#state !== 'closed') return false;
    this.#cooldownMs = this.#firstCooldownMs;
    this.#open();
    return true;
  }

  /** True for the one caller that may probe now. */
  beginProbe(): boolean {
    if (this.probeInMs !== 0) return false;
    this.#state = 'half_open';
    return true;
  }

  probeSucceeded(): void {
    if (this.#state === 'half_open') this.#state = 'closed';
  }

  probeFailed(): void {
    if (this.#state !== 'half_open') return;
    this.#cooldownMs = Math.min(this.#cooldownMs * 2, this.#maxCooldownMs);
    this.#open();
  }

  #open(): void {
    this.#state = 'open';
    this.#openedAtMs = this.#now();
  }
}
