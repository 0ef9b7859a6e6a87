// The routes of the API on a real socket, with everything behind them made up; who asks is said by the test.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fastify } from 'fastify';
import type { z } from 'zod';
import { declareApiClient, type ApiClient } from '../../src/api/service/api-client.ts';
import { registerCallRoutes } from '../../src/api/service/call-routes.ts';
import { setErrorReplies } from '../../src/api/service/error-reply.ts';
import { takeJsonBodies } from '../../src/api/service/json-bodies.ts';
import { ServiceEvents } from '../../src/api/service/service-events.ts';
import { registerServiceRoutes } from '../../src/api/service/service-routes.ts';
import type { ServiceSources } from '../../src/api/service/service-sources.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { AllowedFolders } from '../../src/core/service/allowed-folders.ts';
import type { ScanService, Service } from '../../src/core/service/service.ts';
import { scopes, serviceRoutes } from '../../src/shared/api-routes.ts';
import type { FeedEvent, Handlers } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/errors.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { fakeHandlers } from './fake-handlers.ts';
import { sampleOf } from './sample-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

const client: ApiClient = { name: 'pipeline', scopes: new Set(scopes) };

function sample<Output>(schema: z.ZodType<Output>): Output {
  return schema.parse(sampleOf(schema));
}

export interface Asked {
  readonly name: string;
  readonly input: unknown;
}

export interface ServedRoutesOptions {
  readonly answers?: Partial<Handlers>;
  readonly scans?: Partial<ScanService>;
  readonly readiness?: ServiceSources['readiness'];
  readonly isAdmitted?: (client: ApiClient) => boolean;
  readonly heartbeatMs?: number;
  readonly maxUnreadBytes?: number;
  readonly maxBytes?: number;
}

export async function serveRoutes(options: ServedRoutesOptions = {}) {
  const { answers = {}, scans = {}, maxBytes = 4096, ...limits } = options;
  const folder = temporaryFolder();
  const allowed = join(folder.path, 'allowed');
  mkdirSync(allowed);
  const { handlers, asked: calls } = fakeHandlers(answers);
  const asked: Asked[] = [];
  const logged: string[] = [];
  const listeners = new Set<(event: FeedEvent) => void>();
  function note(name: string, input: unknown): void {
    asked.push({ name, input });
  }
  const service: Service = {
    lookups: {
      one(sha256) {
        note('lookup', sha256);
        return `{"known":"${sha256}"}`;
      },
      many: (hashes) => Promise.resolve(`{"total_processed":${hashes.length}}`),
    },
    scans: {
      async one(input) {
        note('scan.file', input);
        return sample(serviceRoutes['scan.file'].output);
      },
      async many(input) {
        note('batch.scan', input);
        return sample(serviceRoutes['batch.scan'].output);
      },
      async upload(body, facts) {
        const bytes = await buffer(body);
        note('upload', { ...facts, bytes: bytes.toString() });
        return sample(serviceRoutes['scan.file'].output);
      },
      ...scans,
    },
    warming: {
      start(input) {
        note('batch.warm', input);
        return { job_id: 'warm-1', total: 1 };
      },
      show: (id) => warmJob(id),
      cancel: (id) => warmJob(id),
    },
    detections(input) {
      note('batch.detections', input);
      return JSON.stringify({ detections: [], next_cursor: null });
    },
    statistics: () => Promise.resolve(sample(serviceRoutes.statistics.output)),
    dashboard: () => sample(serviceRoutes.dashboard.output),
  };
  const api = { ...settingsSchema.parse({}).api, max_request_size: maxBytes };
  const sources: ServiceSources = {
    handlers,
    service,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settings: () => api,
    exportFolder: join(folder.path, 'exports'),
    folders: new AllowedFolders({ folders: () => [allowed] }),
    prometheus: { contentType: 'text/plain; version=0.0.4', render: () => Promise.resolve('up 1\n') },
    readiness: options.readiness ?? (() => Promise.resolve({ status: 'ready', reasons: [] })),
    logger: {
      ...silentLogger,
      error: (fields, message) => logged.push(JSON.stringify({ ...fields, message })),
    },
  };
  const events = new ServiceEvents({ subscribe: sources.subscribe, ...limits });
  const routes: string[] = [];
  const app = fastify({ exposeHeadRoutes: false, genReqId: () => 'request-1' });
  app.addHook('onRoute', ({ method, url }) => {
    // HEAD goes with its GET.
    routes.push(`${String([method].flat()[0])} ${url}`);
  });
  void app.register((scope, _options, done) => {
    declareApiClient(scope);
    scope.addHook('onRequest', async (request, reply) => {
      request.apiClient = client;
      reply.header('x-request-id', request.id);
    });
    setErrorReplies(scope, sources.logger);
    takeJsonBodies(scope, maxBytes);
    registerCallRoutes(scope, sources);
    registerServiceRoutes(scope, sources, events);
    done();
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    routes,
    calls,
    asked,
    logged,
    allowed,
    folder,
    events,
    tell: (event: FeedEvent) => listeners.forEach((listener) => listener(event)),
    listeners,
    async [Symbol.asyncDispose]() {
      events[Symbol.dispose]();
      app.server.closeAllConnections();
      await app.close();
      folder[Symbol.dispose]();
    },
  };
}

export type ServedRoutes = Awaited<ReturnType<typeof serveRoutes>>;

function warmJob(id: string) {
  if (id !== 'warm-1') throw new AppError('NOT_FOUND', `there is no warming ${id}`);
  return sample(serviceRoutes['batch.warm-job'].output);
}
