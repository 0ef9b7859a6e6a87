// Hears of Enter on the terminal, only while the terminal is ours: reading it from the background would stop the whole process.
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';

export interface EnterKey extends Disposable {
  /** Whether it is heard at the moment. */
  readonly isHeard: boolean;
}

/** Nothing where standard input is no terminal. Ctrl-C stays what it is. */
export function onEnter(listener: () => void): EnterKey {
  let lines: Interface | null = null;
  function follow(): void {
    const isOurs = process.stdin.isTTY && isInForeground();
    if (isOurs && lines === null) {
      // Not as a terminal: line by line, with the keys that the system knows.
      lines = createInterface({ input: process.stdin, terminal: false });
      lines.on('line', listener);
      lines.on('error', stop);
    } else if (!isOurs) stop();
  }
  function stop(): void {
    lines?.close();
    lines = null;
    if (process.stdin.isTTY) process.stdin.pause();
  }
  // It comes with `fg` and `bg` alike.
  process.on('SIGCONT', follow);
  // A terminal that went away is no reason to stop protecting.
  process.stdin.on('error', stop);
  follow();
  return {
    get isHeard() {
      return lines !== null;
    },
    [Symbol.dispose]() {
      process.removeListener('SIGCONT', follow);
      stop();
    },
  };
}

/** Fields 5 and 8 of proc_pid_stat(5): our process group, and the one that the terminal belongs to. Elsewhere nobody can tell. */
function isInForeground(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const text = readFileSync('/proc/self/stat', 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}
