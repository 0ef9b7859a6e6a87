// One run of our own clamd under a supervisor: ready once it answers PING, and never outliving us, however we end.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Buffer } from 'node:buffer';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { encodePath } from '../../files/raw-path.ts';
import { askClamd } from './ask-clamd.ts';
import type { ManagedFolders } from './managed-folders.ts';
import { OutputTail } from './output-tail.ts';
import { readPid } from './stale-run.ts';

/**
 * clamd has no way to end with its parent. This shell reads from a pipe of ours, which breaks however we end, and
 * then ends clamd: SIGTERM, after five seconds SIGKILL. It ends with clamd's own exit code.
 */
const supervisor = `
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
(
  read -r _ <&3
  kill -TERM "$pid" || exit 0
  for _ in 1 2 3 4 5; do sleep 1; kill -0 "$pid" || exit 0; done
  kill -KILL "$pid"
) </dev/null >/dev/null 2>&1 &
watcher=$!
exec 3<&- </dev/null
wait "$pid"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

const pollMs = 50;
const pingTimeoutMs = 2_000;
const longestStopMs = 7_000;
const readLogBytes = 64 * 1024;

export interface ClamdProcessOptions {
  readonly binary: string;
  readonly folders: ManagedFolders;
  /** Where the linked signatures are; named in place of the view in what clamd says. */
  readonly signatureDir: string | null;
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts clamd and waits until it answers.
 * @throws AppError CLAMD_UNAVAILABLE with clamd's last words when it ends before, CLAMD_TIMEOUT when it does not
 * answer in time, the reason of `signal` when that aborts.
 */
export async function startClamdProcess(options: ClamdProcessOptions): Promise<ClamdProcess> {
  const clamd = new ClamdProcess(options);
  try {
    await clamd.waitUntilReady(options.readyTimeoutMs, options.signal);
    return clamd;
  } catch (error) {
    await clamd[Symbol.asyncDispose]();
    throw error;
  }
}

export class ClamdProcess implements AsyncDisposable {
  /** Settles when clamd is gone, with why in a few words. Never rejects. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #folders: ManagedFolders;
  readonly #signatureDir: string;
  readonly #tail = new OutputTail();
  #exit: string | null = null;

  constructor(options: Pick<ClamdProcessOptions, 'binary' | 'folders' | 'signatureDir'>) {
    const { binary, folders } = options;
    this.#folders = folders;
    this.#signatureDir = options.signatureDir ?? folders.databaseDir;
    prepareLog(folders.logPath);
    const command = [binary, '-c', folders.configPath];
    const [file = '', ...arguments_] =
      process.platform === 'win32' ? command : ['/bin/sh', '-c', supervisor, 'vedette-clamd', ...command];
    // Its own process group: Ctrl-C in our terminal must not take clamd away from the scans that are being ended.
    const child = spawn(file, arguments_, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => this.#tail.push(text));
    }
    child.stdin.on('error', () => this.#kill());
    this.exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`it could not be started: ${messageOf(error)}`));
      child.once('close', (code, signal) => resolve(describeExit(code, signal)));
    }).then((reason) => (this.#exit = reason));
  }

  /** The process of clamd itself, not of its supervisor; null when it is not known. */
  get pid(): number | null {
    return readPid(this.#folders.pidPath);
  }

  /** Signatures loaded, from the log of this run; 0 when it does not say. */
  get loadedSignatures(): number {
    const found = [...readLog(this.#folders.logPath).matchAll(/-> Loaded (\d+) signatures\.$/gm)].at(-1);
    return Number(found?.[1] ?? 0);
  }

  async waitUntilReady(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const endsAtMs = performance.now() + timeoutMs;
    for (;;) {
      if (this.#exit !== null) throw this.#earlyDeath(this.#exit);
      try {
        await askClamd(this.#folders.address, 'PING', pingTimeoutMs);
        return;
      } catch (error) {
        if (performance.now() >= endsAtMs) {
          throw new AppError('CLAMD_TIMEOUT', `clamd was not ready after ${Math.round(timeoutMs / 1000)} s`, {
            cause: error,
            details: { log: this.#lastWords() },
          });
        }
      }
      await Promise.race([delay(pollMs, undefined, { signal }), this.exited]);
      signal.throwIfAborted();
    }
  }

  /**
   * Loads the database folder again; scans go on with the old one until then.
   * @returns the signatures loaded.
   * @throws AppError CLAMD_UNAVAILABLE when it cannot be loaded: clamd then keeps the old one.
   */
  async reload(timeoutMs: number, signal: AbortSignal): Promise<number> {
    const outcome = this.#tail.waitFor(
      /Database correctly reloaded \((\d+) signatures\)[^]*Activating the newly loaded database|(Database reload failed)/,
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    );
    const [, found] = await Promise.all([askClamd(this.#folders.address, 'RELOAD', pingTimeoutMs), outcome]);
    if (found?.[1] !== undefined) return Number(found[1]);
    const log = this.#lastWords();
    const text =
      found === null
        ? 'clamd did not say that it reloaded its signatures'
        : `clamd kept its old signatures: ${log}`;
    throw new AppError('CLAMD_UNAVAILABLE', text, { details: { log } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.destroy();
    if (process.platform === 'win32') this.#child.kill();
    const timer = setTimeout(() => this.#kill(), longestStopMs);
    try {
      await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #lastWords(): string {
    return this.#tail.lastLines().replaceAll(this.#folders.databaseDir, this.#signatureDir);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#exit !== null) return;
    try {
      // The whole group: the supervisor and its clamd.
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  }

  #earlyDeath(exit: string): AppError {
    const log = this.#lastWords();
    return new AppError(
      'CLAMD_UNAVAILABLE',
      `clamd ended while it started (${exit})${log === '' ? '' : `: ${log}`}`,
      {
        details: { exit, log },
      },
    );
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `ended by ${signal}`;
  // What a shell makes of a child that a signal ended.
  return code !== null && code > 128 ? `ended by signal ${code - 128}` : `exit code ${code ?? 0}`;
}

/** A log of its own for each run, with one earlier kept, so that its lines are this run's. */
function prepareLog(path: string): void {
  const isWorthKeeping = (statSync(encodePath(path), { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (isWorthKeeping) renameSync(encodePath(path), encodePath(`${path}.1`));
  else rmSync(encodePath(path), { force: true });
}

function readLog(path: string): string {
  try {
    const descriptor = openSync(encodePath(path), 'r');
    try {
      const bytes = Buffer.alloc(readLogBytes);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
