// The routes that the contract answers: input from path, query and body, who acts from the token; checked as everywhere else.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerCall } from '../../core/control/answer-call.ts';
import { callRoutes, routedInput, type RoutedCall } from '../../shared/api-routes.ts';
import { calls } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { addRoute, clientOf, pathFieldsOf, sendJson } from './add-route.ts';
import { allowedHandlers } from './allowed-handlers.ts';
import { actorOf, type ApiClient } from './api-client.ts';
import { bodyFields } from './parse-input.ts';
import { addressReader } from './query-input.ts';
import type { ServiceSources } from './service-sources.ts';

type CallSources = Pick<ServiceSources, 'handlers' | 'folders' | 'exportFolder'>;

export function registerCallRoutes(app: FastifyInstance, sources: CallSources): void {
  const handlers = allowedHandlers(sources);
  for (const name of routedCalls) {
    const read = inputReader(name);
    addRoute(app, callRoutes[name], async (request, reply) => {
      const input = read(request);
      if (name === 'jobs.start') refuseWideScan(input, clientOf(request.apiClient));
      return sendJson(reply, await answerCall(handlers, name, input));
    });
  }
}

/** They look through more than the folders that clients may have scanned. @throws AppError NOT_ALLOWED */
function refuseWideScan({ kind }: Readonly<Record<string, unknown>>, { name, scopes }: ApiClient): void {
  if ((kind !== 'quick' && kind !== 'full') || scopes.has('manage')) return;
  const message = `The token ${name} lacks the scope that a ${kind} scan needs: manage. A custom one of allowed folders needs scan.`;
  throw new AppError('NOT_ALLOWED', message);
}

export const routedCalls: readonly RoutedCall[] = Object.keys(callRoutes).filter(isRouted);

function isRouted(name: string): name is RoutedCall {
  return Object.hasOwn(callRoutes, name);
}

function inputReader(name: RoutedCall): (request: FastifyRequest) => Record<string, unknown> {
  const { method, path } = callRoutes[name];
  const hasBody = method === 'POST';
  const pathFields = pathFieldsOf(path);
  const address = addressReader(routedInput(name), pathFields, hasBody ? 'body' : 'query');
  const needsActor = 'actor' in calls[name].input.shape;
  const taken = [...pathFields, 'actor'];
  return ({ url, params, body, apiClient }) => ({
    ...address.query(url),
    ...(hasBody ? bodyFields(body, taken) : {}),
    ...address.path(params),
    ...(needsActor ? { actor: actorOf(clientOf(apiClient)) } : {}),
  });
}
