// What came of each thing that was asked for: told in a line, counted in the exit code, and asked again where it must be.
import { styleText } from 'node:util';
import type { EachOutcome } from '../shared/contract.ts';
import type { OutcomesAction } from '../shared/report-documents.ts';
import type { AskYesNo } from './ask-yes-no.ts';
import { columnLines } from './columns.ts';
import type { CommonOptions } from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedOutcome } from './reported.ts';
import { shortVaultId } from './chosen-ids.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { hint, linesOf, shownText, tell } from './tell.ts';

export function tellOutcomes(
  options: CommonOptions,
  action: OutcomesAction,
  outcomes: readonly EachOutcome[],
  note = '',
): number {
  const entries = outcomes.map(reportedOutcome);
  tell(options, {
    document: { format: 'vedette.outcomes/1', action, outcomes: entries },
    entries,
    text: outcomesText(outcomes, options.quiet) + (options.quiet || note === '' ? '' : linesOf([hint(note)])),
  });
  return outcomesExitCode(outcomes);
}

export function outcomesExitCode(outcomes: readonly EachOutcome[]): number {
  return outcomes.every(({ ok }) => ok) ? exitCodes.nothingFound : exitCodes.errors;
}

/** `12  done  /where/it/is: What happened.` */
export function outcomesText(outcomes: readonly EachOutcome[], quiet: boolean): string {
  if (outcomes.length === 0 && !quiet) return linesOf(['There are none: nothing was done.']);
  const shown = quiet ? outcomes.filter(({ ok }) => !ok) : outcomes;
  if (shown.length === 0) return '';
  const rows = shown.map(({ id, ok, text, path }) => [
    typeof id === 'number' ? String(id) : shortVaultId(id),
    ok ? styleText('green', 'done') : styleText('red', 'not done'),
    toldOf(path, text),
  ]);
  const [, ...lines] = columnLines([{ title: '' }, { title: '' }, { title: '' }], rows);
  const protectedIds = shown.flatMap(({ id, needs_confirmation: needs }) => (needs ? [id] : []));
  return linesOf([
    ...lines,
    ...(protectedIds.length === 0
      ? []
      : [hint(`To do it all the same: vedette threats quarantine ${protectedIds.join(' ')} --yes`)]),
  ]);
}

/** The path stands first, unless the sentence names it. */
function toldOf(path: string | null, text: string): string {
  const told = shownText(text);
  if (path === null || told.includes(shownPath(path))) return told;
  return `${shownPath(path)}: ${told}`;
}

/** What needs it is asked about once, together, and done again when the answer is yes. */
export async function confirmOutcomes(
  outcomes: readonly EachOutcome[],
  ask: AskYesNo | null,
  again: (ids: ReadonlySet<EachOutcome['id']>) => Promise<readonly EachOutcome[]>,
): Promise<readonly EachOutcome[]> {
  const waiting = outcomes.filter(({ needs_confirmation: needs }) => needs);
  if (waiting.length === 0 || ask === null) return outcomes;
  const reasons = waiting.map(({ path, text }) => `  ${toldOf(path, text)}`);
  if (!(await ask(`${linesOf(reasons)}Do it all the same?`))) return outcomes;
  const done = new Map(
    (await again(new Set(waiting.map(({ id }) => id)))).map((outcome) => [outcome.id, outcome]),
  );
  return outcomes.map((outcome) => done.get(outcome.id) ?? outcome);
}
