// Builds `out/` when anything it is made of has changed since, so that what is started is what the code says.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stampFile = join(root, 'out', '.built-from');
const ingredients = ['src', 'electron.vite.config.ts', 'package-lock.json'];

/** @throws Error with what the builder wrote when it fails. */
export function buildIfStale(): void {
  const now = fingerprint();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now) return;
  process.stderr.write('vedette: building the pages and the app (once for every change of the code)\n');
  // What is no longer there must not be packaged.
  rmSync(join(root, 'out'), { recursive: true, force: true });
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { status, error } = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw error ?? new Error(`the build ended with code ${status}`);
  writeFileSync(stampFile, now);
}

/** Of names, sizes and times: reading all of it would take longer than the comparison is worth. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const ingredient of ingredients) {
    const place = join(root, ingredient);
    const files = statSync(place).isFile()
      ? [place]
      : readdirSync(place, { recursive: true, encoding: 'utf8' })
          .toSorted()
          .map((file) => join(place, file));
    for (const file of files) {
      // One that somebody removes at this moment is another state than this one, whatever is said of it.
      const stats = statSync(file, { throwIfNoEntry: false });
      hash.update(`${file} ${stats?.size} ${stats?.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
