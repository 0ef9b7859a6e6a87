// Whether a mount answers, asked by a process of its own: a mount that hangs takes that process and nothing of ours.
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { pathBytes } from '../files/raw-path.ts';
import { orLate } from '../or-late.ts';

/** Settles when the system has answered, whatever it said; `signal` ends a question that can be ended. */
export type AskMount = (path: string, signal: AbortSignal) => Promise<void>;

/** A file system that does not answer within this time hangs. */
const usualDeadlineMs = 2000;
/** One that hangs is ended, so that the mount can be asked again when it answers. */
const longestQuestionMs = 60_000;

/**
 * A call of `node:fs` on such a mount never returns; it keeps one of four threads, and even the exit of the process
 * waits for it (measured with a FUSE mount that nobody serves).
 */
export class MountProbe implements Disposable {
  readonly #ask: AskMount;
  readonly #end = new AbortController();
  /** At most one question a mount is ever open, however often it is asked. */
  readonly #open = new Map<string, Promise<void>>();

  constructor(ask: AskMount = process.platform === 'win32' ? askByStat : askByProcess) {
    this.#ask = ask;
  }

  /** Questions without an answer so far. */
  get openCount(): number {
    return this.#open.size;
  }

  /** False: it did not answer in time, or could not even be asked. A path that is not there is an answer. Never rejects. */
  async answersInTime(path: string, deadlineMs = usualDeadlineMs): Promise<boolean> {
    let question = this.#open.get(path);
    if (question === undefined) {
      question = this.#ask(path, this.#end.signal).finally(() => this.#open.delete(path));
      this.#open.set(path, question);
    }
    return await orLate(
      question.then(
        () => true,
        () => false,
      ),
      deadlineMs,
      () => false,
    );
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

/** The path travels as octal digits: an argument of a process in Node is text, and a name need not be. */
const script = `path=$(printf '%b/.' "$1"); test -d "$path"`;

function askByProcess(path: string, signal: AbortSignal): Promise<void> {
  const octal = [...pathBytes(path)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', script, 'vedette-probe', octal], {
      stdio: 'ignore',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestQuestionMs)]),
      killSignal: 'SIGKILL',
    });
    // It must not keep us alive while it hangs.
    child.unref();
    child.once('exit', () => resolve());
    child.on('error', () => {
      // One that was told to end is open until it is gone: in the kernel it may wait on.
      if (child.pid === undefined) resolve();
    });
  });
}

/** On Windows a network drive that is gone takes a minute at most, and then answers. */
async function askByStat(path: string): Promise<void> {
  try {
    await stat(path);
  } catch {
    // That is an answer, too.
  }
}
