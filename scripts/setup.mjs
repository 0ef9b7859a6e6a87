// Installs exactly the locked packages when they are missing or out of date; plain JavaScript, no
// dependencies, because on a bare clone it is the first thing that runs, under whatever Node is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.vedette-setup');
const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

const installed = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash;
if (installed) {
  // `bin/vedette` compares times only: say that the lock file has been looked at.
  const now = new Date();
  utimesSync(stampFile, now, now);
} else {
  process.stderr.write('vedette: installing the packages named in package-lock.json (once)\n');
  // Not `npm ci`: it refuses a lock file that was written where a registry has no packages for other platforms.
  // `--no-save` keeps to the locked versions all the same and leaves both files as they are.
  // Scripts apart: npm would compile every package with a binding.gyp, also one that brings its binaries.
  npm('install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts');
  npm('rebuild', 'node', 'lefthook');
  writeFileSync(stampFile, lockHash);
}

function npm(...args) {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(program, [...args, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return;
  const cause = result.error ? result.error.message : `npm ${args[0]} ended with code ${result.status}`;
  process.stderr.write(`vedette: the packages could not be installed: ${cause}\n`);
  process.stderr.write(
    'vedette: check that npm works and that the package registry can be reached, then try again\n',
  );
  process.exit(1);
}
