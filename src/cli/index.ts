// Entry of the command line: parses, runs one command, and turns what went wrong into a sentence and an exit code.
import { CommanderError } from 'commander';
import { displayPath } from '../shared/display-path.ts';
import { AppError, messageOf, type ErrorCode } from '../shared/errors.ts';
import { exactArguments } from './exact-arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';

/** A second Vedette at one data folder is a mistake of the caller. Above what runs, which may fail at once. */
const misuse: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['BAD_USAGE', 'CONFIG_INVALID', 'ALREADY_RUNNING']);

// What nobody foresaw ends with 2 as every other error: Node's own 1 would say that something was found.
process.on('uncaughtException', (error) => process.exit(report(error)));
// A reader that has seen enough (`vedette scan … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE')
    process.stderr.write(`vedette: the output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.errors);
});

try {
  const args = exactArguments();
  await (await createProgram(args)).parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version end with 0; commander has already said what was wrong otherwise.
    return error.exitCode === 0 ? exitCodes.nothingFound : exitCodes.badUsage;
  }
  if (error instanceof AppError) {
    process.stderr.write(
      `vedette: ${error.message
        .split('\n')
        .map((line) => displayPath(line, true))
        .join('\n')}\n`,
    );
    return misuse.has(error.code) ? exitCodes.badUsage : exitCodes.errors;
  }
  process.stderr.write(`vedette: internal error: ${messageOf(error)}\n`);
  if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodes.errors;
}
