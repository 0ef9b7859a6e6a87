// The rest of a body that nobody wants, thrown away for a while: most clients read an answer only when they have sent everything.
import type { IncomingMessage } from 'node:http';

/** More than this, and the connection breaks while the client still sends. */
const maxBytes = 16 * 1024 * 1024;
/** A client that sends nothing more waits for the answer; one whose machine is busy may only look like it. */
const silenceMs = 1000;
/** Who sends a little now and then keeps no connection that way. */
const longestMs = 5000;

/** Resolves when an answer can be heard, or need not be waited for any longer. */
export async function untilSent(body: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const silence = setTimeout(resolve, silenceMs);
  const deadline = setTimeout(resolve, longestMs);
  let sizeBytes = 0;
  function onData(chunk: Uint8Array): void {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) resolve();
    else silence.refresh();
  }
  // It may break off: then nobody waits for the answer.
  body.on('data', onData).on('error', resolve).once('end', resolve).once('close', resolve);
  body.resume();
  await promise;
  clearTimeout(silence);
  clearTimeout(deadline);
  body.off('data', onData).off('end', resolve).off('close', resolve);
  if (!body.complete) body.pause();
}
