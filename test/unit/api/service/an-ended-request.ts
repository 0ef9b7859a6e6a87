// A request that is over, of which a test names what it is about.
import type { EndedRequest } from '../../../../src/api/service/ended-request.ts';

export const lookupRoute = '/api/v1/lookup/:sha256';

export function anEndedRequest(differences: Partial<EndedRequest> = {}): EndedRequest {
  return {
    method: 'GET',
    route: lookupRoute,
    status: 200,
    seconds: 0.003,
    requestBytes: null,
    responseBytes: 300,
    requestId: 'id-1',
    client: 'owner',
    isEndless: false,
    ...differences,
  };
}
