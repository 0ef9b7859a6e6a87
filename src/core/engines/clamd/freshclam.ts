// freshclam for a database of our own: run with a configuration of our own, as this user, never longer than a deadline.
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { displayPath } from '../../../shared/display-path.ts';
import { codeOf } from '../../files/open-file.ts';
import { encodePath } from '../../files/raw-path.ts';
import { checkedPath, isHoldablePath } from './managed-config.ts';

/** freshclam.conf(5); the address is the one every distribution ships. */
const mirror = 'database.clamav.net';
const maxOutputBytes = 64 * 1024;
const maxReasonCharacters = 300;
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
  const shown = displayPath(databaseDir);
  try {
    const folder = encodePath(databaseDir);
    accessSync(folder, constants.W_OK);
    // Root may write everywhere: two programs that fetch into one folder undo each other's work.
    const isOurs = process.getuid === undefined || statSync(folder).uid === process.getuid();
    if (isOurs) return isHoldablePath(databaseDir) ? null : `freshclam cannot be given the path ${shown}.`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return `The folder of signatures ${shown} is not there.`;
  }
  return `The signatures in ${shown} belong to the system, whose own freshclam keeps them fresh.`;
}

/** @throws AppError CONFIG_INVALID for a path that a configuration file cannot hold. */
export async function runFreshclam(run: FreshclamRun): Promise<FreshclamOutcome> {
  const configuration = checkedPath(join(run.workDir, 'freshclam.conf'));
  const text = configurationFor(checkedPath(run.databaseDir));
  try {
    writeFileSync(encodePath(configuration), text, { mode: 0o600 });
  } catch (error) {
    return failed(`The configuration of freshclam could not be written (${codeOf(error)}).`);
  }
  const { code, output, problem } = await outputOf(run, configuration);
  if (problem !== null) return failed(problem);
  // Older ones end with 1 when nothing is newer.
  const isCurrent = /\bup[- ]to[- ]date\b/i.test(output) && (code === 0 || code === 1);
  const isNew = /\bupdated \(version/i.test(output) && code === 0;
  if (isNew) return { kind: 'updated', text: 'New signatures were fetched.' };
  if (isCurrent && !/cool-?down/i.test(output)) {
    return { kind: 'current', text: 'The signatures are the newest there are.' };
  }
  // One that was told to wait ends with 0 and has fetched nothing.
  return failed(
    `freshclam failed: ${lastProblem(output) ?? `it ended with code ${code}`}.${hintFor(output)}`,
  );
}

function failed(text: string): FreshclamOutcome {
  return { kind: 'failed', text };
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

/** What says only that something failed, after what has. */
const hollow = /^(?:Update failed\b|Database update process failed|Giving up on)/i;

/** freshclam writes `ERROR: …` or `WARNING: …`, sometimes two in a line, and what the network said behind `Message:`. */
function lastProblem(output: string): string | undefined {
  const lines = output
    .replace(/\p{Cc}/gu, (character) => (character === '\n' ? '\n' : ' '))
    .split('\n')
    .map((line) => line.trim());
  const ofNetwork = lines.map((line) => /\bMessage: *(?<said>\S.*)$/.exec(line)?.groups?.['said']);
  const candidates = [...marked(lines, /^(?:\^|WARNING:)\s*/), ...marked(lines, /^(?:!|ERROR:)\s*/)];
  const said =
    ofNetwork.findLast((text) => text !== undefined) ??
    candidates.findLast((text) => text !== '' && !hollow.test(text)) ??
    candidates.at(-1);
  return said?.slice(0, maxReasonCharacters).replace(/[.\s]+$/, '');
}

/** Without the mark, and without the function that says it. */
function marked(lines: readonly string[], mark: RegExp): readonly string[] {
  return lines.filter((line) => mark.test(line)).map((line) => line.replace(mark, '').replace(/^\w+: /, ''));
}

/** AppArmor's profile of Debian and Ubuntu knows no other folders than the system's. */
function hintFor(output: string): string {
  const isRefused = /can't (?:open|create|save|parse|chdir)|permission denied/i.test(output);
  if (!isRefused || !existsSync('/etc/apparmor.d/usr.bin.freshclam')) return '';
  return ' AppArmor may keep freshclam out of this folder: see /etc/apparmor.d/usr.bin.freshclam.';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(encodePath(file), constants.X_OK);
    return existsSync(encodePath(file));
  } catch {
    return false;
  }
}
