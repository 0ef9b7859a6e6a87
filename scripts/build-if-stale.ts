// Builds `out/` when anything it is made of has changed since, so that what is started is what the code says; one build at a time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const ingredients = ['src', 'electron.vite.config.ts', 'tsconfig.json', 'package-lock.json'];
const buildLimitMs = 300_000;

export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
}

export interface BuildOptions {
  /** The checkout. */
  readonly root?: string;
  /** Instead of electron-vite; a program and its arguments. */
  readonly builder?: readonly [string, ...string[]];
}

/** @throws BuildFailure when the builder fails; it has said why on standard error. */
export function buildIfStale(options: BuildOptions = {}): void {
  const root = options.root ?? join(import.meta.dirname, '..');
  if (isFresh(root)) return;
  // Two at once would remove each other's files.
  using _alone = aloneWith(join(root, 'node_modules', '.vedette-build'));
  if (isFresh(root)) return;
  process.stderr.write('vedette: building the pages and the app (once for every change of the code)\n');
  const now = fingerprint(root);
  // What is no longer there must not be packaged.
  rmSync(join(root, 'out'), { recursive: true, force: true });
  const [program, ...args] = options.builder ?? [
    process.execPath,
    join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
    'build',
    '--logLevel',
    'warn',
  ];
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: buildLimitMs,
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
    const cause =
      error?.message ?? (signal === null ? `it ended with code ${status}` : `it was ended by ${signal}`);
    throw new BuildFailure(`the pages and the app could not be built: ${cause}`, { cause: error });
  }
  writeFileSync(stampOf(root), now);
}

/** An exclusive transaction on an empty database is a lock of the kernel: it ends with the process, whatever happens. */
function aloneWith(path: string): Disposable {
  const lock = new Database(path, { timeout: buildLimitMs });
  lock.exec('BEGIN EXCLUSIVE');
  return { [Symbol.dispose]: () => void lock.close() };
}

function stampOf(root: string): string {
  return join(root, 'out', '.built-from');
}

function isFresh(root: string): boolean {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** Of names, sizes and times: reading all of it would take longer than the comparison is worth. */
function fingerprint(root: string): string {
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
