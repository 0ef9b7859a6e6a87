// What a request of the API carries beside HTTP: who asks, null until a token was found good.
import type { FastifyInstance } from 'fastify';
import type { ApiClient } from './api-client.ts';

declare module 'fastify' {
  interface FastifyRequest {
    apiClient: ApiClient | null;
  }
}

/** Once for a scope, before its hooks. */
export function declareApiClient(app: FastifyInstance): void {
  app.decorateRequest('apiClient', null);
}
