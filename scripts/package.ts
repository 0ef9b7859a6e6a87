// `npm run package`: what this machine can build: with Electron's binary everything of its system, without it the app alone.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../src/shared/errors.ts';
import { buildIfStale } from './build-if-stale.ts';
import { makeDeb } from './make-deb.ts';

const root = join(import.meta.dirname, '..');
const electron = join(root, 'node_modules', 'electron');
const { version } = manifest(join(root, 'package.json'));

const { values } = parseArgs({
  options: {
    /** Where the packages go. */
    output: { type: 'string', default: join(root, 'release') },
    /** Everything electron-builder.yml names for this system; needs a network. */
    all: { type: 'boolean', default: false },
    /** A larger deb in much less time: for tests. */
    uncompressed: { type: 'boolean', default: false },
  },
});

try {
  buildIfStale();
  if (values.all) builder([]);
  else packageHere();
} catch (error) {
  console.error(`vedette: ${messageOf(error)}`);
  process.exitCode = 1;
}

function packageHere(): void {
  const isWhole = existsSync(join(electron, 'dist'));
  const dist = isWhole ? join(electron, 'dist') : standInForElectron();
  try {
    builder(['--dir', `-c.electronDist=${dist}`]);
  } finally {
    if (!isWhole) rmSync(dist, { recursive: true, force: true });
  }
  if (process.platform !== 'linux') return;
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const unpacked = join(values.output, architecture === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  const deb = makeDeb({
    unpacked,
    version: isWhole ? version : `${version}~without.electron`,
    architecture,
    compression: values.uncompressed ? 'none' : 'xz',
    outputFolder: values.output,
  });
  console.log(`${unpacked}\n${deb}`);
  if (!isWhole) {
    console.log(
      'Electron is not installed here (npx install-electron): these hold the app, but nothing that runs it.',
    );
  }
}

function builder(options: readonly string[]): void {
  const program = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const args = [program, '--publish=never', `-c.directories.output=${values.output}`, ...options];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`electron-builder ended with code ${status}`);
}

/** What electron-builder expects of Electron's files; fuses are bytes behind a mark in the executable. */
function standInForElectron(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-electron-'));
  mkdirSync(join(folder, 'resources'));
  mkdirSync(join(folder, 'locales'));
  for (const language of ['de', 'en-US']) writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  const fuses = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x09${'0'.repeat(9)}`;
  writeFileSync(
    join(folder, 'electron'),
    `#!/bin/sh\necho 'Electron is not in this package' >&2\nexit 1\n# ${fuses}\n`,
    'latin1',
  );
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'version'), manifest(join(electron, 'package.json')).version);
  writeFileSync(join(folder, 'LICENSE'), '');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '');
  return folder;
}

function manifest(file: string): { version: string } {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')));
}
