// `--scaling-trace FILE`: every look at the load and what was decided, a JSON line each, for a replay with other settings.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Antivirus } from '../core/antivirus.ts';
import { traceLine } from '../core/pool/scaling-trace.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';

/** @throws AppError BAD_USAGE when the file is there already or cannot be made; later it only says what is wrong. */
export function recordScaling(file: string | undefined, antivirus: Pick<Antivirus, 'scaling'>): Disposable {
  if (file === undefined) return new DisposableStack();
  const descriptor = openNew(file);
  const stop = antivirus.scaling.onTrace((entry) => {
    try {
      writeSync(descriptor, traceLine(entry));
    } catch (error) {
      stop();
      process.stderr.write(`vedette: the scaling trace ends here: ${displayPath(messageOf(error), true)}\n`);
    }
  });
  return {
    [Symbol.dispose]() {
      stop();
      closeSync(descriptor);
    },
  };
}

function openNew(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    throw new AppError('BAD_USAGE', `--scaling-trace ${file} cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
