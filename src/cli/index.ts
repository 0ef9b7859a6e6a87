// Entry of the command line: parses, runs one command, and turns what went wrong into a sentence and an exit code.
import { CommanderError } from 'commander';
import { displayPath } from '../shared/display-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { exactArguments } from './exact-arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';

// A reader that has seen enough (`vedette scan … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.errors);
  throw error;
});

try {
  await createProgram().parseAsync(exactArguments(), { from: 'user' });
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
    const misuse = error.code === 'BAD_USAGE' || error.code === 'CONFIG_INVALID';
    return misuse ? exitCodes.badUsage : exitCodes.errors;
  }
  process.stderr.write(`vedette: internal error: ${messageOf(error)}\n`);
  if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodes.errors;
}
