// Options that every command knows, and what they mean.
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { loadConfiguration, type ConfigSource } from '../core/config.ts';
import type { Configuration } from '../core/config/config-place.ts';
import { openDataFolder } from '../core/data-folder.ts';
import { createLogger, logLevels, type Logger } from '../core/logger.ts';
import { defaultDataFolder } from '../core/platform-folders.ts';
import { displayPath } from '../shared/display-path.ts';
import type { Settings } from '../shared/settings.ts';

export const commonOptionsSchema = z.object({
  config: z.string().optional(),
  env: z.string().optional(),
  dataDir: z.string().optional(),
  json: z.boolean().default(false),
  ndjson: z.boolean().default(false),
  quiet: z.boolean().default(false),
  logLevel: z.enum(logLevels),
});
export type CommonOptions = z.infer<typeof commonOptionsSchema>;

export function addCommonOptions(command: Command): Command {
  return command
    .optionsGroup('Options that every command knows:')
    .option(
      '--config <file>',
      'configuration file (default: rt_protection_config.toml in the configuration folder)',
    )
    .option('--env <name>', 'environment overlay of the configuration: dev, staging, prod')
    .option('--data-dir <dir>', `where all state lives (default: ${defaultDataFolder()})`)
    .addOption(new Option('--json', 'print one JSON document').conflicts('ndjson'))
    .option('--ndjson', 'print a JSON line for each entry, as it comes')
    .option('--quiet', 'print only what was found, and errors')
    .addOption(
      new Option('--log-level <level>', 'log on standard error').choices(logLevels).default('error'),
    );
}

/** @throws AppError CONFIG_INVALID or FILE_UNREADABLE */
export function settingsFor(options: CommonOptions): Settings {
  const configuration = loadConfiguration(configSource(options));
  tellNotices(configuration, options);
  return configuration.settings;
}

export function configSource({ config, env }: CommonOptions): ConfigSource {
  return { file: config ?? null, overlay: env ?? null, env: process.env };
}

/** A file that was rewritten is news to its owner; what `config check` warns of is told there. */
export function tellNotices({ notices }: Configuration, { quiet }: CommonOptions): void {
  for (const { kind, message } of notices) {
    if (!quiet && (kind === 'migrated' || kind === 'migration_not_saved'))
      process.stderr.write(`vedette: note: ${displayPath(message, true)}\n`);
  }
}

export function loggerFor(options: CommonOptions): Logger {
  return createLogger(options.logLevel);
}

/** The data folder, made when it is missing. @throws AppError FILE_UNREADABLE */
export function dataFolderFor(options: CommonOptions): string {
  const folder = resolve(options.dataDir ?? defaultDataFolder());
  openDataFolder(folder);
  return folder;
}
