// By which names clients may call the API: an address needs no trust, a name does, for whoever owns it decides where it leads (DNS rebinding).
import { isIPv4, isIPv6 } from 'node:net';
import { isLoopbackName, parseHost } from '../given-host.ts';
import { isLoopback } from '../listen-address.ts';
import type { Site } from '../http-server.ts';

/** Of a socket. */
export interface ConnectionEnds {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
}

export class OwnHosts {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed `[api] allowed_hosts`: NAME for any port, as behind a proxy, or NAME:PORT. */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed.map((name) => name.trim().toLowerCase()));
  }

  /** @param given the header, whatever it is. */
  has(
    given: string | undefined,
    { localAddress = '', remoteAddress = '' }: ConnectionEnds,
    site: Site,
  ): boolean {
    const host = parseHost(given, site.scheme);
    if (host === null) return false;
    const { name, port } = host;
    if (this.#allowed.has(name) || this.#allowed.has(`${name}:${port}`)) return true;
    if (port !== site.port) return false;
    if (isLoopbackName(name)) return isLoopback(remoteAddress);
    return isSameAddress(name, localAddress);
  }
}

function isSameAddress(name: string, address: string): boolean {
  if (isIPv4(name)) return address.replace(/^::ffff:/i, '') === name;
  const inside = name.slice(1, -1);
  return isIPv6(inside) && isIPv6(address) && plainSix(inside) === plainSix(address);
}

/** One of the ways in which an address can be written. */
function plainSix(address: string): string {
  // The zone is the business of the machine that sends.
  const [bare = ''] = address.split('%');
  return URL.parse(`http://[${bare}]/`)?.hostname ?? '';
}
