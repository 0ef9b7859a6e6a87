// What the processes of one program use, read from /proc: memory and processor time, by the part each plays (Linux only).
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessUse {
  readonly pid: number;
  /** `main`, `worker`, `clamd`, or the name of another program. */
  readonly role: string;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** USER_HZ and the page size: the same on every Linux that Node runs on, but for pages on some arm64. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** The process itself and all that it started; see proc_pid_stat(5). */
export function readProcesses(rootPid: number): readonly ProcessUse[] {
  const childrenOf = Map.groupBy(
    readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [parentOf(Number(name))] : [])),
    ({ parent }) => parent,
  );
  const found: ProcessUse[] = [];
  const pids = [rootPid];
  for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
    const use = readProcess(pid, pid === rootPid);
    if (use !== null) found.push(use);
    pids.push(...(childrenOf.get(pid) ?? []).map((child) => child.pid));
  }
  return found;
}

/** null when it is gone, or only its exit code is left. */
export function readProcess(pid: number, isRoot: boolean): ProcessUse | null {
  const fields = statOf(pid);
  if (fields === null) return null;
  const residentBytes = Number(fields[21]) * pageBytes;
  if (residentBytes === 0) return null;
  return {
    pid,
    role: isRoot ? 'main' : roleOf(pid),
    residentBytes,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

function parentOf(pid: number): { readonly pid: number; readonly parent: number } {
  return { pid, parent: Number(statOf(pid)?.[1] ?? 0) };
}

/** Fields of /proc/PID/stat from the third on: the second is a name that may hold blanks and brackets. */
function statOf(pid: number): readonly string[] | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function roleOf(pid: number): string {
  const words = (readOrNull(`/proc/${pid}/cmdline`) ?? '').split('\0');
  if (words.some((word) => word.endsWith('scan-worker.ts'))) return 'worker';
  const program = words[0]?.split('/').at(-1) ?? '';
  return program === '' ? 'ended' : program;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
