// The routes that only the HTTP API has: input and output are what their schemas say, or it is an error.
import type { FastifyInstance } from 'fastify';
import { textRoutes, serviceRoutes } from '../../shared/api-routes.ts';
import type { ServiceEvents } from './service-events.ts';
import type { ServiceSources } from './service-sources.ts';
import { addRoute, clientOf, pathFieldsOf, sendJson, sendText, untilGone } from './add-route.ts';
import { actorOf } from './api-client.ts';
import { openapiText } from './openapi/openapi.ts';
import { largeBodyBytes } from './json-bodies.ts';
import { registerLookupRoutes } from './lookup-routes.ts';
import { bodyFields, checkOutput, parseInput, refuseQuery } from './parse-input.ts';
import { addressReader } from './query-input.ts';
import { registerScanRoute } from './scan-route.ts';

type RouteSources = Pick<ServiceSources, 'service' | 'settings' | 'prometheus' | 'readiness'>;

const routes = serviceRoutes;
const aliveText = JSON.stringify({ status: 'ok' });

export function registerServiceRoutes(
  app: FastifyInstance,
  sources: RouteSources,
  events: ServiceEvents,
): void {
  registerLookupRoutes(app, sources.service.lookups);
  registerScanRoute(app, sources);
  registerBatches(app, sources);
  registerWarming(app, sources);
  registerFigures(app, sources);
  events.register(app);
  addRoute(app, textRoutes.openapi, async ({ url }, reply) => {
    refuseQuery(url);
    return sendText(reply, await openapiText());
  });
}

function registerBatches(app: FastifyInstance, { service }: RouteSources): void {
  const scan = routes['batch.scan'];
  addRoute(
    app,
    scan,
    async ({ body, url, apiClient }, reply) => {
      refuseQuery(url);
      const input = { ...parseInput(scan.input, bodyFields(body, [])), actor: actorOf(clientOf(apiClient)) };
      return sendJson(reply, checkOutput(scan.output, await service.scans.many(input, untilGone(reply))));
    },
    largeBodyBytes,
  );
  const recent = routes['batch.detections'];
  const address = addressReader(recent.input, []);
  addRoute(app, recent, ({ url }, reply) => {
    const input = parseInput(recent.input, address.query(url));
    void sendText(reply, service.detections(input));
  });
}

function registerWarming(app: FastifyInstance, { service: { warming } }: RouteSources): void {
  const start = routes['batch.warm'];
  addRoute(
    app,
    start,
    ({ body, url, apiClient }, reply) => {
      refuseQuery(url);
      const input = { ...parseInput(start.input, bodyFields(body, [])), actor: actorOf(clientOf(apiClient)) };
      const started = warming.start(input);
      sendJson(reply.code(start.status), checkOutput(start.output, started));
    },
    largeBodyBytes,
  );
  const actions = [
    { route: routes['batch.warm-job'], act: (id: string) => warming.show(id) },
    { route: routes['batch.warm-cancel'], act: (id: string) => warming.cancel(id) },
  ];
  for (const { route, act } of actions) {
    const address = addressReader(route.input, pathFieldsOf(route.path), 'body');
    addRoute(app, route, ({ params, body, url }, reply) => {
      refuseQuery(url);
      const fields = { ...bodyFields(body, ['job_id']), ...address.path(params) };
      const { job_id: id } = parseInput(route.input, fields);
      sendJson(reply, checkOutput(route.output, act(id)));
    });
  }
}

function registerFigures(app: FastifyInstance, { service, readiness, prometheus }: RouteSources): void {
  addRoute(app, routes.statistics, async ({ url }, reply) => {
    refuseQuery(url);
    return sendJson(reply, checkOutput(routes.statistics.output, await service.statistics()));
  });
  addRoute(app, routes.dashboard, ({ url }, reply) => {
    refuseQuery(url);
    sendJson(reply, checkOutput(routes.dashboard.output, service.dashboard()));
  });
  // Whoever asks whether it lives may hang what he likes on the address.
  addRoute(app, routes.healthz, (_request, reply) => void sendText(reply, aliveText));
  addRoute(app, routes.readyz, async (_request, reply) => {
    const state = checkOutput(routes.readyz.output, await readiness());
    return sendJson(reply.code(state.status === 'ready' ? 200 : 503), state);
  });
  addRoute(app, textRoutes.metrics, async (_request, reply) =>
    sendText(reply, await prometheus.render(), prometheus.contentType),
  );
}
