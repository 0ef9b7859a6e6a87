// Standard output for what must go on whatever its reader does: a thread of its own writes, so a full pipe or a stopped terminal stops nothing.
import { Worker } from 'node:worker_threads';

export interface OutputThread extends AsyncDisposable {
  write(text: string): void;
  /** Characters that were handed in and are not written yet. */
  readonly unread: number;
}

/** What is left to write at the end gets so long. */
const endLimitMs = 1000;

// Plain code in a string: nothing of ours is loaded into the second thread, which costs a few MiB.
const writer = `
  const { parentPort } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let isGone = false;
  function write(bytes) {
    for (let written = 0; written < bytes.length && !isGone;) {
      try {
        written += writeSync(1, bytes, written);
      } catch (error) {
        if (error.code === 'EAGAIN') Atomics.wait(clock, 0, 0, 5);
        else isGone = true;
      }
    }
  }
  parentPort.on('message', (text) => {
    write(Buffer.from(text));
    parentPort.postMessage(text.length);
  });
`;

/** Node writes to pipes and terminals synchronously on Linux: whoever stops reading would stop the process. */
export function startOutputThread(): OutputThread {
  const thread = new Worker(writer, { eval: true });
  thread.unref();
  let unread = 0;
  let allWritten: PromiseWithResolvers<void> | null = null;
  thread.on('message', (written: number) => {
    unread -= written;
    if (unread === 0) allWritten?.resolve();
  });
  return {
    get unread() {
      return unread;
    },
    write(text) {
      unread += text.length;
      thread.postMessage(text, []);
    },
    async [Symbol.asyncDispose]() {
      allWritten = Promise.withResolvers();
      if (unread === 0) allWritten.resolve();
      const limit = setTimeout(allWritten.resolve, endLimitMs);
      await allWritten.promise;
      clearTimeout(limit);
      await thread.terminate();
    },
  };
}
