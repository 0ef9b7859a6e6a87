// Another process that works on a database: a program given as text, heard through the lines it prints.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const limitMs = 60_000;
const folder = fileURLToPath(new URL('../..', import.meta.url));

/** Ends with the test, by force. */
export class StoreProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #iterator: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  readonly #limit: NodeJS.Timeout;

  /** @param program the body of a module, in which `Database`, `openStore`, `entries` and `args` are known. */
  constructor(program: string, args: readonly unknown[], userId?: number) {
    const head = `
      import Database from 'better-sqlite3';
      import { silentLogger } from '${folder}src/core/logger.ts';
      import { openStore } from '${folder}src/core/store/store.ts';
      import * as entries from '${folder}test/helpers/store-entries.ts';
      const args = ${JSON.stringify(args)};
      const logger = silentLogger;`;
    this.#child = spawn(process.execPath, ['--input-type=module', '-e', `${head}\n${program}`], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      ...(userId === undefined ? {} : { uid: userId, gid: userId }),
    });
    this.#ended = once(this.#child, 'close');
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#iterator = this.#lines[Symbol.asyncIterator]();
    this.#limit = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
  }

  /** The next line it prints. @throws when it has ended instead. */
  async line(): Promise<string> {
    const { value, done } = await this.#iterator.next();
    if (done === true) throw new Error('the other process has ended');
    return value;
  }

  /** Gives it a line to read. */
  tell(text: string): void {
    this.#child.stdin.write(`${text}\n`);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits for its own end. @returns the exit code. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    await this.kill();
    this.#lines.close();
  }
}
