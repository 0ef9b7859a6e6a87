// GET /api/v1/events: what happens, as server-sent events, from the moment of the request on; nothing is kept for who was away.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isForEverybody } from '../../core/control/control-connection.ts';
import { textRoutes } from '../../shared/api-routes.ts';
import type { FeedEvent } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { EventStreams, type StreamCounts } from '../event-streams.ts';
import { addRoute, clientOf } from './add-route.ts';
import type { ApiClient } from './api-client.ts';
import { parseInput } from './parse-input.ts';
import { addressReader } from './query-input.ts';
import type { ServiceSources } from './service-sources.ts';

export interface ServiceEventsOptions {
  readonly subscribe: ServiceSources['subscribe'];
  /** Whether the token that it was opened with is still good. */
  readonly isAdmitted?: (client: ApiClient) => boolean;
  readonly heartbeatMs?: number;
  readonly maxUnreadBytes?: number;
}

export const eventsInput = z.strictObject({
  all: z.boolean().default(false).describe('also the verdicts `clean`'),
});

/** With what the tokens take to be looked at again: a token that was taken back hears nothing after two seconds. */
const lookEveryMs = 500;

/** Ends its streams when it ends. */
export class ServiceEvents implements Disposable {
  readonly #subscribe: ServiceSources['subscribe'];
  readonly #isAdmitted: (client: ApiClient) => boolean;
  readonly #streams: EventStreams;
  readonly #address = addressReader(eventsInput, []);

  constructor({ subscribe, isAdmitted = () => true, ...limits }: ServiceEventsOptions) {
    this.#subscribe = subscribe;
    this.#isAdmitted = isAdmitted;
    this.#streams = new EventStreams({
      ...limits,
      lookEveryMs: Math.min(lookEveryMs, limits.heartbeatMs ?? lookEveryMs),
    });
  }

  get counts(): StreamCounts {
    return this.#streams.counts;
  }

  register(app: FastifyInstance): void {
    addRoute(app, textRoutes.events, (request, reply) => this.#follow(request, reply));
  }

  /** @throws AppError CALL_INVALID; RATE_LIMITED when there are too many already. */
  #follow({ url, apiClient }: FastifyRequest, reply: FastifyReply): void {
    const { all } = parseInput(eventsInput, this.#address.query(url));
    const client = clientOf(apiClient);
    if (!this.#streams.hasPlaceFor(client.name)) {
      throw new AppError('RATE_LIMITED', 'too many streams of events are open', {
        details: { retry_after_seconds: 15 },
      });
    }
    void reply.hijack();
    // What the hooks have said so far, such as the id of the request.
    for (const [header, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(header, value);
    }
    this.#streams.open<FeedEvent>(reply.raw, {
      owner: client.name,
      isOpen: () => this.#isAdmitted(client),
      subscribe: (listener) =>
        this.#subscribe((event) => {
          if (all || isForEverybody(event)) listener(event);
        }),
    });
  }

  [Symbol.dispose](): void {
    this.#streams[Symbol.dispose]();
  }
}
