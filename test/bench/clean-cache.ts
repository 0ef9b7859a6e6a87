// Empties the memory in which clamd keeps what it found clean, so that every scanner meets it cold.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askClamd } from '../../src/core/engines/clamd/ask-clamd.ts';

const askTimeoutMs = 5000;
const reloadTimeoutMs = 60_000;
const lookEveryMs = 25;

/**
 * A reload is the only way: the cache belongs to the loaded signatures. Returns when the log says they are in force.
 * @param dataDir of a managed clamd that runs
 */
export async function clearCleanCache(dataDir: string, signal: AbortSignal): Promise<void> {
  const folder = join(dataDir, 'clamd');
  const socket = /^LocalSocket (?<path>.+)$/m.exec(readFileSync(join(folder, 'clamd.conf'), 'utf8'));
  const log = join(folder, 'clamd.log');
  const before = statSync(log).size;
  await askClamd({ kind: 'unix', path: socket?.groups?.['path'] ?? '' }, 'RELOAD', askTimeoutMs);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(reloadTimeoutMs)]);
  while (!/correctly reloaded[^]*Activating/.test(readFileSync(log, 'latin1').slice(before))) {
    await delay(lookEveryMs, undefined, { signal: deadline });
  }
}
