// What is wrong with a configuration: where, which key, and what would be right.
import { AppError } from '../../shared/errors.ts';

export interface ConfigProblem {
  /** `file:line`, the file, or the variable. */
  readonly place: string;
  readonly line: number | null;
  /** As it is written in the file; null for text that is no TOML, and for a variable. */
  readonly key: string | null;
  readonly message: string;
}

/** More are counted, not told. */
export const maxProblems = 20;

/**
 * `details.problems` holds each of them.
 * @param total how many there are with those that are not told.
 */
export function configInvalid(
  problems: readonly ConfigProblem[],
  { total = problems.length, cause }: { readonly total?: number; readonly cause?: unknown } = {},
): AppError {
  const more = total > problems.length ? [`and ${total - problems.length} more`] : [];
  const message = [...problems.map(problemText), ...more].join('\n');
  return new AppError('CONFIG_INVALID', message, { cause, details: { problems, total } });
}

export function problemText({ place, key, message }: ConfigProblem): string {
  return [place, ...(key === null ? [] : [key]), message].join(': ');
}
