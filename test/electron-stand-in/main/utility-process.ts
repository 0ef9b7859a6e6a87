// `utilityProcess`: a Node process with `process.parentPort`; the app hears of its end once, whatever ended it.
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { ForkOptions } from 'electron';
import { app } from './app.ts';
import { lifecycle } from './lifecycle.ts';
import { runningUtilities } from './running-utilities.ts';

const nodePath = join(import.meta.dirname, '../../../node_modules/.bin/node');
const bootUrl = pathToFileURL(join(import.meta.dirname, '../utility/boot-utility.ts')).href;

export class UtilityProcess extends EventEmitter {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #child: ChildProcess;
  #isRunning = true;

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super();
    if (!lifecycle.isReady) throw new Error('utilityProcess cannot be created before app is ready.');
    this.#child = fork(resolve(lifecycle.identity.appPath, modulePath), [...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...(options.env ?? process.env), STAND_IN_ELECTRON: process.versions['electron'] },
      execPath: nodePath,
      execArgv: [...(options.execArgv ?? []), '--import', bootUrl],
      serialization: 'advanced',
      stdio: ['ignore', streamOf(options, 1), streamOf(options, 2), 'ipc'],
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    runningUtilities.add(this);
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    // A message that could not be sent: the exit that follows says the rest.
    this.#child.on('error', () => {});
    this.#child.on('exit', (code, signal) => {
      this.#isRunning = false;
      runningUtilities.delete(this);
      this.#reportExit(code, signal, options.serviceName ?? 'Node Utility Process');
    });
  }

  get pid(): number | undefined {
    return this.#isRunning ? this.#child.pid : undefined;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('stand-in: message ports are not supported');
    if (this.#child.connected) this.#child.send({ data: structuredClone(message) }, () => {});
  }

  kill(): boolean {
    return this.#isRunning && this.#child.kill('SIGTERM');
  }

  #reportExit(code: number | null, signal: NodeJS.Signals | null, serviceName: string): void {
    const exitCode = code ?? (signal === null ? 1 : constants.signals[signal]);
    this.emit('exit', exitCode);
    if (exitCode === 0 || lifecycle.isEnding) return;
    const isKill = signal === 'SIGKILL' || signal === 'SIGTERM';
    const reason = signal === null ? 'abnormal-exit' : isKill ? 'killed' : 'crashed';
    const details = {
      type: 'Utility',
      reason,
      exitCode,
      serviceName: 'node.mojom.NodeService',
      name: serviceName,
    };
    app.emit('child-process-gone', {}, details);
  }
}

/** One word for both, or a list with one for each, where the first is stdin. */
function streamOf({ stdio = 'inherit' }: ForkOptions, index: 1 | 2): 'pipe' | 'ignore' | 'inherit' {
  const wanted = typeof stdio === 'string' ? stdio : stdio[index];
  return wanted === 'pipe' || wanted === 'ignore' ? wanted : 'inherit';
}

export const utilityProcess = {
  fork(modulePath: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
    return new UtilityProcess(modulePath, args, options);
  },
};
