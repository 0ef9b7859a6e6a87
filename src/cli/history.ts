// `vedette history`: what happened and who did it, and whether anybody has changed the record since.
import { styleText } from 'node:util';
import { Command } from 'commander';
import { z } from 'zod';
import { countText } from '../shared/count-text.ts';
import { AppError } from '../shared/errors.ts';
import {
  historyKindSchema,
  historyKinds,
  type HistoryEvent,
  type HistoryKind,
  type HistoryVerification,
} from '../shared/history-event.ts';
import { askVedette, type Caller, type OpenDesk } from './ask-vedette.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import { exitCodes } from './exit-codes.ts';
import { addAskingOptions, askingOptionsSchema, type AskingOptions } from './remote-options.ts';
import { reportedEvent } from './reported.ts';
import { parseLimit } from './size.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { hint, linesOf, shownText, tell } from './tell.ts';

const listOptionsSchema = askingOptionsSchema.extend({
  limit: z.number().default(50),
  kind: z.array(z.string()).default([]),
});
type ListOptions = z.infer<typeof listOptionsSchema>;

const examples = `
Examples:
  vedette history                                    the last 50 records, newest first
  vedette history list --limit 1000 --kind quarantined restored deleted
  vedette history verify                             exit code 0: intact; 2: broken, and where

Each record carries the hash of the one before it: none can be changed or left out without a trace.`;

const pageSize = 1000;
const helpWidth = 76;

export function historyCommand(openDesk: OpenDesk): Command {
  const history = new Command('history')
    .summary('show and verify the record of what happened')
    .description('Shows what happened and who did it, and verifies that nobody has changed the record.')
    .addHelpText('after', examples);
  const list = new Command('list')
    .summary('show what happened, newest first (default)')
    .option('--limit <n>', 'show no more than this (default: 50)', parseLimit)
    .option('--kind <kind...>', 'only records of these kinds')
    .addHelpText('after', `\nKinds:\n${kindLines().join('\n')}`)
    .action(async (options: unknown) => {
      const given = listOptionsSchema.parse(options);
      const kinds = parseKinds(given.kind);
      process.exitCode = await askVedette(given, openDesk, (call) => showEvents(call, kinds, given));
    });
  const verify = new Command('verify')
    .summary('say whether the record is as it was written')
    .action(async (options: unknown) => {
      const common = askingOptionsSchema.parse(options);
      process.exitCode = await askVedette(common, openDesk, (call) => verifyHistory(call, common));
    });
  history.addCommand(addAskingOptions(list), { isDefault: true });
  history.addCommand(addAskingOptions(verify));
  return history;
}

function kindLines(): readonly string[] {
  const lines = ['  '];
  for (const [index, kind] of historyKinds.entries()) {
    const word = index === historyKinds.length - 1 ? kind : `${kind}, `;
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > helpWidth) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line) => line.trimEnd());
}

/** @throws AppError BAD_USAGE */
export function parseKinds(texts: readonly string[]): readonly HistoryKind[] {
  return texts.map((text) => {
    const kind = historyKindSchema.safeParse(text).data;
    if (kind === undefined) {
      throw new AppError('BAD_USAGE', `there is no kind '${text}'; there are ${historyKinds.join(', ')}`);
    }
    return kind;
  });
}

async function showEvents(
  call: Caller,
  kinds: readonly HistoryKind[],
  options: ListOptions,
): Promise<number> {
  const events = await listEvents(call, kinds, options.limit);
  const entries = events.map(reportedEvent);
  tell(options, {
    document: { format: 'vedette.history/1', events: entries },
    entries,
    text: historyText(events, { isFiltered: kinds.length > 0, quiet: options.quiet }),
  });
  return exitCodes.nothingFound;
}

async function listEvents(
  call: Caller,
  kinds: readonly HistoryKind[],
  limit: number,
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  while (events.length < limit) {
    const wanted = Math.min(pageSize, limit - events.length);
    const before = events.at(-1)?.number ?? null;
    const page = await call('history.list', { kinds: [...kinds], before, limit: wanted });
    events.push(...page.events);
    if (page.events.length < wanted) break;
  }
  return events;
}

async function verifyHistory(call: Caller, options: AskingOptions): Promise<number> {
  const verification = await call('history.verify', {});
  tell(options, {
    document: { format: 'vedette.history-verify/1', ...verification },
    entries: [verification],
    text: verification.intact && options.quiet ? '' : verificationText(verification),
  });
  return verification.intact ? exitCodes.nothingFound : exitCodes.errors;
}

export function historyText(
  events: readonly HistoryEvent[],
  { isFiltered, quiet }: { readonly isFiltered: boolean; readonly quiet: boolean },
): string {
  if (events.length === 0) {
    if (quiet) return '';
    return linesOf(
      isFiltered
        ? ['Nothing of this kind has happened.']
        : ['Nothing has happened yet.', hint('Protection begins with: vedette watch')],
    );
  }
  const lines = columnLines(
    [{ title: 'NO', isNumber: true }, { title: 'WHEN' }, { title: 'WHAT' }, { title: 'BY' }, { title: '' }],
    events.map(({ number, at, kind, actor, text, path }) => [
      String(number),
      formatTime(at),
      kind,
      shownText(actor),
      toldOf(shownText(text), path === null ? '' : shownPath(path)),
    ]),
  );
  return linesOf(quiet ? lines.slice(1) : lines);
}

/** Most sentences name their file. */
function toldOf(text: string, path: string): string {
  return path === '' || text.includes(path) ? text : `${text} (${path})`;
}

export function verificationText(verification: HistoryVerification): string {
  const { intact, records, first_number: first, broken_at: brokenAt, problem } = verification;
  if (!intact) {
    const where = brokenAt === null ? '' : ` at record ${brokenAt}`;
    return linesOf([`${styleText('red', 'Broken')}${where}: ${shownText(problem)}`]);
  }
  if (records === 0) return linesOf([`${styleText('green', 'Intact')}: there are no records yet.`]);
  const older = first !== null && first > 1 ? ` Older ones than number ${first} were removed by age.` : '';
  return linesOf([
    `${styleText('green', 'Intact')}: ${countText(records, 'record')}, each as it was written.${older}`,
  ]);
}
