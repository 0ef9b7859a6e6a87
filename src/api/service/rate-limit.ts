// How many requests one client may send: a token at one address, or an address that has shown no good token, each with a bucket of its own.
import type { Socket } from 'node:net';
import rateLimitPlugin, { normalizeIP, type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { serviceRoutes } from '../../shared/api-routes.ts';
import { AppError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import { isLoopback } from '../listen-address.ts';
import { TokenBuckets, type BucketAnswer, type BucketRate } from './token-bucket.ts';

export interface RateLimitOptions {
  readonly settings: () => Settings['api'];
  readonly buckets?: TokenBuckets;
}

export interface RateLimitAnswer {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** 0 where it is allowed, otherwise at least 1. */
  readonly retryAfterSeconds: number;
}

/** Whoever watches over the service asks at its own rhythm. */
const unlimitedRoutes: ReadonlySet<string | undefined> = new Set([
  serviceRoutes.healthz.path,
  serviceRoutes.readyz.path,
]);
const unlimited: RateLimitAnswer = { allowed: true, headers: {}, retryAfterSeconds: 0 };

export class RateLimit {
  readonly #settings: () => Settings['api'];
  readonly #buckets: TokenBuckets;
  /** Of a connection: to take an IPv6 address apart costs more than the rest. */
  readonly #addresses = new WeakMap<Socket, string>();

  constructor({ settings, buckets = new TokenBuckets() }: RateLimitOptions) {
    this.#settings = settings;
    this.#buckets = buckets;
  }

  get rate(): BucketRate {
    const { rate_limit_rpm: refillPerMinute, rate_limit_burst: burst } = this.#settings();
    return { capacity: refillPerMinute + burst, refillPerMinute };
  }

  /** Counts a request that comes past the hook: one that was refused. A guess that failed is no smaller work than an answer. */
  takeFrom(request: FastifyRequest): RateLimitAnswer {
    if (this.isUnlimited(request)) return unlimited;
    const { isAllowed, capacity, remaining, waitMs } = this.take(this.clientOf(request));
    const seconds = Math.ceil(waitMs / 1000);
    const headers = {
      'x-ratelimit-limit': String(capacity),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(seconds),
    };
    if (isAllowed) return { allowed: true, headers, retryAfterSeconds: 0 };
    return {
      allowed: false,
      headers: { ...headers, 'retry-after': String(seconds) },
      retryAfterSeconds: seconds,
    };
  }

  take(client: string): BucketAnswer {
    return this.#buckets.take(client, this.rate);
  }

  /** By the route that answers, not by the address that was asked for. */
  isUnlimited({ routeOptions }: FastifyRequest): boolean {
    return !this.#settings().enable_rate_limiting || unlimitedRoutes.has(routeOptions.url);
  }

  /** No name of a token holds a space. The address is the one of the connection: headers say what anybody wants. */
  clientOf({ apiClient, socket }: FastifyRequest): string {
    return `${apiClient?.name ?? ''} ${this.#addressOf(socket)}`;
  }

  /** Of IPv6 the network, and all of loopback: a machine has as many addresses in them as it likes. */
  #addressOf(socket: Socket): string {
    const known = this.#addresses.get(socket);
    if (known !== undefined) return known;
    const { remoteAddress = '' } = socket;
    const address = isLoopback(remoteAddress) ? 'loopback' : normalizeIP(remoteAddress);
    this.#addresses.set(socket, address);
    return address;
  }
}

/**
 * For the hooks that come after it: to be awaited where the order counts, once it is known who asks.
 * A request too many throws AppError RATE_LIMITED.
 */
export async function registerRateLimit(app: FastifyInstance, limit: RateLimit): Promise<void> {
  class BucketStore implements FastifyRateLimitStore {
    incr(client: string, done: Parameters<FastifyRateLimitStore['incr']>[1]): void {
      const { isAllowed, capacity, remaining, waitMs } = limit.take(client);
      done(null, { current: isAllowed ? capacity - remaining : capacity + 1, ttl: waitMs });
    }

    child(): FastifyRateLimitStore {
      return this;
    }
  }
  await app.register(rateLimitPlugin, {
    global: false,
    store: BucketStore,
    max: () => limit.rate.capacity,
    allowList: (request) => limit.isUnlimited(request),
    keyGenerator: (request) => limit.clientOf(request),
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1000)),
  });
  app.addHook('onRequest', app.rateLimit());
}

/** For whoever asked `takeFrom`. */
export function tooMany(retryAfterSeconds: number): AppError {
  return new AppError('RATE_LIMITED', `Too many requests; there is room again in ${retryAfterSeconds} s.`, {
    details: { retry_after_seconds: retryAfterSeconds },
  });
}
