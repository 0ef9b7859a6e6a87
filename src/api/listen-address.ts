// Where the server may listen: on addresses that only this machine reaches, unless others are meant to reach it.
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { codeOf } from '../core/files/open-file.ts';
import { AppError } from '../shared/errors.ts';

export interface ListenAddress {
  /** An IP address of this machine, or the one that stands for all of them. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface ListenRules {
  /** There is TLS, or it was said that there need not be. */
  readonly mayBeRemote: boolean;
}

const form = /^(?:\[(?<six>[\da-f:.]+)\]|(?<name>[^\s:/[\]]+)):(?<port>\d{1,5})$/iu;
const maxPort = 65_535;

/** @param text HOST:PORT. @throws AppError BAD_USAGE, with what to do */
export function parseListenAddress(text: string, { mayBeRemote }: ListenRules): ListenAddress {
  const { six, name, port } = form.exec(text)?.groups ?? {};
  const number = Number(port);
  if (port === undefined || number > maxPort)
    throw new AppError('BAD_USAGE', `'${text}' is no address: write HOST:PORT, such as 127.0.0.1:8477`);
  const host = name?.toLowerCase() === 'localhost' ? '127.0.0.1' : (six ?? name ?? '');
  if (six === undefined ? !isIPv4(host) : !isIPv6(host))
    throw new AppError(
      'BAD_USAGE',
      `'${text}': HOST is localhost or an IP address of this machine, such as 127.0.0.1 or [::1]; 0.0.0.0 and [::] are all of them`,
    );
  if (mayBeRemote || isLoopback(host)) return { host, port: number };
  throw new AppError(
    'BAD_USAGE',
    `Vedette answers this machine only, and ${text} could be reached by others, who could read tokens and names of files on the way: ` +
      `listen on 127.0.0.1:${number}, or set [api] tls_certificate and tls_key, or accept it with --allow-remote. ` +
      `From another machine: ssh -L ${number}:127.0.0.1:${number} HERE`,
  );
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Only this machine reaches it, or is behind it; an IPv4 address in the form of IPv6 counts as what it is. */
export function isLoopback(address: string): boolean {
  // What nearly every connection has.
  if (address === '127.0.0.1' || address === '::1') return true;
  if (isIPv4(address)) return loopback.check(address);
  return isIPv6(address) && loopback.check(address, 'ipv6');
}

/** In a sentence, why nobody can be answered there. */
export function notListening(error: unknown, { host, port }: ListenAddress): AppError {
  const code = codeOf(error);
  const why = reasons.get(code) ?? 'Vedette cannot listen there';
  return new AppError('CALL_REFUSED', `${host} port ${port}: ${why} (${code})`, { cause: error });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program listens there already; choose another port with --listen'],
  ['EADDRNOTAVAIL', 'this machine has no such address; choose another with --listen'],
  ['EACCES', 'no permission to listen there; choose a port above 1023 with --listen'],
]);
