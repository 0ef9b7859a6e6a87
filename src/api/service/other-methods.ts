// An address that is there, asked for by a method that it does not take: told as such (405), not as an address that is not there.
import type { FastifyInstance, HTTPMethods } from 'fastify';
import {
  apiPrefix,
  callRoutes,
  serviceRoutes,
  textRoutes,
  type RouteFacts,
} from '../../shared/api-routes.ts';
import { fastifyPath } from './add-route.ts';
import { HttpRefusal } from './error-reply.ts';

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export function refuseOtherMethods(app: FastifyInstance): void {
  const routes: readonly RouteFacts[] = [callRoutes, serviceRoutes, textRoutes].flatMap((table) =>
    Object.values(table),
  );
  const inApi = routes.filter(({ path }) => path.startsWith(apiPrefix));
  for (const [path, facts] of Map.groupBy(inApi, (route) => route.path)) {
    const taken: readonly HTTPMethods[] = facts.map(({ method }) => method);
    const allow = taken.join(', ');
    app.route({
      method: methods.filter((method) => !taken.includes(method)),
      url: fastifyPath(path),
      handler(request, reply) {
        reply.header('allow', allow);
        throw new HttpRefusal(405, 'CALL_INVALID', `This address takes ${allow}, not ${request.method}.`);
      },
    });
  }
}
