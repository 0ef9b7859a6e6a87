// By which names clients may call the API: an address needs no trust, a name does, for whoever owns it decides where it leads (DNS rebinding).
import { isIPv4, isIPv6 } from 'node:net';
import { isLoopback } from '../listen-address.ts';
import type { Site } from '../http-server.ts';

/** Of a socket. */
export interface ConnectionEnds {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
}

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const usualPorts = { http: 80, https: 443 } as const;
const hostForm = /^(?<name>\[[\da-f:.]+\]|[^\s:/[\]@,]+)(?::(?<port>\d{1,5}))?$/;

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
    const host = (given ?? '').toLowerCase();
    const { name, port } = hostForm.exec(host)?.groups ?? {};
    if (name === undefined) return false;
    if (this.#allowed.has(name) || this.#allowed.has(host)) return true;
    if ((port === undefined ? usualPorts[site.scheme] : Number(port)) !== site.port) return false;
    if (loopbackNames.has(name)) return isLoopback(remoteAddress);
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
