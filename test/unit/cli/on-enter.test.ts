import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { browserOpener } from '../../../src/cli/open-browser.ts';
import { findProgram } from '../../helpers/run-program.ts';

const module = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'on-enter.ts');

/** Ends after a while in any case. Says its number and whether it hears Enter, then `enter` for each; `alive` for SIGUSR2; ends with SIGTERM. */
const program = `
  import { onEnter } from ${JSON.stringify(module)};
  const timer = setTimeout(() => process.exit(3), 20_000);
  const key = onEnter(() => console.log('enter'));
  process.on('SIGUSR2', () => console.log('alive'));
  process.on('SIGTERM', () => { clearTimeout(timer); key[Symbol.dispose](); });
  console.log('pid ' + process.pid + ' ' + key.isHeard);
`;
const node = [process.execPath, '--input-type=module', '-e', program]
  .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  .join(' ');

class Started implements Disposable {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(file: string, args: readonly string[]) {
    const env = { ...process.env, SHELL: '/bin/sh' };
    this.child = spawn(file, [...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.child.stdout === null) throw new Error('it has no output');
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line with this word. */
  async next(word: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`it ended before ${word}`);
      if (value.includes(word)) return value.trim();
    }
  }

  async ended(): Promise<unknown> {
    const [code] = await once(this.child, 'close');
    return code;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

describe.skipIf(process.platform !== 'linux' || findProgram('script') === null)('Enter', () => {
  test('is heard on a terminal, and the process can end', async () => {
    using running = new Started('script', ['-qefc', node, '/dev/null']);
    const [, pid, isHeard] = (await running.next('pid')).split(' ');
    expect(isHeard).toBe('true');
    for (let times = 0; times < 2; times += 1) {
      running.child.stdin?.write('\n');
      expect(await running.next('enter')).toBe('enter');
    }
    process.kill(Number(pid), 'SIGTERM');
    expect(await running.ended()).toBe(0);
  });

  test('is not read in the background, which would stop the process', async () => {
    using running = new Started('script', ['-qefc', `set -m; ${node} & wait`, '/dev/null']);
    const [, pid, isHeard] = (await running.next('pid')).split(' ');
    expect(isHeard).toBe('false');
    for (let times = 0; times < 20; times += 1) {
      running.child.stdin?.write('\n');
      process.kill(Number(pid), 'SIGUSR2');
      expect(await running.next('alive')).toBe('alive');
    }
    process.kill(Number(pid), 'SIGTERM');
    await running.ended();
  });

  test('is not looked for where standard input is a pipe', async () => {
    using running = new Started(process.execPath, ['--input-type=module', '-e', program]);
    expect(await running.next('pid')).toMatch(/false$/);
    running.child.stdin?.end('\n');
    running.child.kill('SIGTERM');
    expect(await running.ended()).toBe(0);
  });
});

describe('a browser', () => {
  test('is opened without a shell in between', () => {
    const address = 'http://127.0.0.1:8477/#token=a&b';
    expect(
      (['linux', 'darwin', 'win32', 'freebsd'] as const).map((platform) => browserOpener(address, platform)),
    ).toEqual([
      { program: 'xdg-open', arguments: [address] },
      { program: 'open', arguments: [address] },
      { program: 'rundll32', arguments: ['url.dll,FileProtocolHandler', address] },
      { program: 'xdg-open', arguments: [address] },
    ]);
  });
});
