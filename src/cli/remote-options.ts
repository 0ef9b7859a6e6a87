// The options of commands that can be about another Vedette: which service answers, and with what token it is asked.
import { posix, resolve, win32 } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { defaultDataFolder } from '../core/platform-folders.ts';
import { AppError } from '../shared/errors.ts';
import { addCommonOptions, commonOptionsSchema } from './common-options.ts';
import { readToken } from './remote/read-token.ts';
import { parseServiceUrl, type ServiceUrl } from './remote/service-url.ts';

const remoteOptions = {
  remote: z.string().optional(),
  tokenFile: z.string().optional(),
  allowPlainHttp: z.boolean().default(false),
};
export const askingOptionsSchema = commonOptionsSchema.extend(remoteOptions);
export type AskingOptions = z.infer<typeof askingOptionsSchema>;

export interface RemoteService {
  readonly url: ServiceUrl;
  readonly token: string;
}

export const remoteHelp = `
With --remote: the certificate of a private authority is trusted when NODE_EXTRA_CA_CERTS names its PEM file. A
token is made on the machine of the service (vedette token create) and given in a file or in VEDETTE_TOKEN, never as
an argument, which other programs can see. A service takes so many requests a minute ([api] rate_limit_rpm there);
beyond that it is waited for.`;

/** Options that every command knows, and those that say which Vedette is asked. */
export function addAskingOptions(command: Command): Command {
  return addRemoteOptions(addCommonOptions(command));
}

export function addRemoteOptions(command: Command): Command {
  return command
    .optionsGroup('Options for a Vedette on another machine:')
    .option('--remote <url>', 'ask the service (vedette serve) at this address (default: VEDETTE_REMOTE)')
    .option(
      '--token-file <file>',
      'file that holds the token for it (default: VEDETTE_TOKEN; on this machine that of the owner)',
    )
    .option('--allow-plain-http', 'let the token and the data travel readable to another machine')
    .addHelpText('after', remoteHelp);
}

type RemoteChoice = Pick<AskingOptions, 'remote' | 'tokenFile' | 'allowPlainHttp' | 'dataDir'>;

/** An empty address is none: `--remote ''` is this machine whatever VEDETTE_REMOTE says. */
function addressOf({ remote }: RemoteChoice, env: NodeJS.ProcessEnv): string | null {
  const address = remote ?? env['VEDETTE_REMOTE'] ?? '';
  return address === '' ? null : address;
}

/**
 * null: this machine.
 * @throws AppError BAD_USAGE for an address that is none, or a token that is missing; FILE_UNREADABLE
 */
export function remoteServiceOf(options: RemoteChoice, env = process.env): RemoteService | null {
  const address = addressOf(options, env);
  if (address === null) {
    if (options.tokenFile === undefined) return null;
    throw new AppError('BAD_USAGE', '--token-file is for a service: name it with --remote');
  }
  const url = parseServiceUrl(address, options.allowPlainHttp);
  const dataDir = resolve(options.dataDir ?? defaultDataFolder());
  return { url, token: readToken({ url, file: options.tokenFile, env, dataDir }) };
}

/** For a command that is shown to be typed next. */
export function sameVedette({ remote = '' }: RemoteChoice): string {
  return remote === '' ? '' : ` --remote ${remote}`;
}

/**
 * The path as the Vedette that is asked understands it: made absolute here, or taken as it is for another machine.
 * @throws AppError BAD_USAGE
 */
export function pathFor(options: RemoteChoice, path: string, env = process.env): string {
  const address = addressOf(options, env);
  if (address === null) return resolve(path);
  if (posix.isAbsolute(path) || /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)) return path;
  throw new AppError('BAD_USAGE', `'${path}' would be on ${address}: write the whole path, as it is there`);
}

/** A file that the service writes. @throws AppError BAD_USAGE */
export function exportNameFor(options: RemoteChoice, file: string, env = process.env): string {
  const address = addressOf(options, env);
  if (address === null) return resolve(file);
  if (file === posix.basename(file) && file === win32.basename(file) && !/^\.*$/.test(file)) return file;
  const where = `the zip is written by ${address}, into its folder for exports`;
  throw new AppError('BAD_USAGE', `'${file}' is a path, and ${where}: give a name without folders`);
}
