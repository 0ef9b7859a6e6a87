// GET /api/v1/events: what happens, as server-sent events, from the moment of the request on; nothing is kept for who was away.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isForEverybody } from '../../core/control/control-connection.ts';
import { textRoutes } from '../../shared/api-routes.ts';
import type { FeedEvent } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { EventStreams, type StreamCounts } from '../event-streams.ts';
import { addRoute, clientOf } from './add-route.ts';
import { parseInput } from './parse-input.ts';
import { addressReader, searchOf } from './query-input.ts';
import type { ServiceSources } from './service-sources.ts';

export interface ServiceEventsOptions {
  readonly subscribe: ServiceSources['subscribe'];
  /** Whether there still is a token of this name. */
  readonly isAdmitted?: (name: string) => boolean;
  readonly heartbeatMs?: number;
  readonly maxUnreadBytes?: number;
}

export const eventsInput = z.strictObject({
  all: z.boolean().default(false).describe('also the verdicts `clean`'),
});

interface Wish {
  readonly all: boolean;
}

/** Ends its streams when it ends. */
export class ServiceEvents implements Disposable {
  readonly #streams: EventStreams<FeedEvent, Wish>;
  readonly #address = addressReader(eventsInput, []);

  constructor({ subscribe, isAdmitted = () => true, ...limits }: ServiceEventsOptions) {
    this.#streams = new EventStreams({
      ...limits,
      isOpen: isAdmitted,
      subscribe: (listener, { all }) =>
        subscribe((event) => {
          if (all || isForEverybody(event)) listener(event);
        }),
    });
  }

  get counts(): StreamCounts {
    return this.#streams.counts;
  }

  register(app: FastifyInstance): void {
    addRoute(app, textRoutes.events, (request, reply) => this.#follow(request, reply));
  }

  /** @throws AppError CALL_INVALID; RATE_LIMITED when there are too many already. */
  #follow({ raw, apiClient }: FastifyRequest, reply: FastifyReply): void {
    const wish = parseInput(eventsInput, this.#address.query(searchOf(raw.url ?? '')));
    const { name } = clientOf(apiClient);
    if (!this.#streams.hasPlaceFor(name)) {
      throw new AppError('RATE_LIMITED', 'too many streams of events are open', {
        details: { retry_after_seconds: 15 },
      });
    }
    void reply.hijack();
    // What the hooks have said so far, such as the id of the request.
    for (const [header, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(header, value);
    }
    this.#streams.open(reply.raw, name, wish);
  }

  [Symbol.dispose](): void {
    this.#streams[Symbol.dispose]();
  }
}
