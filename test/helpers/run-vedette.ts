// The command line as a user starts it, with state and configuration of its own; a run that hangs is ended.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { scanReportSchema } from '../../src/shared/scan-report.ts';
import type { z } from 'zod';

const program = join(import.meta.dirname, '..', '..', 'bin', 'vedette');
const limitMs = 100_000;
/** Of one that many tests ask. */
const serviceLimitMs = 10 * 60_000;
/** A second worker has nothing to do with a few files, and loading the engines costs more than their scan. */
const oneWorker = { VEDETTE_SCALING_MIN_WORKERS: '1', VEDETTE_SCALING_MAX_WORKERS: '1' };
const commandsWithWorkers = ['scan', 'watch', 'serve'];

export interface RunOptions {
  /** Holds the data folder and stands for the configuration folder, where there is none. */
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** One scan worker unless told otherwise. */
  readonly workers?: 'one' | 'as configured';
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunningVedette = ChildProcessByStdio<Writable, Readable, Readable>;

/** Variable that every process of a run inherits, so that those left behind can be found. */
export function markOf(home: string): string {
  return `VEDETTE_TEST_HOME=${home}`;
}

export function startVedette(
  args: readonly string[],
  { home, cwd, env = {}, workers = 'one' }: RunOptions,
): RunningVedette {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(VEDETTE_|FORCE_COLOR|NODE_|VITEST)/.test(name),
  );
  return spawn(program, [...args], {
    cwd: cwd ?? home,
    env: {
      ...Object.fromEntries(ours),
      NO_COLOR: '1',
      XDG_CONFIG_HOME: home,
      VEDETTE_DATA_DIR: join(home, 'data'),
      VEDETTE_TEST_HOME: home,
      ...(workers === 'one' && commandsWithWorkers.includes(args[0] ?? '') ? oneWorker : {}),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: args[0] === 'serve' ? serviceLimitMs : limitMs,
    killSignal: 'SIGKILL',
  });
}

export async function runVedette(args: readonly string[], options: RunOptions): Promise<Run> {
  const child = startVedette(args, options);
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return outcomeOf(child);
}

export async function outcomeOf(child: RunningVedette): Promise<Run> {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    buffer(child.stdout),
    buffer(child.stderr),
  ]);
  return {
    code: typeof code === 'number' ? code : null,
    stdout: stdout.toString('utf8'),
    stderr: stderr.toString('utf8'),
  };
}

/** `vedette scan --json --all`, without clamd unless the arguments name one; the report is checked against its form. */
export async function scanReport(
  args: readonly string[],
  options: RunOptions,
): Promise<Run & { readonly report: z.infer<typeof scanReportSchema> }> {
  const clamd = args.includes('--clamd') ? [] : ['--clamd', 'none'];
  const run = await runVedette(['scan', '--json', '--all', ...clamd, ...args], options);
  if (run.stderr !== '') throw new Error(`it said on standard error: ${run.stderr}`);
  return { ...run, report: scanReportSchema.parse(JSON.parse(run.stdout)) };
}
