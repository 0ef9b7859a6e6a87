// Ends the clamd that an earlier run left behind: only a process that runs our own configuration file under our own user.
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { encodePath, pathBytes } from '../../files/raw-path.ts';

interface RunningProcess {
  readonly parentPid: number;
  readonly uid: number;
  /** The command line as bytes in latin1, arguments separated by NUL (Linux) or blanks. */
  readonly command: string;
}

const pollMs = 50;

export interface StaleRunWaits {
  /** From SIGTERM to SIGKILL. */
  readonly killAfterMs: number;
  /** A supervisor whose Vedette just died needs up to 6 s to end its clamd. */
  readonly supervisorMs: number;
}

const defaultWaits: StaleRunWaits = { killAfterMs: 5_000, supervisorMs: 8_000 };

/**
 * Returns when no clamd runs with `configPath`.
 * @throws AppError CLAMD_UNAVAILABLE when it is supervised, that is when another Vedette still uses this folder.
 */
export async function endStaleRun(
  pidPath: string,
  configPath: string,
  signal: AbortSignal,
  waits: StaleRunWaits = defaultWaits,
): Promise<void> {
  const pid = readPid(pidPath);
  if (pid === null) return;
  let waitedMs = 0;
  let isTermSent = false;
  for (;;) {
    const running = await describeProcess(pid);
    if (running === null || !isOurs(running, configPath)) break;
    const parent = await describeProcess(running.parentPid);
    const isSupervised = parent !== null && isOurs(parent, configPath);
    if (isSupervised && waitedMs >= waits.supervisorMs) {
      throw new AppError('CLAMD_UNAVAILABLE', 'another Vedette runs a clamd for the same data folder', {
        details: { pid, configPath },
      });
    }
    if (!isSupervised && !isTermSent) {
      endProcess(pid, 'SIGTERM');
      isTermSent = true;
      waitedMs = 0;
    } else if (isTermSent && waitedMs >= waits.killAfterMs) {
      endProcess(pid, 'SIGKILL');
    }
    await delay(pollMs, undefined, { signal });
    waitedMs += pollMs;
  }
  rmSync(encodePath(pidPath), { force: true });
}

/** The number in a PID file, or null when there is no such file or no number in it. */
export function readPid(pidPath: string): number | null {
  try {
    const text = readFileSync(encodePath(pidPath), 'latin1').trim();
    const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
    return pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function isOurs(running: RunningProcess, configPath: string): boolean {
  if (running.uid !== process.getuid?.()) return false;
  const path = pathBytes(configPath).toString('latin1');
  const isArgument = running.command.split('\0').includes(path);
  return isArgument || running.command.trimEnd().endsWith(` ${path}`);
}

function endProcess(pid: number, how: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, how);
  } catch {
    // It ended in this moment.
  }
}

function describeProcess(pid: number): Promise<RunningProcess | null> {
  if (process.platform === 'linux') return Promise.resolve(describeLinuxProcess(pid));
  if (process.platform === 'win32') return Promise.resolve(null);
  return new Promise((resolve) => {
    const options = { timeout: 5_000, encoding: 'latin1' as const };
    execFile(
      'ps',
      ['-ww', '-o', 'ppid=', '-o', 'uid=', '-o', 'args=', '-p', String(pid)],
      options,
      (error, output) => {
        const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/s.exec(output);
        if (error !== null || found === null) resolve(null);
        else resolve({ parentPid: Number(found[1]), uid: Number(found[2]), command: found[3] ?? '' });
      },
    );
  });
}

function describeLinuxProcess(pid: number): RunningProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may itself hold brackets and blanks.
    const parentPid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    return { parentPid, uid: statSync(`/proc/${pid}`).uid, command };
  } catch {
    return null;
  }
}
