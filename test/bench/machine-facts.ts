// The machine and the programs that figures were taken with: without them a figure says nothing.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { clamscan, yara } from '../helpers/reference-scanners.ts';
import { runProgram } from '../helpers/run-program.ts';

export async function machineFacts(): Promise<readonly string[]> {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `${availableParallelism()} processors (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gib} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, ${await versionOf(clamscan, '--version')}, yara ${await versionOf(yara, '--version')}`,
    `load average at the start ${loadAverage()}`,
    new Date().toISOString().slice(0, 10),
  ];
}

/** Of the last minute. */
export function loadAverage(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '';
}

async function versionOf(program: string | null, option: string): Promise<string> {
  if (program === null) return 'not installed';
  const { stdout } = await runProgram(program, [option], { timeoutMs: 10_000 });
  return stdout.toString('utf8').trim();
}
