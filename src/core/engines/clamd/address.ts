// Opens a connection to clamd; a failure to connect is a value that says what to do about it.
import { displayPath } from '../../../shared/display-path.ts';
import { ReplyFirstSocket } from './reply-first-socket.ts';
import type { ClamdAddress } from './target.ts';

/** `busy`: clamd lives, but its accept backlog is full (EAGAIN). The others: nobody there, or not for us. */
export type ConnectFailure = 'missing' | 'refused' | 'permission' | 'unreachable' | 'busy';

export type Connection =
  | { readonly kind: 'connected'; readonly socket: ReplyFirstSocket }
  | { readonly kind: 'failed'; readonly failure: ConnectFailure };

const failures: Readonly<Record<string, ConnectFailure>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ECONNREFUSED: 'refused',
  EACCES: 'permission',
  EPERM: 'permission',
  EAGAIN: 'busy',
};

/** The address as a person may see it. */
export function describeAddress(address: ClamdAddress): string {
  return address.kind === 'unix' ? displayPath(address.path) : `${address.host}:${address.port}`;
}

/** Connects within `timeoutMs`. The socket has an `error` listener already; its owner destroys it. */
export function openConnection(address: ClamdAddress, timeoutMs: number): Promise<Connection> {
  return new Promise((resolve) => {
    const socket = new ReplyFirstSocket();
    const timer = setTimeout(() => fail('unreachable'), timeoutMs);
    function fail(failure: ConnectFailure): void {
      clearTimeout(timer);
      socket.destroy();
      resolve({ kind: 'failed', failure });
    }
    // After the connect it stays as the listener without which a later reset would end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => fail(failures[error.code ?? ''] ?? 'unreachable'));
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve({ kind: 'connected', socket });
    });
    if (address.kind === 'unix') socket.connect({ path: address.path });
    else socket.setNoDelay(true).connect({ host: address.host, port: address.port });
  });
}
