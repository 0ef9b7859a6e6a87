// freshclam for a database of our own: run with a configuration of our own, as this user, never longer than a deadline.
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { displayPath } from '../../../shared/display-path.ts';
import { encodePath } from '../../files/raw-path.ts';

/** freshclam.conf(5); the address is the one every distribution ships. */
const mirror = 'database.clamav.net';
const maxOutputBytes = 64 * 1024;
const defaultTimeoutMs = 15 * 60_000;

export interface FreshclamRun {
  readonly program: string;
  readonly databaseDir: string;
  /** For its configuration file. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export type FreshclamOutcome =
  | { readonly kind: 'updated' | 'current'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };

/** Beside clamd, or in one of the folders where it may be; null when it is nowhere. */
export function findFreshclam(clamdBinaries: readonly string[]): string | null {
  const names = process.platform === 'win32' ? 'freshclam.exe' : 'freshclam';
  const folders = [...new Set(clamdBinaries.map((binary) => dirname(binary)))];
  const places = [...folders, ...folders.map((folder) => folder.replace(/sbin$/, 'bin'))];
  return places.map((folder) => join(folder, names)).find((file) => isExecutable(file)) ?? null;
}

/** Why a database cannot be updated by this user; null when it can. */
export function databaseProblem(databaseDir: string): string | null {
  try {
    accessSync(encodePath(databaseDir), constants.W_OK);
    return null;
  } catch {
    const shown = displayPath(databaseDir);
    return `The signatures in ${shown} belong to the system, whose own freshclam keeps them fresh.`;
  }
}

export async function runFreshclam(run: FreshclamRun): Promise<FreshclamOutcome> {
  const configuration = join(run.workDir, 'freshclam.conf');
  writeFileSync(encodePath(configuration), configurationFor(run.databaseDir), { mode: 0o600 });
  const { code, output, problem } = await outputOf(run, configuration);
  if (problem !== null) return { kind: 'failed', text: problem };
  if (code !== 0)
    return { kind: 'failed', text: `freshclam failed: ${lastProblem(output) ?? `code ${code}`}` };
  const isNew = /\bupdated \(version/i.test(output);
  return isNew
    ? { kind: 'updated', text: 'New signatures were fetched.' }
    : { kind: 'current', text: 'The signatures are the newest there are.' };
}

function configurationFor(databaseDir: string): string {
  const lines = [
    `DatabaseDirectory ${databaseDir}`,
    `DatabaseMirror ${mirror}`,
    'ScriptedUpdates yes',
    'ConnectTimeout 30',
    'ReceiveTimeout 300',
    'MaxAttempts 3',
    ...(process.getuid?.() === 0 ? ['DatabaseOwner root'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly problem: string | null;
}

function outputOf(run: FreshclamRun, configuration: string): Promise<Ended> {
  const { program, signal, timeoutMs = defaultTimeoutMs } = run;
  return new Promise((resolve) => {
    const child = spawn(program, [`--config-file=${configuration}`, '--stdout', '--foreground'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-maxOutputBytes);
      });
    }
    child.once('error', (error) => {
      const problem = signal.aborted
        ? 'The update was stopped because Vedette is stopping.'
        : error.name === 'AbortError'
          ? `freshclam was ended after ${Math.round(timeoutMs / 60_000)} minutes.`
          : `freshclam could not be started: ${error.message}`;
      resolve({ code: null, output, problem });
    });
    child.once('close', (code) => resolve({ code, output, problem: null }));
  });
}

/** freshclam writes its reasons as `ERROR: …` or `WARNING: …`, the last one last. */
function lastProblem(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^(?:\^|!|ERROR:|WARNING:)/.test(line));
  return errors.at(-1)?.replace(/^(?:\^|!|ERROR:|WARNING:)\s*/, '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(encodePath(file), constants.X_OK);
    return existsSync(encodePath(file));
  } catch {
    return false;
  }
}
