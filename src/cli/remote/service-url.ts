// The address of a service as a person gives it; a token never travels readable to another machine unless that was allowed.
import { displayText } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';

export interface ServiceUrl {
  readonly scheme: 'http' | 'https';
  /** As Node connects to it: an IPv6 address without its brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path in front of every route, where a proxy has one; without a slash at its end. */
  readonly prefix: string;
  /** As it is shown, and as `Host` has it. */
  readonly host: string;
  readonly shown: string;
  readonly isLoopback: boolean;
}

const usualPorts = { http: 80, https: 443 } as const;

/** @throws AppError BAD_USAGE */
export function parseServiceUrl(text: string, allowPlainHttp: boolean): ServiceUrl {
  const url = URL.parse(text);
  const scheme = url === null ? null : schemeOf(url);
  if (url === null || scheme === null || url.hostname === '') {
    throw misused(text, 'write it as https://HOST:PORT or http://127.0.0.1:8477');
  }
  if (url.username !== '' || url.password !== '') {
    throw misused(hidden(url), 'it may hold no name and password; a token comes from --token-file');
  }
  if (url.search !== '' || url.hash !== '') throw misused(text, 'it may have no ? and no #');
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (scheme === 'http' && !isLoopback && !allowPlainHttp) {
    throw misused(
      text,
      'over http the token and the files can be read on the way: use https ([api] tls_certificate there), a tunnel ' +
        `(ssh -L 8477:127.0.0.1:8477 ${url.hostname}), or --allow-plain-http where the network is your own`,
    );
  }
  const prefix = url.pathname.replace(/\/+$/, '');
  return {
    scheme,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPorts[scheme] : Number(url.port),
    prefix,
    host: url.host,
    shown: `${scheme}://${url.host}${prefix}`,
    isLoopback,
  };
}

function schemeOf({ protocol }: URL): ServiceUrl['scheme'] | null {
  if (protocol === 'http:') return 'http';
  return protocol === 'https:' ? 'https' : null;
}

function hidden({ protocol, host }: URL): string {
  return `${protocol}//…@${host}`;
}

function misused(text: string, remedy: string): AppError {
  return new AppError('BAD_USAGE', `'${displayText(text)}' cannot be the address of a service: ${remedy}`);
}
