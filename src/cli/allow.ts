// `vedette allow`: what is let be whatever the engines say; who decided that, when and why.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { allowKindSchema, type AllowEntry, type AllowKind } from '../shared/allow-entry.ts';
import { AppError } from '../shared/errors.ts';
import { assertNever } from '../shared/verdict.ts';
import { currentActor } from '../core/actor.ts';
import { askVedette, type Caller, type OpenDesk } from './ask-vedette.ts';
import { inBatches, parseIds } from './chosen-ids.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import { exitCodes } from './exit-codes.ts';
import { addAskingOptions, askingOptionsSchema, pathFor, type AskingOptions } from './remote-options.ts';
import { reportedAllowEntry } from './reported.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { hint, linesOf, shownText, tell } from './tell.ts';

const addOptionsSchema = askingOptionsSchema.extend({ reason: z.string().max(1000) });

const examples = `
Examples:
  vedette allow                                                   the list
  vedette allow add path ~/tools --reason "our own tools"         a file, or all in a folder
  vedette allow add signature Win.Test.EICAR --reason "drill"     whatever has this finding only
  vedette allow add hash 2c26b46b68ff…  --reason "false alarm"    this content, wherever it is
  vedette allow remove 3

It counts at once. A file that is moved or changed is looked at again, unless its new place or content is allowed too.`;

const removedAtOnce = 1000;

export function allowCommand(openDesk: OpenDesk): Command {
  const allow = new Command('allow')
    .summary('show and change the allow-list')
    .description(
      'Shows and changes the list of what is allowed: by content, by place, by the name of a signature.',
    )
    .addHelpText('after', examples);
  const list = new Command('list').summary('show the list (default)').action(async (options: unknown) => {
    const common = askingOptionsSchema.parse(options);
    process.exitCode = await askVedette(common, openDesk, (call) => showEntries(call, common));
  });
  const add = new Command('add')
    .summary('allow something from now on')
    .argument('<kind>', 'hash, path or signature')
    .argument('<value>', 'SHA-256; file or folder; exact name of a signature or rule')
    .requiredOption('--reason <text>', 'why')
    .action(async (kind: string, value: string, options: unknown) => {
      process.exitCode = await addEntry(openDesk, { kind, value }, addOptionsSchema.parse(options));
    });
  const remove = new Command('remove')
    .summary('allow something no more')
    .argument('<id...>', 'numbers of the list')
    .action(async (ids: string[], options: unknown) => {
      process.exitCode = await removeEntries(openDesk, ids, askingOptionsSchema.parse(options));
    });
  allow.addCommand(addAskingOptions(list), { isDefault: true });
  for (const command of [add, remove]) allow.addCommand(addAskingOptions(command));
  return allow;
}

async function showEntries(call: Caller, options: AskingOptions): Promise<number> {
  const { entries } = await call('allow.list', {});
  const reported = entries.map(reportedAllowEntry);
  tell(options, {
    document: { format: 'vedette.allow/1', entries: reported },
    entries: reported,
    text: allowText(entries, options.quiet),
  });
  return exitCodes.nothingFound;
}

function addEntry(
  openDesk: OpenDesk,
  given: { readonly kind: string; readonly value: string },
  options: z.infer<typeof addOptionsSchema>,
): Promise<number> {
  const kind = allowKindSchema.safeParse(given.kind).data;
  if (kind === undefined) {
    throw new AppError('BAD_USAGE', `'${given.kind}' cannot be allowed; write hash, path or signature`);
  }
  const value = allowValue(kind, given.value, (path) => pathFor(options, path));
  return askVedette(options, openDesk, async (call) => {
    const answer = await call('allow.add', { kind, value, reason: options.reason, actor: currentActor() });
    const entry = reportedAllowEntry(answer.entry);
    tell(options, {
      document: { format: 'vedette.allow-add/1', entry, is_new: answer.is_new },
      entries: [entry],
      text: options.quiet ? '' : addedText(answer.entry, answer.is_new),
    });
    return exitCodes.nothingFound;
  });
}

function removeEntries(
  openDesk: OpenDesk,
  texts: readonly string[],
  options: AskingOptions,
): Promise<number> {
  const ids = parseIds(texts);
  return askVedette(options, openDesk, async (call) => {
    const removed: AllowEntry[] = [];
    for (const batch of inBatches(ids, removedAtOnce)) {
      removed.push(...(await call('allow.remove', { ids: [...batch], actor: currentActor() })).removed);
    }
    const gone = new Set(removed.map(({ id }) => id));
    const notFound = ids.filter((id) => !gone.has(id));
    const entries = removed.map(reportedAllowEntry);
    tell(options, {
      document: { format: 'vedette.allow-remove/1', removed: entries, not_found: notFound },
      entries,
      text: removedText(removed, notFound, options.quiet),
    });
    return notFound.length === 0 ? exitCodes.nothingFound : exitCodes.errors;
  });
}

/** As the list keeps it. @throws AppError BAD_USAGE */
export function allowValue(
  kind: AllowKind,
  text: string,
  pathOf: (path: string) => string = resolve,
): string {
  if (text === '') throw new AppError('BAD_USAGE', `an empty ${kind} would allow nothing, or everything`);
  switch (kind) {
    case 'hash':
      if (/^[\da-f]{64}$/i.test(text)) return text.toLowerCase();
      throw new AppError('BAD_USAGE', `'${text}' is no SHA-256: 64 digits, 0-9 and a-f`);
    case 'path':
      return pathOf(text);
    case 'signature':
      return text;
    default:
      return assertNever(kind);
  }
}

export function allowText(entries: readonly AllowEntry[], quiet: boolean): string {
  if (entries.length === 0) {
    if (quiet) return '';
    const how = 'To allow something: vedette threats allow ID --reason TEXT, or vedette allow add --help';
    return linesOf(['Nothing is allowed: every finding counts.', hint(how)]);
  }
  const [head = '', ...rows] = columnLines(
    [
      { title: 'ID', isNumber: true },
      { title: 'KIND' },
      { title: 'SINCE' },
      { title: 'BY' },
      { title: 'WHAT AND WHY' },
    ],
    entries.map((entry) => [
      String(entry.id),
      entry.kind,
      formatTime(entry.created_at),
      shownText(entry.author),
      `${shownPath(entry.value)}${entry.reason === '' ? '' : `: ${shownText(entry.reason)}`}`,
    ]),
  );
  if (quiet) return linesOf(rows);
  return linesOf([head, ...rows, '', hint('To allow something no more: vedette allow remove ID')]);
}

export function addedText({ id, kind, value }: AllowEntry, isNew: boolean): string {
  const what = `the ${kind} ${shownPath(value)}`;
  if (!isNew) return linesOf([`Entry ${id} allowed ${what} already.`]);
  const only =
    kind === 'signature' ? ['A file in which something else is found as well is not allowed by it.'] : [];
  return linesOf([
    `Entry ${id} allows ${what} from now on.`,
    ...[...only, `To undo it: vedette allow remove ${id}`].map(hint),
  ]);
}

export function removedText(
  removed: readonly AllowEntry[],
  notFound: readonly number[],
  quiet: boolean,
): string {
  const done = removed.map(
    ({ id, kind, value }) => `Entry ${id}: the ${kind} ${shownPath(value)} is no longer allowed.`,
  );
  return linesOf([...(quiet ? [] : done), ...notFound.map((id) => `Entry ${id}: there is none.`)]);
}
