// The home of a person with a `vedette serve` of their own: state and settings lie where they do for everybody, and nothing is left of it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { vedette } from './faults/scene.ts';
import { processesNaming, until } from './processes.ts';
import { markOf } from './run-vedette.ts';
import { temporaryFolder } from './temporary-folder.ts';

const toldSchema = z.object({ address: z.string() });
const startLimitMs = 40_000;
const endLimitMs = 20_000;

export class ServingHome implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly path = this.#folder.path;
  readonly dataDir = join(this.path, '.local', 'share', 'vedette');
  readonly configuration = join(this.path, '.config', 'vedette', 'rt_protection_config.toml');
  #child: ChildProcess | null = null;
  #stderr = '';

  /** A folder below the home, made. */
  folder(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** @param name relative to the home */
  write(name: string, content: string | Uint8Array): string {
    return this.#folder.write(name, content);
  }

  /** What a shell of that person has; nothing of Vedette. */
  get env(): NodeJS.ProcessEnv {
    return {
      PATH: `${join(vedette, '..')}:${process.env['PATH'] ?? ''}`,
      HOME: this.path,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      // Inherited by all that it starts, so that those left behind can be found.
      VEDETTE_TEST_HOME: this.path,
    };
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Gives the address once it can scan. Without clamd, with one worker, on any port. @throws when it cannot */
  async serve(...options: readonly string[]): Promise<string> {
    const env = { ...this.env, VEDETTE_SCALING_MIN_WORKERS: '1', VEDETTE_SCALING_MAX_WORKERS: '1' };
    const args = ['serve', '--json', '--clamd', 'none', '--listen', '127.0.0.1:0', ...options];
    const child = spawn(vedette, args, { cwd: this.path, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    const ended = new AbortController();
    child.once('close', () => ended.abort());
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(startLimitMs)]);
    const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal }).catch(
      (error: unknown) => {
        throw new Error(`it did not start: ${this.#stderr}`, { cause: error });
      },
    );
    const { address } = toldSchema.parse(JSON.parse(String(line)));
    // Nobody tells a client when it is ready but the answer itself.
    while ((await fetch(`${address}/readyz`, { signal })).status !== 200) await delay(50, null, { signal });
    return address;
  }

  ownerToken(): string {
    return readFileSync(join(this.dataDir, 'api', 'owner.token'), 'utf8').trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const timer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
      child.kill('SIGTERM');
      await once(child, 'close');
      clearTimeout(timer);
    }
    await until(() => processesNaming(markOf(this.path)).length === 0);
    this.#folder[Symbol.dispose]();
  }
}
