// The key of the vault in a file of our own: made once, never made anew beside objects it could not open, never read by others.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fstatSync, linkSync, readSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import { accessProblem } from '../files/access-problem.ts';
import { codeOf, describeFsError, openForScan } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import { syncToDisk } from '../files/sync-to-disk.ts';
import { writeNewFile } from '../files/write-new-file.ts';
import { keyBytes } from './object-cipher.ts';

/** Where the key of the vault is kept: a file here, the key ring of the system in the desktop app. */
export interface SecretStore {
  /** 32 bytes; made at the first call. @throws AppError VAULT_UNUSABLE */
  vaultKey(): Promise<Buffer>;
}

export interface FileSecretStoreOptions {
  /** False where objects exist already: no new key could open them. */
  readonly mayCreate: boolean;
}

const magic = 'vedette-vault-key-1 ';
const fileBytes = magic.length + keyBytes * 2 + 1;
const pattern = /^vedette-vault-key-1 ([\da-f]{64})\n$/;

/** @param file in a folder that others cannot write to; in the spelling of `raw-path.ts`. */
export function fileSecretStore(file: string, { mayCreate }: FileSecretStoreOptions): SecretStore {
  let known: Buffer | null = null;
  return {
    // async: a refusal is a rejection, as from a key ring.
    async vaultKey() {
      known ??= readKey(file) ?? createKey(file, mayCreate);
      return Buffer.from(known);
    },
  };
}

/** null when there is no such file. */
function readKey(file: string): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openForScan(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw unusableKey(file, describeFsError(error).detail, error);
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    const problem = stats.isFile() ? accessProblem(stats, file, '600') : 'it is not a regular file';
    if (problem !== null) throw unusableKey(file, problem);
    // One byte more than there may be.
    const content = Buffer.alloc(fileBytes + 1);
    const length = readSync(descriptor, content, 0, content.length, 0);
    const hex = pattern.exec(content.toString('latin1', 0, length))?.[1];
    if (hex === undefined) throw unusableKey(file, 'it does not hold a key; put back the one of a backup');
    return Buffer.from(hex, 'hex');
  } finally {
    closeSync(descriptor);
  }
}

function createKey(file: string, mayCreate: boolean): Buffer {
  if (!mayCreate) {
    // Beside it lies what the desktop app sealed (`main/os-secret-store.ts`).
    const isSealed = existsSync(encodePath(`${file}.sealed`));
    throw unusableKey(
      file,
      isSealed
        ? 'the desktop app keeps it in the key ring of the system; start the app and run this again, it answers for the vault'
        : 'it is gone, and the vault holds files that only this key opens; put it back',
    );
  }
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    writeNewFile(temporary, `${magic}${randomBytes(keyBytes).toString('hex')}\n`);
    try {
      // A link never replaces: of two starters one is first, and both read what that one wrote.
      linkSync(encodePath(temporary), encodePath(file));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    // Before anything is encrypted with it.
    syncToDisk(dirname(file));
  } catch (error) {
    throw unusableKey(file, `it cannot be made: ${describeFsError(error).detail}`, error);
  } finally {
    rmSync(encodePath(temporary), { force: true });
  }
  const key = readKey(file);
  if (key === null) throw unusableKey(file, 'it was removed as soon as it was made');
  return key;
}

export function unusableKey(file: string, problem: string, cause?: unknown): AppError {
  return new AppError(
    'VAULT_UNUSABLE',
    `the key of the vault (${displayPath(file)}) cannot be used: ${problem}`,
    { cause, details: { file, problem } },
  );
}
