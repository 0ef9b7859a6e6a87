// What is looked at before any work: is this machine meant (DNS rebinding), and do our own pages ask (cross-site requests)?
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackName, parseHost } from './given-host.ts';
import type { Site } from './http-server.ts';

export interface RequestLine {
  readonly method: string;
  /** As it stands in the request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface RequestProblem {
  readonly status: 403 | 421;
  readonly message: string;
}

/**
 * 421 for a name that is not ours, whatever address it leads to; 403 for what another page sends. Who is no browser says
 * nothing of where a request comes from, and needs the session all the same.
 */
export function problemOfRequest(
  { method, target, headers }: RequestLine,
  { scheme, port }: Site,
): RequestProblem | null {
  const host = parseHost(headers.host, scheme);
  const isOurs = host !== null && isLoopbackName(host.name) && host.port === port;
  if (!isOurs || !target.startsWith('/'))
    return { status: 421, message: 'Vedette is not at this address; use the link that it prints.' };
  const site = headers['sec-fetch-site'];
  const isAsked = method === 'GET' || method === 'HEAD';
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && isAsked))
    return { status: 403, message: 'Another page asked; only the pages of Vedette may.' };
  const { origin } = headers;
  if (origin === undefined ? !isAsked : origin !== `${scheme}://${headers.host?.toLowerCase()}`)
    return { status: 403, message: 'Another origin asked; only the pages of Vedette may.' };
  return null;
}
