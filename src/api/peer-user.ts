// Which user of this machine is at the other end of a connection on loopback: a link may be read from the list of processes.
import { readFileSync } from 'node:fs';
import { isFsError } from '../core/files/open-file.ts';

export interface Connection {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
}

/** proc(5): both name the user who made a socket; one for IPv6 may be connected to one for IPv4. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/** False only where the system says that it is neither this user nor root, who passes on what comes from elsewhere. */
export function isOfThisUser(
  connection: Connection,
  read: (table: string) => string = readTable,
  ownIds: ReadonlySet<number> = usersHere(),
): boolean {
  if (process.platform !== 'linux') return true;
  return tables
    .flatMap((table) => read(table).split('\n'))
    .every((line) => {
      const userId = userIdIn(line, connection);
      return userId === null || userId === 0 || ownIds.has(userId);
    });
}

/** Who starts it with sudo opens it with a browser of their own. */
function usersHere(): ReadonlySet<number> {
  const ownId = process.getuid?.() ?? 0;
  const behindSudo = ownId === 0 ? Number(process.env['SUDO_UID'] ?? 0) : ownId;
  return new Set([ownId, behindSudo]);
}

/** null for a line about another socket: only the ports count, as one address is written in several ways. */
function userIdIn(line: string, { localPort, remotePort }: Connection): number | null {
  const [, local = '', remote = '', , , , , userId] = line.trim().split(/\s+/);
  // Seen from the other end, what is remote here is local there.
  return portOf(local) === remotePort && portOf(remote) === localPort ? Number(userId) : null;
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

function readTable(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch (error) {
    if (!isFsError(error)) throw error;
    return '';
  }
}
