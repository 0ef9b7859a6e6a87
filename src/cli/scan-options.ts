// The options that only `vedette scan` has.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { addEngineOptions, engineOptionsSchema } from './engine-options.ts';
import { addRemoteOptions, askingOptionsSchema } from './remote-options.ts';

export const scanOptionsSchema = askingOptionsSchema.extend({
  ...engineOptionsSchema.shape,
  all: z.boolean().default(false),
  action: z.enum(['report', 'quarantine']),
  filesFrom: z.string().optional(),
  0: z.boolean().default(false),
  followSymlinks: z.boolean().default(false),
  crossDevices: z.boolean().default(false),
  allowPartial: z.boolean().default(false),
  scalingTrace: z.string().optional(),
  remotePaths: z.boolean().default(false),
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

const remoteHelp = `
A scan with --remote walks and hashes the files of this machine, asks the service about many contents at once, and
sends it only those that nobody has looked at, each as a request: for many of them raise the usual 100 a minute there.
One that is larger than [api] max_request_size there is partial. Files stay where they are. With --remote-paths the
paths are of files on the machine of the service; folders are not walked there: start a job for that
(vedette jobs start --remote).`;

export function addRemoteScanOptions(command: Command): Command {
  return addRemoteOptions(command)
    .option('--remote-paths', 'the paths are of files on the machine of the service')
    .addHelpText('after', remoteHelp);
}
