// `npm start`: until the window is there, says what works and scans the user's Downloads, or the paths after `--`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../src/cli/index.ts', import.meta.url));
const compileCache = fileURLToPath(new URL('../node_modules/.cache/vedette', import.meta.url));

function vedette(args: readonly string[]): number {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const { status, error } = spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit', env });
  if (error) throw error;
  return status ?? 2;
}

const [first, ...others] = process.argv.slice(2);
// `npm start -- scan PATH` is what one types who knows the command.
const given = first === undefined ? [] : first === 'scan' ? others : [first, ...others];
const downloads = join(homedir(), 'Downloads');
const paths = given.length > 0 ? given : existsSync(downloads) ? [downloads] : [];

console.log('What works on this machine:\n');
const healthy = vedette(['doctor']);
if (paths.length === 0) {
  console.log('\nThere is no Downloads folder here. Scan something with: npm start -- PATH');
  process.exitCode = healthy;
} else {
  console.log(`\nLooking at ${paths.join(', ')}:\n`);
  process.exitCode = vedette(['scan', ...paths]) || healthy;
}
