// Why Vedette does not start or cannot go on, in words for a person and as an exit code: 3 for a mistake of the caller, 2 for other trouble.
import { displayPath } from '../shared/display-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';

export interface StartFailure {
  readonly title: string;
  readonly text: string;
  readonly exitCode: 2 | 3;
}

export function startFailure(error: unknown): StartFailure {
  const message = messageOf(error)
    .split('\n')
    .map((line) => displayPath(line, true))
    .join('\n');
  const code = error instanceof AppError ? error.code : null;
  if (code === 'ALREADY_RUNNING') {
    const text = `Another Vedette protects this computer already: ${message}. This one ends, and nothing is lost.`;
    return { title: 'Vedette is already running', text, exitCode: 3 };
  }
  const isMisuse = code === 'BAD_USAGE' || code === 'CONFIG_INVALID';
  return { title: 'Vedette has to end', text: message, exitCode: isMisuse ? 3 : 2 };
}
