// A worker under Electron: `utilityProcess.fork`, with what the same worker has under plain Node: last words, an end at once, a bound.
import type { ForkOptions } from 'electron';
import type { StartProcess, WorkerProcess } from '../core/processes/worker-process.ts';

/** What of a `UtilityProcess` counts here. */
export interface UtilityChild {
  readonly pid: number | undefined;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'spawn', listener: () => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}

export interface UtilityStarterOptions {
  /** File of the worker's entry point. */
  readonly entry: string;
  /** As it is called in lists of processes. */
  readonly serviceName: string;
  /** Further options for Node, such as a heap limit. */
  readonly execArgv?: readonly string[];
  readonly fork: (entry: string, args: string[], options: ForkOptions) => UtilityChild;
}

const maxLastWordsBytes = 2048;
/** What a process wrote last may come after its end, or never. */
const lastWordsMs = 500;
/** The worker does not hear when a message was taken: it is told so, of this many at once (`workers/parent-port.ts`). */
const takenAtOnce = 16;

export function utilityProcessStarter<Message extends object>(
  options: UtilityStarterOptions,
): StartProcess<Message> {
  return () => startUtilityProcess(options);
}

function startUtilityProcess<Message extends object>({
  entry,
  serviceName,
  execArgv = [],
  fork,
}: UtilityStarterOptions): WorkerProcess<Message> {
  const worker = fork(entry, [], {
    execArgv: [...execArgv],
    serviceName,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let [isGone, isKilled, taken, lastWords] = [false, false, 0, ''];
  let exitListener: ((cause: string) => void) | null = null;
  /** Once it has ended. */
  let ending: { readonly cause: string; readonly timer: NodeJS.Timeout } | null = null;
  // It is null again as soon as the process has ended.
  const { stderr } = worker;
  let hasSaidAll = stderr === null;
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-maxLastWordsBytes);
  });

  stderr?.once('end', () => {
    // Before the end of the process is heard of, or after it.
    hasSaidAll = true;
    if (ending === null) return;
    clearTimeout(ending.timer);
    reportExit(ending.cause);
  });

  function reportExit(cause: string): void {
    const listener = exitListener;
    exitListener = null;
    listener?.(lastWords === '' ? cause : `${cause}: ${lastWords.trim()}`);
  }
  function post(message: object): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    if (!isGone) worker.postMessage(message);
  }
  function killNow(): void {
    // Its own `kill` asks politely, which a worker in the middle of a match does not hear.
    if (isGone || worker.pid === undefined) return;
    try {
      process.kill(worker.pid, 'SIGKILL');
    } catch {
      // It has ended in between.
    }
  }
  worker.on('spawn', () => {
    if (isKilled) killNow();
  });
  worker.on('exit', (code) => {
    isGone = true;
    const cause = isKilled ? 'ended by SIGKILL' : `ended with code ${code}`;
    if (hasSaidAll) reportExit(cause);
    else ending = { cause, timer: setTimeout(() => reportExit(cause), lastWordsMs) };
  });

  return {
    get pid() {
      return worker.pid;
    },
    send(message) {
      post(message);
    },
    onMessage(listener) {
      worker.on('message', (message) => {
        taken += 1;
        if (taken % takenAtOnce === 0) post({ kind: 'taken', count: takenAtOnce });
        listener(message);
      });
    },
    onExit(listener) {
      exitListener = listener;
    },
    kill() {
      isKilled = true;
      killNow();
    },
  };
}
