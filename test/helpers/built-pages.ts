// The pages as `npm run build` makes them, for tests of what serves them; built when nobody has done so here.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pageFolder } from '../../src/api/page-folder.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const limitMs = 120_000;

export async function ensurePages(): Promise<void> {
  if (existsSync(join(pageFolder(), 'index.html'))) return;
  const build = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await run(process.execPath, [build, 'build', '--logLevel', 'error'], { cwd: root, timeout: limitMs });
}
