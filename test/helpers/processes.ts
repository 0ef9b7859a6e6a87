// Which processes are there: for tests that must leave none behind.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const state = readQuietly(`/proc/${pid}/stat`);
  // Ended between the two looks, or a system without these files.
  if (state === '') return !existsSync('/proc/self/stat');
  // A process that ended and was not yet waited for still takes signals.
  return !/\) [ZX] /.test(state);
}

/** Resolves when the condition holds; there is no event to wait for in another process. @throws after `limitMs`. */
export async function until(condition: () => boolean, limitMs = 20_000): Promise<void> {
  const endsAtMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error(`did not come true: ${condition.toString()}`);
    await delay(10);
  }
}

/** Processes whose command line or environment names `text` (Linux). */
export function processesNaming(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => readQuietly(`/proc/${pid}/${file}`).includes(text)),
    )
    .map(Number)
    .filter(isAlive);
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
