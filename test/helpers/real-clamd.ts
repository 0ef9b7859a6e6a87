// Debian's clamd with a database, configuration and socket of its own in a temporary folder; ended by its pid.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askClamd } from '../../src/core/engines/clamd/ask-clamd.ts';
import type { ClamdAddress, ClamdTarget } from '../../src/core/engines/clamd/target.ts';
import { eicarSignature } from './eicar.ts';
import { targetAt } from './fake-clamd.ts';
import { freePort } from './free-port.ts';

const places = ['/usr/sbin/clamd', '/usr/local/sbin/clamd', '/opt/homebrew/sbin/clamd'];
const binary = places.find(isExecutable);

/** For `describe.skipIf(!hasClamd)`; where clamd is required its absence fails instead. */
export const hasClamd = binary !== undefined || process.env['VEDETTE_REQUIRE_CLAMD'] === '1';

export interface RealClamdOptions {
  /** More lines of clamd.conf. */
  readonly configuration?: readonly string[];
  /** Database files by name, besides the one for EICAR. */
  readonly database?: Readonly<Record<string, string>>;
  readonly maxStreamBytes?: number;
}

export class RealClamd implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'real-clamd-'));
  readonly #maxStreamBytes: number;
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(maxStreamBytes: number) {
    this.#maxStreamBytes = maxStreamBytes;
  }

  static async start(options: RealClamdOptions = {}): Promise<RealClamd> {
    const clamd = new RealClamd(options.maxStreamBytes ?? 25 * 1024 * 1024);
    clamd.#port = await freePort();
    clamd.#configure(options);
    await clamd.spawn();
    return clamd;
  }

  get address(): ClamdAddress {
    return { kind: 'unix', path: join(this.folder, 'clamd.sock') };
  }

  get tcpAddress(): ClamdAddress & { readonly kind: 'tcp' } {
    return { kind: 'tcp', host: '127.0.0.1', port: this.#port };
  }

  get target(): ClamdTarget {
    return targetAt(this.address, this.#maxStreamBytes);
  }

  /** Starts it (again) and waits until it answers. */
  async spawn(): Promise<void> {
    if (binary === undefined) throw new Error('clamd is not installed: apt-get install clamav-daemon');
    const child = spawn(binary, ['--config-file', join(this.folder, 'clamd.conf')], { stdio: 'ignore' });
    this.#process = child;
    const endsAtMs = performance.now() + 30_000;
    for (;;) {
      try {
        await askClamd(this.address, 'PING', 1000);
        return;
      } catch (error) {
        if (child.exitCode !== null || performance.now() > endsAtMs) throw error;
        // Not a guess at a duration: there is no event to wait for until the socket answers.
        await delay(20);
      }
    }
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #configure({ configuration = [], database = {}, maxStreamBytes }: RealClamdOptions): void {
    const databaseFolder = join(this.folder, 'database');
    mkdirSync(databaseFolder);
    for (const [name, text] of Object.entries({ 'eicar.ndb': eicarSignature(), ...database })) {
      writeFileSync(join(databaseFolder, name), text);
    }
    const lines = [
      'Foreground yes',
      `DatabaseDirectory ${databaseFolder}`,
      `TemporaryDirectory ${this.folder}`,
      `LocalSocket ${join(this.folder, 'clamd.sock')}`,
      `TCPSocket ${this.#port}`,
      'TCPAddr 127.0.0.1',
      ...(maxStreamBytes === undefined ? [] : [`StreamMaxLength ${maxStreamBytes}`]),
      ...configuration,
    ];
    writeFileSync(join(this.folder, 'clamd.conf'), `${lines.join('\n')}\n`);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
