// `vedette watch`: protects the watched folders until it is told to stop, and answers the other commands meanwhile.
import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { leanHeap } from '../core/processes/lean-heap.ts';
import type { Settings } from '../shared/settings.ts';
import { addCommonOptions, commonOptionsSchema, dataFolderFor, loggerFor } from './common-options.ts';
import { addEngineOptions, applyEngineOptions, engineOptionsSchema } from './engine-options.ts';
import { exitCodes } from './exit-codes.ts';
import { followSettings } from './follow-settings.ts';
import { startOutputThread } from './output-thread.ts';
import { startProtecting } from './start-protecting.ts';
import { untilAskedToStop } from './until-asked-to-stop.ts';
import { watchReporter } from './watch-reporter.ts';

const moreHelp = `
Without a PATH the folders of [watch] folders are watched: Downloads, Desktop, Documents and the
temporary folder unless the configuration names others; removable volumes while they are mounted.
What is done about a finding says [response] action, or --action: ask (it stays where it is until you
decide), quarantine (it is moved into the vault, and can be restored), notify. With --json or --ndjson
every event is a JSON line (assets/schema/vedette.events-1.schema.json).

While it runs, in another terminal:
  vedette status                how well everything is protected, in one sentence
  vedette threats               what was found and needs a decision
  vedette quarantine            what was moved into the vault
  vedette jobs start full       scan everything once
  vedette pause 1h              let protection rest for an hour

Examples:
  vedette watch ~/Downloads --action quarantine
  vedette watch --ndjson --all | jq .

Exit codes: 0 it was told to stop, 2 it could not begin, 3 bad usage, or another Vedette owns the data folder.`;

const actions = ['ask', 'quarantine', 'notify'] as const;

const watchOptionsSchema = commonOptionsSchema.extend({
  ...engineOptionsSchema.shape,
  all: z.boolean().default(false),
  action: z.enum(actions).optional(),
});
type WatchOptions = z.infer<typeof watchOptionsSchema>;

export function watchCommand(): Command {
  const command = new Command('watch')
    .summary('protect folders: scan what appears and changes, as it does')
    .description('Protects folders: whatever appears or changes in them gets a verdict within seconds.')
    .argument('[path...]', 'folders to watch, instead of those of the configuration')
    .addOption(new Option('--action <what>', 'what to do about a finding').choices(actions))
    .option('--all', 'tell of clean files too')
    .addHelpText('after', moreHelp)
    .action(async (paths: string[], options: unknown) => {
      process.exitCode = await watch(paths, watchOptionsSchema.parse(options));
    });
  return addCommonOptions(addEngineOptions(command));
}

async function watch(paths: readonly string[], options: WatchOptions): Promise<number> {
  setFlagsFromString(leanHeap);
  using followed = followSettings(options);
  const dataDir = dataFolderFor(options);
  const logger = loggerFor(options);
  using stop = untilAskedToStop();
  await using running = new AsyncDisposableStack();

  const output = running.use(startOutputThread());
  const vedette = running.use(
    await startProtecting(followed, {
      override: (settings) => settingsWith(settings, options),
      named: paths,
      dataDir,
      purpose: 'watch',
      isDemo: false,
      useCache: options.cache,
      logger,
      signal: stop.signal,
    }),
  );
  const report = watchReporter(options, output);
  // Until the very end: its last words are events too.
  vedette.feed.subscribe((event) => report.event(event));
  await stop.asked;
  return exitCodes.nothingFound;
}

function settingsWith(settings: Settings, options: WatchOptions): Settings {
  const { action } = options;
  const changed = applyEngineOptions(settings, options);
  return action === undefined ? changed : { ...changed, response: { ...changed.response, action } };
}
