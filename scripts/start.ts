// `npm start`: the app in its window or, where there can be none, the same pages in a browser; `-- COMMAND` is a command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from './build-if-stale.ts';
import { Demo } from './demo.ts';
import { findWindowSystem } from './window-system.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src', 'cli', 'index.ts');
const help = `npm start                       Vedette in its window, or in a browser where there is no display
npm start -- --demo             the same on a throw-away folder with real files and real scans
npm start -- --browser          in a browser, also where a window could be had
npm start -- scan PATH…         any command of vedette; npm start -- help lists them
`;

async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === '--help' || first === '-h') {
    process.stdout.write(help);
    return 0;
  }
  const isCommand = first !== undefined && !first.startsWith('-') && !existsSync(first);
  if (isCommand) return await run(process.execPath, [cli, ...args]);
  buildIfStale();
  const wantsDemo = args.includes('--demo');
  const wantsBrowser = args.includes('--browser');
  const rest = args.filter((argument) => argument !== '--demo' && argument !== '--browser');
  await using demo = wantsDemo ? await Demo.start() : null;
  const own = [...(demo === null ? [] : demo.options), ...rest];
  const system = wantsBrowser
    ? ({ kind: 'none', reason: 'you asked for the browser' } as const)
    : findWindowSystem(process.env);
  if (system.kind === 'window') return await run(system.electron, [root, ...own]);
  process.stderr.write(`vedette: in the browser, because ${system.reason}\n`);
  return await run(process.execPath, [cli, 'serve', '--open', ...own]);
}

/** Ctrl-C reaches the program too: this one waits for it. */
function run(program: string, args: readonly string[]): Promise<number> {
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'vedette'), ...process.env };
  const child = spawn(program, args, { stdio: 'inherit', env });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', () => {});
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 2));
  });
}

process.exitCode = await main(process.argv.slice(2));
