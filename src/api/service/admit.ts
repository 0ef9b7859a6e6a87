// Who may go on, looked at before anything of a request is read: no browser, a name that is ours, a token, and one that is good for this.
import type { IncomingHttpHeaders } from 'node:http';
import type { RouteFacts } from '../../shared/api-routes.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Site } from '../http-server.ts';
import type { ApiClient } from './api-client.ts';
import type { ConnectionEnds, OwnHosts } from './own-hosts.ts';
import type { TokenBook } from './tokens/token-book.ts';

export interface AskingRequest {
  readonly method: string;
  /** As it stands in the request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: ConnectionEnds;
}

export interface ApiDoor {
  readonly tokens: Pick<TokenBook, 'find'>;
  readonly hosts: Pick<OwnHosts, 'has'>;
  readonly site: Site;
}

export interface RefusedRequest {
  readonly kind: 'refused';
  readonly status: 401 | 403 | 421;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Admission =
  /** `client` is null where nobody needs a token. */
  { readonly kind: 'admitted'; readonly client: ApiClient | null } | RefusedRequest;

const openToAll = { kind: 'admitted', client: null } as const;
const challenge = { 'www-authenticate': 'Bearer realm="vedette"' } as const;
const bearer = 'bearer ';

/** @param route null for an address that leads nowhere: who has no token does not learn even that. */
export function admitClient(
  request: AskingRequest,
  route: Pick<RouteFacts, 'scope'> | null,
  { tokens, hosts, site }: ApiDoor,
): Admission {
  const { target, headers, socket } = request;
  if (isOfBrowser(request))
    return refuse(
      request,
      403,
      'NOT_ADMITTED',
      'A web page asked; the API is for programs, and has no cross-origin access.',
    );
  if (!target.startsWith('/') || !hosts.has(headers.host, socket, site))
    return refuse(
      request,
      421,
      'NOT_ADMITTED',
      'Vedette is not called that here: use its address, or name it in [api] allowed_hosts.',
    );
  const scope = route === null ? undefined : route.scope;
  if (scope === null) return openToAll;
  const token = tokenIn(headers.authorization);
  if (token === null)
    return refuse(
      request,
      401,
      'NOT_ADMITTED',
      'This needs a token, as Authorization: Bearer TOKEN; vedette token makes them.',
      challenge,
    );
  const client = tokens.find(token, socket.remoteAddress);
  if (client === null)
    return refuse(
      request,
      401,
      'NOT_ADMITTED',
      'This token is unknown here, or was revoked or rotated.',
      challenge,
    );
  if (scope !== undefined && !client.scopes.has(scope))
    return refuse(
      request,
      403,
      'NOT_ALLOWED',
      `The token ${client.name} lacks the scope ${scope}; vedette token create makes one that has it.`,
    );
  return { kind: 'admitted', client };
}

/** A page can have a browser send much, but not without these; a person who types the address sends `none`. */
function isOfBrowser({ method, headers }: AskingRequest): boolean {
  if (headers.origin !== undefined) return true;
  const site = headers['sec-fetch-site'];
  return site !== undefined && !(site === 'none' && method === 'GET');
}

function tokenIn(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  if (authorization.slice(0, bearer.length).toLowerCase() !== bearer) return null;
  return authorization.slice(bearer.length).trim();
}

function refuse(
  { headers }: AskingRequest,
  status: RefusedRequest['status'],
  code: ErrorCode,
  message: string,
  more: Readonly<Record<string, string>> = {},
): RefusedRequest {
  // Nobody will read the body: without the end of the connection its gigabytes would have to be taken in.
  return {
    kind: 'refused',
    status,
    code,
    message,
    headers: hasBody(headers) ? { ...more, connection: 'close' } : more,
  };
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
