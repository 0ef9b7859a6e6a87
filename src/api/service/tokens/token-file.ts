// `api/tokens.json` and `api/owner.token` below the data folder: read as a whole, changed under a lock, never half written.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../../core/files/open-file.ts';
import { identityOf, tellsLaterWrites } from '../../../core/files/file-identity.ts';
import { encodePath } from '../../../core/files/raw-path.ts';
import { readJson } from '../../../core/store/stored-rows.ts';
import type { FileIdentity } from '../../../shared/scan.ts';
import { AppError } from '../../../shared/errors.ts';
import { openPrivateFolder, readPrivateText, unusable, writePrivateText } from './private-text.ts';
import { withShortLock, type LockLimits } from './short-lock.ts';
import { tokenFileSchema, type TokenEntry } from './token-entry.ts';
import { isToken } from './token-secret.ts';

export interface TokenFiles {
  readonly folder: string;
  readonly tokens: string;
  /** In plain, for who may read it: curl, Prometheus and the command line of this user. */
  readonly owner: string;
  readonly lock: string;
}

export interface ReadTokens {
  /** null for a file that is not there. */
  readonly entries: readonly TokenEntry[] | null;
  /** null when a later change might not show in it. */
  readonly identity: FileIdentity | null;
}

export function tokenFiles(dataDir: string): TokenFiles {
  const folder = join(dataDir, 'api');
  return {
    folder,
    tokens: join(folder, 'tokens.json'),
    owner: join(folder, 'owner.token'),
    lock: join(folder, 'tokens.lock'),
  };
}

/** @throws AppError FILE_UNREADABLE for a file that is damaged or not the user's alone, with what to do. */
export function readTokens(file: string): ReadTokens {
  const readAtMs = Date.now();
  const found = readPrivateText(file);
  if (found === null) return { entries: null, identity: null };
  const parsed = tokenFileSchema.safeParse(readJson(found.text));
  if (!parsed.success)
    throw unusable(
      file,
      'it is damaged; put back a copy, or remove it and make the tokens again with: vedette token create',
    );
  const identity = identityOf(found.stats);
  return { entries: parsed.data.tokens, identity: tellsLaterWrites(identity, readAtMs) ? identity : null };
}

/** What would have to be read again; null where there is nothing that can be looked at. */
export function identityInPlace(file: string): FileIdentity | null {
  try {
    return identityOf(lstatSync(encodePath(file), { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'no code') throw error;
    return null;
  }
}

export interface TokenChange<T> {
  /** Where they are the same ones, nothing is written. */
  readonly entries: readonly TokenEntry[];
  readonly answer: T;
  /** Also a new token of the owner, in plain. */
  readonly ownerToken?: string;
}

/**
 * @param change decides from the entries that are there.
 * @throws AppError FILE_UNREADABLE, FILE_UNWRITABLE, CALL_REFUSED; and what `change` throws.
 */
export async function changeTokens<T>(
  files: TokenFiles,
  change: (entries: readonly TokenEntry[]) => TokenChange<T>,
  limits?: Partial<LockLimits>,
): Promise<T> {
  openPrivateFolder(files.folder);
  return withShortLock(
    files.lock,
    (isHeld) => {
      const before = readTokens(files.tokens).entries ?? [];
      const { entries, answer, ownerToken } = change(before);
      if (entries === before) return answer;
      if (!isHeld())
        throw new AppError('CALL_REFUSED', 'another process changed the tokens meanwhile; try again');
      // First: whatever ends this here, the two do not fit, and the next to open them makes a new one.
      if (ownerToken !== undefined) writePrivateText(files.owner, `${ownerToken}\n`);
      const content = { format: 'vedette.api-tokens/1', tokens: entries };
      writePrivateText(files.tokens, `${JSON.stringify(content, null, 2)}\n`);
      return answer;
    },
    limits,
  );
}

/** The token in `owner.token`; null where there is none. @throws AppError FILE_UNREADABLE where others may read it. */
export function readOwnerToken(file: string): string | null {
  const token = readPrivateText(file, '; then make it worthless: vedette token rotate')?.text.trim() ?? '';
  return isToken(token) ? token : null;
}
