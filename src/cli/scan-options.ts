// The options that only `vedette scan` has.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { commonOptionsSchema } from './common-options.ts';
import { addEngineOptions, engineOptionsSchema } from './engine-options.ts';

export const scanOptionsSchema = commonOptionsSchema.extend({
  ...engineOptionsSchema.shape,
  all: z.boolean().default(false),
  action: z.enum(['report', 'quarantine']),
  filesFrom: z.string().optional(),
  0: z.boolean().default(false),
  followSymlinks: z.boolean().default(false),
  crossDevices: z.boolean().default(false),
  allowPartial: z.boolean().default(false),
  scalingTrace: z.string().optional(),
});
export type ScanOptions = z.infer<typeof scanOptionsSchema>;

export function addScanOptions(command: Command): Command {
  return addEngineOptions(command)
    .option('--all', 'list clean files too')
    .addOption(
      new Option('--action <what>', 'what to do with what is found')
        .choices(['report', 'quarantine'])
        .default('report'),
    )
    .option('--files-from <file>', 'read paths from a file, or from standard input with -')
    .option('-0', 'paths in --files-from end with NUL, not with a newline')
    .option('--follow-symlinks', 'follow symbolic links below the given paths')
    .option('--cross-devices', 'enter other file systems mounted below the given paths')
    .option('--scaling-trace <file>', 'record load and scaling decisions, for `vedette bench scaling`')
    .option('--allow-partial', 'exit with 0 also when some files could not be looked at');
}
