// `vedette threats`: what was found and is not settled, and what to do about it.
import { Command } from 'commander';
import { z } from 'zod';
import type { EachOutcome } from '../shared/contract.ts';
import type { FindingAction, FindingState } from '../shared/finding.ts';
import { currentActor } from '../core/actor.ts';
import { personToAsk, questionAbout } from './ask-yes-no.ts';
import { askVedette, type Caller, type OpenDesk } from './ask-vedette.ts';
import { asksForAll, inBatches, parseIds } from './chosen-ids.ts';
import { confirmOutcomes, tellOutcomes } from './each-outcome.ts';
import { exitCodes } from './exit-codes.ts';
import { findingsText } from './finding-texts.ts';
import { listFindings } from './list-findings.ts';
import { addAskingOptions, askingOptionsSchema } from './remote-options.ts';
import { reportedFinding } from './reported.ts';
import { parseLimit } from './size.ts';
import { tell } from './tell.ts';

const listOptionsSchema = askingOptionsSchema.extend({
  all: z.boolean().default(false),
  limit: z.number().default(100),
});
const actOptionsSchema = askingOptionsSchema.extend({
  reason: z.string().max(1000).default(''),
  yes: z.boolean().default(false),
});
type ActOptions = z.infer<typeof actOptionsSchema>;

const examples = `
Examples:
  vedette threats                                what was found and is still where it was
  vedette threats list --all --json              everything that was ever found
  vedette threats quarantine 12 13
  vedette threats allow 12 --reason "our own installer"
  vedette threats dismiss all --yes

All of it can be undone: vedette quarantine restore, vedette allow remove, vedette threats reopen.
Exit codes: 0 done, 2 something could not be done, 3 bad usage.`;

const actHelp = {
  quarantine: `
Moves the files into the vault, where they cannot run. A file that is no longer the one that was scanned is not
moved, but scanned again. A file of the operating system or of Vedette itself is only moved when it is named
by its number, and confirmed on the terminal or with --yes.`,
  allow: `
What is in the file is allowed, wherever it is; the allow-list says who, when and why (vedette allow).`,
  dismiss: `
The file stays where it is and is not told of again until it changes.`,
  reopen: `
What was dismissed needs a decision again. The numbers of such findings: vedette threats list --all`,
} as const;

/** A call that moves files asks for no more than this, so that its answer comes in time. */
const actedAtOnce = 50;

export function threatsCommand(openDesk: OpenDesk): Command {
  const threats = new Command('threats')
    .summary('show what was found, and act on it')
    .description(
      'Shows what was found and is not settled; quarantines, allows or dismisses it, or takes it up again.',
    )
    .addHelpText('after', examples);
  const list = new Command('list')
    .summary('show what was found (default)')
    .description('Shows what was found and is still where it was, newest first.')
    .option('--all', 'also what was settled: quarantined, allowed, dismissed, gone')
    .option('--limit <n>', 'show no more than this (default: 100)', parseLimit)
    .action(async (options: unknown) => {
      const given = listOptionsSchema.parse(options);
      process.exitCode = await askVedette(given, openDesk, (call) => showThreats(call, given));
    });
  threats.addCommand(addAskingOptions(list), { isDefault: true });
  for (const [action, summary] of [
    ['quarantine', 'move files into the vault'],
    ['allow', 'allow what is in the files from now on'],
    ['dismiss', 'leave files where they are, and say no more of them'],
    ['reopen', 'take up again what was dismissed'],
  ] as const) {
    const command = new Command(action)
      .summary(summary)
      .argument('<id...>', 'numbers of the list, or all')
      .option(
        '--yes',
        action === 'quarantine' ? 'also what has to be confirmed; needed for all' : 'needed for all',
      )
      .addHelpText('after', actHelp[action])
      .action(async (ids: string[], options: unknown) => {
        process.exitCode = await act(openDesk, action, ids, actOptionsSchema.parse(options));
      });
    if (action === 'allow') command.requiredOption('--reason <text>', 'why, for the list');
    threats.addCommand(addAskingOptions(command));
  }
  return threats;
}

async function showThreats(call: Caller, options: z.infer<typeof listOptionsSchema>): Promise<number> {
  const states: FindingState[] = options.all ? [] : ['open'];
  const { findings, total } = await listFindings(call, { states, job: null }, options.limit);
  const entries = findings.map(reportedFinding);
  tell(options, {
    document: { format: 'vedette.threats/1', total, findings: entries },
    entries,
    text: findingsText({ findings, total, all: options.all, quiet: options.quiet }),
  });
  return exitCodes.nothingFound;
}

function act(
  openDesk: OpenDesk,
  action: FindingAction,
  texts: readonly string[],
  options: ActOptions,
): Promise<number> {
  const isAll = asksForAll(texts, options.yes);
  const named = isAll ? [] : parseIds(texts);
  return askVedette(options, openDesk, async (call, _listenTo, place) => {
    const ids = isAll ? await allFor(action, call) : named;
    // `all` never means what must be confirmed: that is named by its number.
    const first = await actOn(call, {
      action,
      ids,
      reason: options.reason,
      confirmed: options.yes && !isAll,
    });
    const person = isAll || options.json || options.ndjson ? null : personToAsk();
    const ask = person === null ? null : (question: string) => person(questionAbout(place, question));
    const outcomes = await confirmOutcomes(first, ask, (again) =>
      actOn(call, {
        action,
        ids: ids.filter((id) => again.has(id)),
        reason: options.reason,
        confirmed: true,
      }),
    );
    return tellOutcomes(options, action, outcomes);
  });
}

interface Act {
  readonly action: FindingAction;
  readonly ids: readonly number[];
  readonly reason: string;
  readonly confirmed: boolean;
}

async function actOn(call: Caller, { ids, ...how }: Act): Promise<readonly EachOutcome[]> {
  const all: EachOutcome[] = [];
  for (const batch of inBatches(ids, actedAtOnce)) {
    const { outcomes } = await call('findings.act', { ...how, ids: [...batch], actor: currentActor() });
    all.push(...outcomes);
  }
  return all;
}

/** What `all` stands for. */
async function allFor(action: FindingAction, call: Caller): Promise<readonly number[]> {
  const state = action === 'reopen' ? 'dismissed' : 'open';
  const { findings } = await listFindings(call, { states: [state], job: null });
  return findings.map(({ id }) => id);
}
