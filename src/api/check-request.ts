// What is looked at before any work: is this machine meant (DNS rebinding), and do our own pages ask (cross-site requests)?
import type { IncomingHttpHeaders } from 'node:http';
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

/** Names of this machine that only this machine has. */
const hostNames = ['127.0.0.1', 'localhost', '[::1]'] as const;
const usualPorts = { http: 80, https: 443 } as const;

/**
 * 421 for a name that is not ours, whatever address it leads to; 403 for what another page sends. Who is no browser says
 * nothing of where a request comes from, and needs the session all the same.
 */
export function problemOfRequest(
  { method, target, headers }: RequestLine,
  { scheme, port }: Site,
): RequestProblem | null {
  const host = (headers.host ?? '').toLowerCase();
  if (!isOurs(host, scheme, port) || !target.startsWith('/'))
    return { status: 421, message: 'Vedette is not at this address; use the link that it prints.' };
  const site = headers['sec-fetch-site'];
  const isAsked = method === 'GET' || method === 'HEAD';
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && isAsked))
    return { status: 403, message: 'Another page asked; only the pages of Vedette may.' };
  const { origin } = headers;
  if (origin === undefined ? !isAsked : origin !== `${scheme}://${host}`)
    return { status: 403, message: 'Another origin asked; only the pages of Vedette may.' };
  return null;
}

function isOurs(host: string, scheme: Site['scheme'], port: number): boolean {
  return hostNames.some(
    (name) => host === `${name}:${port}` || (port === usualPorts[scheme] && host === name),
  );
}
