// The token for a service: from a file, from VEDETTE_TOKEN, or that of this machine's owner; never from the command line, where others see it.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, describeFsError } from '../../core/files/open-file.ts';
import { AppError } from '../../shared/errors.ts';
import type { ServiceUrl } from './service-url.ts';

const maxBytes = 4096;

export interface TokenSource {
  readonly url: Pick<ServiceUrl, 'isLoopback' | 'shown'>;
  /** `--token-file`. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
}

/** @throws AppError BAD_USAGE or FILE_UNREADABLE; none of them holds anything of a token. */
export function readToken({ url, file, env, dataDir }: TokenSource): string {
  if (file !== undefined) return checked(readLine(file), `the file ${file}`);
  const variable = env['VEDETTE_TOKEN'];
  if (variable !== undefined && variable !== '') return checked(variable, 'VEDETTE_TOKEN');
  if (!url.isLoopback) {
    const how = `make one there (vedette token create NAME --scope read,scan) and give it with --token-file or VEDETTE_TOKEN`;
    throw new AppError('BAD_USAGE', `a token is needed for ${url.shown}: ${how}`);
  }
  const own = ownTokenFile(dataDir);
  try {
    return checked(readLine(own), `the file ${own}`);
  } catch (error) {
    if (!(error instanceof AppError) || codeOf(error.cause) !== 'ENOENT') throw error;
    const how = 'is the service of this data folder running (vedette serve)? Otherwise use --token-file';
    throw new AppError('BAD_USAGE', `there is no token for ${url.shown}, and no ${own}: ${how}`);
  }
}

/** Where a service leaves the token of who owns it. */
export function ownTokenFile(dataDir: string): string {
  return join(dataDir, 'api', 'owner.token');
}

function readLine(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(maxBytes);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, maxBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : describeFsError(error).detail;
    throw new AppError('FILE_UNREADABLE', `the token in ${file} cannot be read: ${why}`, { cause: error });
  }
}

/** What could not stand in a header is no token, whoever wrote it. */
function checked(text: string, source: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]{8,1024}$/.test(token)) return token;
  throw new AppError('BAD_USAGE', `${source} holds no token: one line, as vedette token create wrote it`);
}
