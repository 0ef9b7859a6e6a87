// `vedette config check | explain | init`: what is wrong with a configuration, what a key does, and a file to begin with.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { configPlace } from '../core/config.ts';
import { createConfig } from '../core/config/create-config.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { checkConfig } from './config-check.ts';
import { explainConfig } from './config-explain.ts';
import { addCommonOptions, commonOptionsSchema, type CommonOptions } from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedFile } from './reported.ts';
import { linesOf, tell } from './tell.ts';

const checkHelp = `
Prints each problem as FILE:LINE: KEY: what was expected. Nothing is changed, also not a file of an older version.
Exit code 0: valid, perhaps with warnings; 2: it cannot be read; 3: invalid.

  vedette config check                       the file that Vedette would use, with VEDETTE_* variables
  vedette config check new.toml --env prod   another file, as it holds in the environment prod
`;

const explainHelp = `
Tells of each key what it does, its range, unit and default, its value now, and what gave it that value.

  vedette config explain                     all keys
  vedette config explain scaling             the keys of a section
  vedette config explain scaling.max_workers one key; max_workers alone will do
`;

const initHelp = `
Every key stands in the file with its default, as a comment: what you do not touch follows the program.
Without FILE it is the one that Vedette looks for. It is yours alone to read (mode 0600).
`;

export function configCommand(): Command {
  const config = new Command('config')
    .summary('check, explain and begin a configuration')
    .description('Checks, explains and begins a configuration.');
  const check = new Command('check')
    .summary('say what is wrong, where, and what was expected')
    .argument('[file]', 'file to check (default: the one that Vedette would use)')
    .addHelpText('after', checkHelp)
    .action((file: string | undefined, options: unknown) => {
      const common = commonOptionsSchema.parse(options);
      process.exitCode = checkConfig(sourceOf(file, common), common);
    });
  const explain = new Command('explain')
    .summary('say what a key does, its range, its value and where that comes from')
    .argument('[key]', 'section.key, key or section (default: everything)')
    .addHelpText('after', explainHelp)
    .action((key: string | undefined, options: unknown) => {
      const common = commonOptionsSchema.parse(options);
      process.exitCode = explainConfig(key ?? null, sourceOf(undefined, common), common);
    });
  const init = new Command('init')
    .summary('write a file with every key and its default')
    .argument('[file]', 'file to write (default: the one that Vedette looks for)')
    .option('--force', 'replace a file that is there; its text is kept beside it')
    .addHelpText('after', initHelp)
    .action((file: string | undefined, options: { readonly force?: boolean }) => {
      process.exitCode = initConfig(file, options.force === true, commonOptionsSchema.parse(options));
    });
  for (const command of [check, explain, init]) config.addCommand(addCommonOptions(command));
  return config;
}

function sourceOf(file: string | undefined, { config, env }: CommonOptions) {
  return { file: file ?? config ?? null, overlay: env ?? null, env: process.env };
}

function initConfig(named: string | undefined, replace: boolean, options: CommonOptions): number {
  const { file } = configPlace(sourceOf(named, options));
  const kept = createConfig(resolve(file), { replace });
  const document = {
    format: 'vedette.config-init/1',
    ...reportedFile(resolve(file)),
    kept: kept?.toWellFormed() ?? null,
  } as const;
  const lines = [
    `Written: ${shownPath(resolve(file))}`,
    ...(kept === null ? [] : [`The text that was there: ${shownPath(kept)}`]),
  ];
  tell(options, { document, entries: [document], text: options.quiet ? '' : linesOf(lines) });
  return exitCodes.nothingFound;
}
