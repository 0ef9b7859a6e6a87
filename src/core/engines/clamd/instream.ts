// Writes INSTREAM: each chunk behind its length, a length of zero at the end; clamd(8) "INSTREAM".
import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

export const streamName = Buffer.from('stream');
const command = Buffer.from('zINSTREAM\0');
const terminator = Buffer.alloc(4);
const maxChunkBytes = 1 << 30;

/** All of `bytes` as one request and, when it is small, one write; `onSent` when the kernel has taken it all. */
export function writeInstream(socket: Socket, bytes: Buffer, onSent: () => void): void {
  socket.cork();
  beginInstream(socket);
  for (let offset = 0; offset < bytes.length; offset += maxChunkBytes) {
    const chunk = bytes.subarray(offset, offset + maxChunkBytes);
    socket.write(lengthOf(chunk));
    socket.write(chunk);
  }
  endInstream(socket, onSent);
  socket.uncork();
}

export function beginInstream(socket: Socket): void {
  socket.write(command);
}

/** One chunk, not empty (an empty one would end the stream); `onSent` when the caller may reuse its memory. */
export function writeChunk(socket: Socket, chunk: Buffer, onSent: () => void): void {
  socket.cork();
  socket.write(lengthOf(chunk));
  socket.write(chunk, onSent);
  socket.uncork();
}

export function endInstream(socket: Socket, onSent: () => void): void {
  socket.write(terminator, onSent);
}

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(chunk.length);
  return length;
}
