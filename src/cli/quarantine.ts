// `vedette quarantine`: what is in the vault, and the ways out of it.
import { Command } from 'commander';
import { z } from 'zod';
import type { EachOutcome } from '../shared/contract.ts';
import { AppError } from '../shared/errors.ts';
import { exportPassword } from '../shared/export-password.ts';
import type { VaultRecord } from '../shared/vault-record.ts';
import { currentActor } from '../core/actor.ts';
import { personToAsk, questionAbout } from './ask-yes-no.ts';
import { askVedette, type Caller, type OpenDesk } from './ask-vedette.ts';
import { asksForAll, chooseRecords, inBatches } from './chosen-ids.ts';
import { tellOutcomes } from './each-outcome.ts';
import { exitCodes } from './exit-codes.ts';
import { deleteQuestion, quarantineText } from './quarantine-texts.ts';
import {
  addAskingOptions,
  askingOptionsSchema,
  exportNameFor,
  pathFor,
  type AskingOptions,
} from './remote-options.ts';
import { reportedRecord } from './reported.ts';
import { tell } from './tell.ts';

const restoreOptionsSchema = askingOptionsSchema.extend({
  to: z.string().min(1).optional(),
  allow: z.boolean().default(false),
  keepMode: z.boolean().default(false),
  reason: z.string().max(1000).default('restored from quarantine'),
  yes: z.boolean().default(false),
});
const deleteOptionsSchema = askingOptionsSchema.extend({ yes: z.boolean().default(false) });
const exportOptionsSchema = askingOptionsSchema.extend({
  output: z.string().min(1),
  password: z.string().min(1).max(128),
  yes: z.boolean().default(false),
});

const examples = `
Examples:
  vedette quarantine                              what is in the vault
  vedette quarantine restore 8f3a --allow         back to where it was, and allowed from now on
  vedette quarantine restore 8f3a --to ~/examine
  vedette quarantine export all --yes --output samples.zip
  vedette quarantine delete 8f3a                  for good

An id may be cut to its first digits, four at least. Nothing is ever overwritten.
Exit codes: 0 done, 2 something could not be done, 3 bad usage.`;

const ids = ['<id...>', 'ids of the list, their first digits, or all'] as const;
const leftAlone =
  'Vedette leaves them alone until they change, but a scan names them. To allow one: vedette allow add path PATH --reason TEXT';
const handledAtOnce = 50;
/** One call writes one zip. */
const maxExported = 1000;

export function quarantineCommand(openDesk: OpenDesk): Command {
  const quarantine = new Command('quarantine')
    .summary('show, restore, delete and export what is in the vault')
    .description('Shows what is in the vault; restores, deletes or exports it.')
    .addHelpText('after', examples);
  const list = new Command('list')
    .summary('show what is in the vault (default)')
    .action(async (options: unknown) => {
      const common = askingOptionsSchema.parse(options);
      process.exitCode = await askVedette(common, openDesk, (call) => showRecords(call, common));
    });
  const restore = new Command('restore')
    .summary('put files back')
    .description('Puts files back to where they were, readable by their owner only, and nothing that runs.')
    .argument(...ids)
    .option('--to <dir>', 'into this folder instead; with --remote one of the service')
    .option('--allow', 'also allow what is in them; otherwise a scan finds them again')
    .option('--keep-mode', 'with the permissions they had')
    .option('--reason <text>', 'why, for the allow-list')
    .option('--yes', 'needed for all')
    .action(async (texts: string[], options: unknown) => {
      process.exitCode = await restoreFiles(openDesk, texts, restoreOptionsSchema.parse(options));
    });
  const remove = new Command('delete')
    .summary('delete files for good')
    .description('Deletes files from the vault. Nothing brings them back.')
    .argument(...ids)
    .option('--yes', 'do not ask; needed for all, and where nobody can be asked')
    .action(async (texts: string[], options: unknown) => {
      process.exitCode = await deleteFiles(openDesk, texts, deleteOptionsSchema.parse(options));
    });
  const exporting = new Command('export')
    .summary('write files into an encrypted zip, for analysis')
    .description(
      'Writes files into a zip with a password, so that nothing opens them by mistake. They stay in the vault.',
    )
    .argument(...ids)
    .requiredOption('--output <file>', 'the zip to write; it must not be there; with --remote a bare name')
    .option('--password <text>', 'its password; other programs of yours can see it', exportPassword)
    .option('--yes', 'needed for all')
    .action(async (texts: string[], options: unknown) => {
      process.exitCode = await exportFiles(openDesk, texts, exportOptionsSchema.parse(options));
    });
  quarantine.addCommand(addAskingOptions(list), { isDefault: true });
  for (const command of [restore, remove, exporting]) quarantine.addCommand(addAskingOptions(command));
  return quarantine;
}

async function showRecords(call: Caller, options: AskingOptions): Promise<number> {
  const { records } = await call('quarantine.list', {});
  const entries = records.map(reportedRecord);
  tell(options, {
    document: { format: 'vedette.quarantine/1', records: entries },
    entries,
    text: quarantineText(records, options.quiet),
  });
  return exitCodes.nothingFound;
}

function restoreFiles(
  openDesk: OpenDesk,
  texts: readonly string[],
  options: z.infer<typeof restoreOptionsSchema>,
): Promise<number> {
  const { allow, keepMode, reason } = options;
  const to = options.to === undefined ? null : pathFor(options, options.to);
  const choose = chooser(texts, options.yes);
  return askVedette(options, openDesk, async (call) => {
    const outcomes = await eachBatch(await choose(call), (batch) =>
      call('quarantine.restore', {
        ids: batch,
        to,
        allow,
        keep_mode: keepMode,
        reason,
        actor: currentActor(),
      }),
    );
    return tellOutcomes(
      options,
      'restore',
      outcomes,
      allow || !outcomes.some(({ ok }) => ok) ? '' : leftAlone,
    );
  });
}

function deleteFiles(
  openDesk: OpenDesk,
  texts: readonly string[],
  options: z.infer<typeof deleteOptionsSchema>,
): Promise<number> {
  const choose = chooser(texts, options.yes);
  const ask = personToAsk();
  if (!options.yes && ask === null) {
    throw new AppError('BAD_USAGE', 'nobody can be asked, and deleted is deleted: add --yes');
  }
  return askVedette(options, openDesk, async (call, _listenTo, place) => {
    const records = await choose(call);
    if (!options.yes && ask !== null && !(await ask(questionAbout(place, deleteQuestion(records))))) {
      process.stderr.write('Nothing was deleted.\n');
      return exitCodes.nothingFound;
    }
    const outcomes = await eachBatch(records, (batch) =>
      call('quarantine.delete', { ids: batch, actor: currentActor() }),
    );
    return tellOutcomes(options, 'delete', outcomes);
  });
}

function exportFiles(
  openDesk: OpenDesk,
  texts: readonly string[],
  options: z.infer<typeof exportOptionsSchema>,
): Promise<number> {
  const { password } = options;
  const file = exportNameFor(options, options.output);
  const choose = chooser(texts, options.yes);
  return askVedette(options, openDesk, async (call) => {
    const records = await choose(call);
    if (records.length > maxExported) {
      throw new AppError('BAD_USAGE', `no more than ${maxExported} files go into one zip; name fewer`);
    }
    const chosen = records.map(({ id }) => id);
    if (chosen.length === 0) return tellOutcomes(options, 'export', []);
    const { outcomes } = await call('quarantine.export', {
      ids: chosen,
      file,
      password,
      actor: currentActor(),
    });
    return tellOutcomes(options, 'export', outcomes);
  });
}

/** What is wrong with the command is said before anything is asked. @throws AppError BAD_USAGE; later also NOT_FOUND */
function chooser(texts: readonly string[], yes: boolean): (call: Caller) => Promise<readonly VaultRecord[]> {
  const isAll = asksForAll(texts, yes);
  return async (call) => {
    const { records } = await call('quarantine.list', {});
    return isAll ? records : chooseRecords(texts, records);
  };
}

async function eachBatch(
  records: readonly VaultRecord[],
  work: (ids: string[]) => Promise<{ readonly outcomes: readonly EachOutcome[] }>,
): Promise<readonly EachOutcome[]> {
  const all: EachOutcome[] = [];
  for (const batch of inBatches(records, handledAtOnce)) {
    all.push(...(await work(batch.map(({ id }) => id))).outcomes);
  }
  return all;
}
