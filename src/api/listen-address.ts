// Where the pages may listen: on addresses that only this machine reaches.
import { codeOf } from '../core/files/open-file.ts';
import { AppError } from '../shared/errors.ts';

export interface ListenAddress {
  readonly host: '127.0.0.1' | '::1';
  /** 0: any that is free. */
  readonly port: number;
}

const form = /^(?:\[(?<six>[\da-f:.]+)\]|(?<name>[^\s:/[\]]+)):(?<port>\d{1,5})$/iu;
const maxPort = 65_535;

/** @param text HOST:PORT. @throws AppError BAD_USAGE */
export function parseListenAddress(text: string): ListenAddress {
  const { six, name, port } = form.exec(text)?.groups ?? {};
  const number = Number(port);
  if (port === undefined || number > maxPort)
    throw new AppError('BAD_USAGE', `'${text}' is no address: write HOST:PORT, such as 127.0.0.1:8477`);
  if (six === '::1') return { host: '::1', port: number };
  if (name === '127.0.0.1' || name?.toLowerCase() === 'localhost') return { host: '127.0.0.1', port: number };
  throw new AppError(
    'BAD_USAGE',
    `Vedette shows its pages to this machine only, and ${text} could be reached by others: listen on 127.0.0.1:${number}. ` +
      `From another machine: ssh -L ${number}:127.0.0.1:${number} HERE`,
  );
}

/** In a sentence, why nobody can be answered there. */
export function notListening(error: unknown, { host, port }: ListenAddress): AppError {
  const code = codeOf(error);
  const why = reasons.get(code) ?? 'Vedette cannot listen there';
  return new AppError('CALL_REFUSED', `${host} port ${port}: ${why} (${code})`, { cause: error });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program listens there already; choose another port with --listen'],
  ['EACCES', 'no permission to listen there; choose a port above 1023 with --listen'],
]);
