// The HTTP API as one part of the server. Its line: id, figures, who asks, how often, then the body, the route, the answer made small.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiPrefix } from '../../shared/api-routes.ts';
import { AppError } from '../../shared/errors.ts';
import type { HttpPart, Site } from '../http-server.ts';
import { commonHeaders } from '../page-headers.ts';
import { admitClient, type ApiDoor } from './admit.ts';
import { declareApiClient } from './api-client.ts';
import { registerCallRoutes } from './call-routes.ts';
import { registerCompression } from './compression.ts';
import { HttpRefusal, sendError, setErrorReplies } from './error-reply.ts';
import { takeJsonBodies } from './json-bodies.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { OwnHosts } from './own-hosts.ts';
import { RateLimit, registerRateLimit, tooMany } from './rate-limit.ts';
import { registerRequestIds, requestIds } from './request-id.ts';
import { registerRequestMetrics, RequestMetrics } from './request-metrics.ts';
import { ServiceEvents } from './service-events.ts';
import { registerServiceRoutes } from './service-routes.ts';
import type { ServiceSources } from './service-sources.ts';
import { SlowRequests } from './slow-requests.ts';
import type { TokenBook } from './tokens/token-book.ts';

export interface ServicePartOptions {
  readonly sources: ServiceSources;
  readonly tokens: Pick<TokenBook, 'find' | 'has'>;
}

export class ServicePart implements HttpPart {
  readonly #options: ServicePartOptions;
  readonly #metrics = new RequestMetrics();
  readonly #slow: SlowRequests;
  readonly #events: ServiceEvents;
  readonly #limit: RateLimit;

  constructor(options: ServicePartOptions) {
    const { settings, subscribe, logger } = options.sources;
    this.#options = options;
    this.#slow = new SlowRequests({
      thresholdSeconds: () => settings().slow_request_threshold_seconds,
      count: (route) => this.#metrics.countSlow(route),
      logger,
    });
    this.#events = new ServiceEvents({ subscribe, isAdmitted: (client) => options.tokens.has(client) });
    this.#limit = new RateLimit({ settings });
  }

  async register(app: FastifyInstance, site: Site): Promise<void> {
    const { tokens, sources } = this.#options;
    const { settings, logger } = sources;
    const { allowed_hosts: allowedHosts, max_request_size: maxBytes } = settings();
    const door: ApiDoor = { tokens, hosts: new OwnHosts(allowedHosts), site };
    app.setGenReqId(requestIds());
    declareApiClient(app);
    registerRequestIds(app);
    registerRequestMetrics(app, { metrics: this.#metrics, slow: this.#slow });
    app.addHook('onRequest', (request, reply, done) => this.#admit(request, reply, door, done));
    setErrorReplies(app, logger);
    await registerRateLimit(app, this.#limit);
    await registerCompression(app, { settings });
    takeJsonBodies(app, maxBytes);
    registerCallRoutes(app, sources);
    registerServiceRoutes(app, { ...sources, prometheus: this.#allFigures() }, this.#events);
    refuseOtherMethods(app);
    app.all(`${apiPrefix}/*`, () => {
      throw new AppError('NOT_FOUND', `There is nothing here; ${apiPrefix}/openapi.json says what there is.`);
    });
  }

  end(): void {
    this.#events[Symbol.dispose]();
    this.#slow[Symbol.dispose]();
  }

  #admit(request: FastifyRequest, reply: FastifyReply, door: ApiDoor, done: () => void): void {
    const { raw, socket, headers, routeOptions } = request;
    reply.headers(commonHeaders);
    const asking = { method: raw.method ?? '', target: raw.url ?? '', headers, socket };
    const admission = admitClient(asking, routeOptions.config.facts ?? null, door);
    if (admission.kind === 'admitted') {
      request.apiClient = admission.client;
      done();
      return;
    }
    // A guess that failed counts like a request, apart from those with a token: who guesses keeps nobody else out.
    const taken = this.#limit.takeFrom(request);
    reply.headers(taken.headers);
    if (!taken.allowed) {
      void sendError(tooMany(taken.retryAfterSeconds), request, reply, this.#options.sources.logger);
      return;
    }
    const { status, code, message } = admission;
    reply.headers(admission.headers);
    void sendError(new HttpRefusal(status, code, message), request, reply, this.#options.sources.logger);
  }

  #allFigures(): ServiceSources['prometheus'] {
    const { prometheus } = this.#options.sources;
    const metrics = this.#metrics;
    return {
      contentType: prometheus.contentType,
      render: async () => `${await prometheus.render()}${await metrics.render()}`,
    };
  }
}
