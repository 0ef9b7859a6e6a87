// Who asks over the API: a token, by its name, and what it is good for; the token itself goes no further than the door.
import type { FastifyInstance } from 'fastify';
import type { Scope } from '../../shared/api-routes.ts';

export interface ApiClient {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null until a token was found good. */
    apiClient: ApiClient | null;
  }
}

/** Once for a scope, before its hooks. */
export function declareApiClient(app: FastifyInstance): void {
  app.decorateRequest('apiClient', null);
}

/** Who acts, as the history has it. */
export function actorOf({ name }: ApiClient): string {
  return `api ${name}`;
}
