// Ends a worker whose core is gone even while a match keeps its thread busy: a thread of its own looks after the parent.
import { Worker } from 'node:worker_threads';

const everyMs = 1000;

// Plain code in a string: nothing of ours is loaded into the second thread, which costs a few MiB.
const watch = `
  const parentPid = process.ppid;
  setInterval(() => {
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  }, ${everyMs});
`;

/** The event loop sees a lost connection only between two files; YARA cannot be interrupted within one. */
export function endWithParent(): void {
  if (process.platform === 'win32') return;
  new Worker(watch, { eval: true }).unref();
}
