// The name and port by which a request calls its server, as HTTP has it: the same reading for the pages and for the API.
import type { Site } from './http-server.ts';

export interface GivenHost {
  /** In small letters, an address of IPv6 in its brackets. */
  readonly name: string;
  readonly port: number;
}

const usualPorts = { http: 80, https: 443 } as const;
const hostForm = /^(?<name>\[[\da-f:.]+\]|[^\s:/[\]@,]+)(?::(?<port>\d{1,5}))?$/;
const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @param header whatever it is. null for what is no host. */
export function parseHost(header: string | undefined, scheme: Site['scheme']): GivenHost | null {
  const { name, port } = hostForm.exec((header ?? '').toLowerCase())?.groups ?? {};
  if (name === undefined) return null;
  return { name, port: port === undefined ? usualPorts[scheme] : Number(port) };
}

/** A name that leads every machine to itself. */
export function isLoopbackName(name: string): boolean {
  return loopbackNames.has(name);
}
