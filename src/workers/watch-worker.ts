// Entry of the watch worker process: follows the watched folders and tells the core which files rest; it never opens one.
import { createExclusions } from '../core/intake/exclusions.ts';
import { readFolder } from '../core/intake/read-folder.ts';
import { watchWithChokidar } from '../core/watch/chokidar-folders.ts';
import { readQueueLimit, readSystemLimits } from '../core/watch/system-limits.ts';
import type { MessageFromWatcher, MessageToWatcher } from '../core/watch/watch-protocol.ts';
import { Watcher } from '../core/watch/watcher.ts';
import { endWithParent } from './orphan-watch.ts';
import { connectParentPort, hasKind } from './parent-port.ts';

// chokidar obeys these before what it is told: polling would be blind for seconds and read every file's state.
delete process.env['CHOKIDAR_USEPOLLING'];
delete process.env['CHOKIDAR_INTERVAL'];

const longestEndMs = 2000;
/** A core that does not listen must not fill this process: what is left out then is for the sweep. */
const maxUnsent = 500;

endWithParent();
const port = connectParentPort<MessageToWatcher, MessageFromWatcher>(isMessage);
let hasLeftOut = false;
const watcher = new Watcher({
  watchFolders: watchWithChokidar,
  readFolder,
  createExclusions,
  limits: readSystemLimits,
  queueLimit: readQueueLimit(),
  send,
});

port.onMessage((message) => {
  switch (message.kind) {
    case 'watch':
      watcher.apply(message.settings);
      break;
    case 'block':
      if (process.env['VEDETTE_FAULTS'] === '1') block(message.milliseconds);
      break;
    case 'stop':
      void stop();
      break;
  }
});

function send(message: MessageFromWatcher): void {
  if (message.kind === 'files' && port.unsent >= maxUnsent) {
    hasLeftOut = true;
    return;
  }
  if (hasLeftOut && port.unsent < maxUnsent / 2) {
    hasLeftOut = false;
    port.send({ kind: 'doubt', root: null, cause: 'Vedette did not listen to the watcher for a while.' });
  }
  port.send(message);
}

async function stop(): Promise<void> {
  // Nothing is lost if it takes too long: the watches end with the process.
  setTimeout(() => process.exit(0), longestEndMs).unref();
  await watcher[Symbol.asyncDispose]();
  port.end();
}

function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function isMessage(message: unknown): message is MessageToWatcher {
  return hasKind(message);
}
