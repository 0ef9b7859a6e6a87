// A program of the system, run for what it writes: never through a shell, never for long, never for much.
import { execFile, type ExecFileException } from 'node:child_process';
import { messageOf } from '../../shared/errors.ts';

const deadlineMs = 5000;
const maxOutputBytes = 1024 * 1024;

/** @throws an error with a sentence when it is not there, fails, takes over five seconds or writes over a mebibyte. */
export function runProgram(
  program: string,
  args: readonly string[],
  { timeoutMs = deadlineMs, maxBytes = maxOutputBytes } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        timeout: timeoutMs,
        maxBuffer: maxBytes,
        killSignal: 'SIGKILL',
        windowsHide: true,
        encoding: 'utf8',
      },
      (error, output) => {
        if (error === null) resolve(output);
        else
          reject(new Error(`${program} could not be asked: ${reasonOf(error, timeoutMs)}`, { cause: error }));
      },
    );
  });
}

function reasonOf(error: ExecFileException, timeoutMs: number): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it wrote too much';
  if (error.killed === true) return `it did not end within ${timeoutMs / 1000} s`;
  return messageOf(error).split('\n')[0] ?? '';
}
