import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { browserOpener } from '../../../src/cli/open-browser.ts';

const module = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'on-enter.ts');

/** Says its number and whether it hears Enter, then `enter` for each; `alive` for SIGUSR2; ends with SIGTERM. */
const program = `
  import { onEnter } from ${JSON.stringify(module)};
  const timer = setInterval(() => {}, 1000);
  const key = onEnter(() => console.log('enter'));
  process.on('SIGUSR2', () => console.log('alive'));
  process.on('SIGTERM', () => { clearInterval(timer); key[Symbol.dispose](); });
  console.log('pid', process.pid, key.isHeard);
`;
const node = [process.execPath, '--input-type=module', '-e', program]
  .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  .join(' ');

function started(file: string, args: readonly string[]) {
  const child: ChildProcess = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'inherit'], timeout: 20_000 });
  if (child.stdout === null) throw new Error('it has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    /** The next line with this word. */
    async next(word: string): Promise<string> {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`it ended before ${word}`);
        if (value.includes(word)) return value.trim();
      }
    },
  };
}

describe.skipIf(process.platform !== 'linux')('Enter', () => {
  test('is heard on a terminal, and the process can end', async () => {
    const { child, next } = started('script', ['-qefc', node, '/dev/null']);
    const [, pid, isHeard] = (await next('pid')).split(' ');
    expect(isHeard).toBe('true');
    for (let times = 0; times < 2; times += 1) {
      child.stdin?.write('\n');
      expect(await next('enter')).toBe('enter');
    }
    process.kill(Number(pid), 'SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('is not read in the background, which would stop the process', async () => {
    const { child, next } = started('script', ['-qefc', `set -m; ${node} & wait`, '/dev/null']);
    const [, pid, isHeard] = (await next('pid')).split(' ');
    expect(isHeard).toBe('false');
    for (let times = 0; times < 20; times += 1) {
      child.stdin?.write('\n');
      process.kill(Number(pid), 'SIGUSR2');
      expect(await next('alive')).toBe('alive');
    }
    process.kill(Number(pid), 'SIGTERM');
    await once(child, 'close');
  });

  test('is not looked for where standard input is a pipe, nor where there is none', async () => {
    const { child, next } = started(process.execPath, ['--input-type=module', '-e', program]);
    expect(await next('pid')).toMatch(/false$/);
    child.stdin?.end('\n');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
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
