// A socket that keeps reading after a write broke: the reason for the break may be waiting to be read.
import { Socket } from 'node:net';

type WriteCallback = (error?: Error | null) => void;

/**
 * `net.Socket` destroys itself at the first failed write and drops what the peer sent before it closed, and there
 * is no option against that. Here a failed write is only held back: reading goes on to the end of the stream (or
 * its own error), and whoever owns the socket destroys it then or at a deadline.
 */
export class ReplyFirstSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    super._write(chunk, encoding, unlessBroken(callback));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], callback: WriteCallback): void {
    super._writev?.(chunks, unlessBroken(callback));
  }
}

function unlessBroken(callback: WriteCallback): WriteCallback {
  return (error) => {
    if (error === undefined || error === null) callback();
  };
}
