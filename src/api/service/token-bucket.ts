// One bucket of requests for each client, refilled steadily: full at first, and never fuller than the capacity of the moment.

export interface BucketRate {
  /** What a full bucket holds. */
  readonly capacity: number;
  readonly refillPerMinute: number;
}

export interface BucketAnswer {
  readonly isAllowed: boolean;
  readonly capacity: number;
  /** Whole requests that are left. */
  readonly remaining: number;
  /** Allowed: until the bucket is full again. Refused: until it holds one. */
  readonly waitMs: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** The least recently used goes first: what is gone for long is full, and as good as new. */
const maxClients = 10_000;
const minuteMs = 60_000;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #maxClients: number;
  readonly #nowMs: () => number;

  /** @param nowMs of a clock that is never set back. */
  constructor(options: { readonly maxClients?: number; readonly nowMs?: () => number } = {}) {
    this.#maxClients = options.maxClients ?? maxClients;
    this.#nowMs = options.nowMs ?? monotonicMs;
  }

  get clients(): number {
    return this.#buckets.size;
  }

  /** A refused request takes nothing: who asks too often is served at the rate all the same. */
  take(client: string, { capacity, refillPerMinute }: BucketRate): BucketAnswer {
    const nowMs = this.#nowMs();
    const perMs = refillPerMinute / minuteMs;
    const bucket = this.#bucketOf(client, nowMs, capacity);
    bucket.tokens = Math.min(capacity, bucket.tokens + (nowMs - bucket.filledAtMs) * perMs);
    bucket.filledAtMs = nowMs;
    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens -= 1;
    const missing = isAllowed ? capacity - bucket.tokens : 1 - bucket.tokens;
    return { isAllowed, capacity, remaining: Math.floor(bucket.tokens), waitMs: missing / perMs };
  }

  #bucketOf(client: string, nowMs: number, capacity: number): Bucket {
    const known = this.#buckets.get(client);
    const bucket = known ?? { tokens: capacity, filledAtMs: nowMs };
    if (known !== undefined) this.#buckets.delete(client);
    else if (this.#buckets.size >= this.#maxClients) this.#forgetOldest();
    this.#buckets.set(client, bucket);
    return bucket;
  }

  #forgetOldest(): void {
    const { value: oldest } = this.#buckets.keys().next();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

function monotonicMs(): number {
  return performance.now();
}
