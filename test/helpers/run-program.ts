// Runs another program to its end within a deadline; its output as bytes, because names need not be UTF-8.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Exit codes that are no failure. */
  readonly expected?: readonly number[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program early. */
  readonly signal?: AbortSignal;
  /** false throws standard output away. */
  readonly keepsOutput?: boolean;
}

const maxErrorBytes = 4000;

/** @throws when it cannot be started, takes too long, or ends with an exit code that is not expected. */
export async function runProgram(
  binary: string,
  args: readonly string[],
  { timeoutMs, expected = [0], env = process.env, signal, keepsOutput = true }: RunOptions,
): Promise<ProgramResult> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const child = spawn(binary, args, {
    stdio: ['ignore', keepsOutput ? 'pipe' : 'ignore', 'pipe'],
    env: { ...env },
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    killSignal: 'SIGKILL',
  });
  const chunks: Buffer[] = [];
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('latin1')).slice(-maxErrorBytes);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const exitCode = await promise;
  if (exitCode === null || !expected.includes(exitCode)) {
    throw new Error(`${binary} ended with ${exitCode}: ${stderr.trim()}`);
  }
  return { exitCode, stdout: Buffer.concat(chunks), stderr };
}

/** Full path of a program on PATH or in the system's folders; null when it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null;
}
