// Why a setting was not saved, for the place beside its field: without the file and the key, which stand there already; pure.
import { messageOf } from '../../../shared/errors.ts';
import { sentence } from '../../format/sentence.ts';

/** @param name `section.key` of the field. */
export function refusalText(error: unknown, name: string): string {
  const own = problemsIn(error).filter((problem) => problem.name === name);
  return own.length === 0 ? messageOf(error) : own.map(({ message }) => sentence(message)).join(' ');
}

interface NamedProblem {
  readonly name: string;
  readonly message: string;
}

/** What `details.problems` of CONFIG_INVALID holds, as far as it has a name. */
function problemsIn(error: unknown): readonly NamedProblem[] {
  const details = memberOf(error, 'details');
  const problems = memberOf(details, 'problems');
  if (!Array.isArray(problems)) return [];
  return problems.flatMap((problem: unknown) => {
    const [name, message] = [memberOf(problem, 'name'), memberOf(problem, 'message')];
    return typeof name === 'string' && typeof message === 'string' ? [{ name, message }] : [];
  });
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
