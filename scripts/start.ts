// `npm start`: the app in its window or, where there can be none, the same pages in a browser; `-- COMMAND` is a command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readAppArguments } from '../src/main/app-arguments.ts';
import { BuildFailure, buildIfStale } from './build-if-stale.ts';
import { Demo } from './demo.ts';
import { readStartArguments } from './start-arguments.ts';
import { findWindowSystem } from './window-system.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src', 'cli', 'index.ts');
/** npm goes to the folder of the package first. */
const workingFolder = process.env['INIT_CWD'] ?? process.cwd();
const help = `npm start                       Vedette in its window, or in a browser where there is no display
npm start -- --demo             the same on a throw-away folder with real files and real scans
npm start -- --browser          in a browser, also where a window could be had
npm start -- ./a-file           scans it, in the window
npm start -- scan PATH…         any command of vedette; npm start -- help lists them

In a browser, options of vedette serve can follow: npm start -- --listen 127.0.0.1:0
`;

async function main(args: readonly string[]): Promise<number> {
  const wanted = readStartArguments(args);
  if (wanted.kind === 'help') {
    process.stdout.write(help);
    return 0;
  }
  using programs = new Programs();
  if (wanted.kind === 'command') return await programs.run(process.execPath, [cli, ...wanted.args]);
  const { isDemo, isBrowser, rest } = wanted;
  const system = isBrowser
    ? ({ kind: 'none', reason: 'you asked for it' } as const)
    : findWindowSystem(process.env);
  const { paths } = readAppArguments(rest, workingFolder);
  if (system.kind === 'none' && paths.some((path) => existsSync(path))) {
    process.stderr.write(
      `vedette: there is no window to scan it in, because ${system.reason}; try: npm start -- scan PATH\n`,
    );
    return 3;
  }
  buildIfStale();
  if (programs.wereEnded) return 2;
  await using demo = isDemo ? await Demo.start() : null;
  const own = [...(demo === null ? [] : demo.options), ...rest];
  if (system.kind === 'window') return await programs.run(system.electron, [root, ...own]);
  process.stderr.write(`vedette: in the browser, because ${system.reason}\n`);
  // A demo stands beside what runs already.
  const place =
    isDemo && !rest.some((option) => option.startsWith('--listen')) ? ['--listen', '127.0.0.1:0'] : [];
  return await programs.run(process.execPath, [cli, 'serve', '--open', ...place, ...own]);
}

/** What runs for the user, one after the other: this process lives on until it has ended, to clean up after it. */
class Programs implements Disposable {
  readonly #ending = new AbortController();
  readonly #listener = (signal: NodeJS.Signals): void => this.#ending.abort(signal);

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.#listener);
  }

  get wereEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  run(program: string, args: readonly string[]): Promise<number> {
    const { signal } = this.#ending;
    if (signal.aborted) return Promise.resolve(2);
    const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'vedette'), ...process.env };
    const child = spawn(program, args, { stdio: 'inherit', env, cwd: workingFolder });
    signal.addEventListener('abort', () => {
      // Ctrl-C and the end of a terminal reach it by themselves; to be told twice would mean: at once.
      if (signal.reason === 'SIGTERM') child.kill('SIGTERM');
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 2));
    });
  }

  [Symbol.dispose](): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#listener);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildFailure)) throw error;
  process.stderr.write(`vedette: ${error.message}\n`);
  process.exitCode = 2;
}
