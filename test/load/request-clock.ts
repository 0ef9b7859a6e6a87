// When the requests of one connection were due: a server that stalls is seen by all requests that should have come meanwhile.

/**
 * autocannon sends the requests of a second as early in it as answers come, one after the other. The due times are
 * spread evenly over the second. What is sent early counts from when it is sent; what is sent late, because the answer
 * before it was late, counts from when it was due. What was not sent in its second is never sent: the rate is missed.
 */
/** A timer of the generator comes at most this much too soon or too late. */
const timerMarginMs = 50;

export class RequestClock {
  readonly #rate: number | null;
  #secondStartMs = Number.NEGATIVE_INFINITY;
  #sentInSecond = 0;
  #countsFromMs = 0;
  #sentAtMs = 0;
  #isUnderWay = false;
  #lost = 0;

  /** @param rate requests a second of this connection; null: each counts from when it is sent. */
  constructor(rate: number | null) {
    this.#rate = rate;
  }

  /** Requests after which another was sent before there was an answer: the connection was gone. */
  get lost(): number {
    return this.#lost;
  }

  sent(nowMs: number): void {
    if (this.#isUnderWay) this.#lost += 1;
    this.#isUnderWay = true;
    this.#sentAtMs = nowMs;
    this.#countsFromMs = Math.min(nowMs, this.#dueMs(nowMs));
  }

  /** null when nothing was under way. */
  answered(nowMs: number): { readonly belongsToMs: number; readonly latencyMs: number } | null {
    if (!this.#isUnderWay) return null;
    this.#isUnderWay = false;
    return {
      /** Beginning of the second it was due in; without a rate, when it was sent. */
      belongsToMs: this.#rate === null ? this.#countsFromMs : this.#secondStartMs,
      latencyMs: nowMs - this.#countsFromMs,
    };
  }

  /** Since the request under way was sent; 0 for none. */
  waitingMs(nowMs: number): number {
    return this.#isUnderWay ? nowMs - this.#sentAtMs : 0;
  }

  #dueMs(nowMs: number): number {
    const rate = this.#rate;
    if (rate === null) return nowMs;
    const passedMs = nowMs - this.#secondStartMs;
    if (this.#sentInSecond >= rate && passedMs < 1000 - timerMarginMs) {
      // Of the second before, in the eyes of the generator, whose timer came a little later: it has not been late.
      return nowMs;
    }
    if (this.#sentInSecond >= rate || passedMs === Number.POSITIVE_INFINITY) {
      this.#secondStartMs = nowMs;
      this.#sentInSecond = 0;
    } else if (passedMs >= 1000) {
      this.#secondStartMs += Math.floor(passedMs / 1000) * 1000;
      this.#sentInSecond = 0;
    }
    const dueMs = this.#secondStartMs + (this.#sentInSecond * 1000) / rate;
    this.#sentInSecond += 1;
    return dueMs;
  }
}
