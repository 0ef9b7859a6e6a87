// A worker under plain Node: `child_process.fork`, JSON messages, and the last words of a process that died.
import { fork } from 'node:child_process';
import type { StartProcess, WorkerProcess } from './worker-process.ts';

const maxLastWordsBytes = 2048;

/**
 * @param entry file of the worker's entry point
 * @param execArgv further options for Node, such as a heap limit
 */
export function childProcessStarter<Message extends object>(
  entry: string,
  execArgv: readonly string[] = [],
): StartProcess<Message> {
  return () => startChildProcess(entry, execArgv);
}

function startChildProcess<Message extends object>(
  entry: string,
  execArgv: readonly string[],
): WorkerProcess<Message> {
  const child = fork(entry, [], {
    execArgv: [...execArgv],
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A terminal sends Ctrl-C to the whole group; only the core decides when a worker ends.
    detached: process.platform !== 'win32',
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-maxLastWordsBytes);
  });

  let exitListener: ((cause: string) => void) | null = null;
  function reportExit(cause: string): void {
    const listener = exitListener;
    exitListener = null;
    listener?.(lastWords === '' ? cause : `${cause}: ${lastWords.trim()}`);
  }
  child.on('error', (error) => {
    // `error` also tells of a message that could not be sent: the exit that follows says the rest.
    if (child.pid === undefined) reportExit(error.message);
  });
  child.on('close', (code, signal) => {
    reportExit(signal === null ? `ended with code ${code}` : `ended by ${signal}`);
  });

  return {
    pid: child.pid,
    send(message) {
      if (child.connected) child.send(message, () => {});
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onExit(listener) {
      exitListener = listener;
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
