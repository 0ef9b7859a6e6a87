// Bytes to a port as nobody's client would send them, and all that came back.
import { connect, type Socket } from 'node:net';

const patienceMs = 30_000;

export interface RawRequest {
  readonly port: number;
  readonly host?: string;
  /** In their order, each when the one before is with the system. */
  readonly parts: readonly (string | Uint8Array)[];
}

export function openSocket(port: number, host = '127.0.0.1'): Socket {
  const socket = connect({ port, host, noDelay: true });
  socket.on('error', () => {});
  return socket;
}

/** Until the other end has closed the connection. @throws Error when it does not */
export async function untilClosed(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  try {
    await closeOf(socket);
  } catch (error) {
    socket.destroy();
    throw new Error(`it stayed open: ${Buffer.concat(chunks).toString('latin1')}`, { cause: error });
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Whatever error comes before it. @throws Error after half a minute */
export async function closeOf(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(new Error('the connection stayed open')), patienceMs);
  socket.once('close', () => resolve());
  try {
    await promise;
  } finally {
    clearTimeout(late);
  }
}

/** All that was answered until the connection was closed. */
export async function sendRaw({ port, host, parts }: RawRequest): Promise<string> {
  const socket = openSocket(port, host);
  const answered = untilClosed(socket);
  for (const part of parts) socket.write(part);
  return await answered;
}

export function statusesIn(answer: string): readonly number[] {
  return [...answer.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map(([, status]) => Number(status));
}
