// What every move in and out of the vault works with, and the names of files in the vault.
import { messageOf } from '../../shared/errors.ts';
import { codeOf, isFsError } from '../files/open-file.ts';
import type { Logger } from '../logger.ts';
import type { AnchoredFolder, OpenFolder } from './anchored-folder.ts';
import type { VaultStep } from './vault-step.ts';

export interface VaultContext {
  readonly folder: AnchoredFolder;
  /** `device:inode` of the data folder: nothing in it is moved, and nothing is restored into it. */
  readonly dataFolderKey: string;
  readonly vaultKey: Buffer;
  readonly openFolder: OpenFolder;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly afterStep: (step: VaultStep) => Promise<void>;
}

const idPattern = /^[\da-f]{32}$/;
const objectEnding = '.q';
const unfinishedEnding = '.q.tmp';
const journalEnding = '.journal';

export function objectName(id: string): string {
  return id + objectEnding;
}

export function unfinishedName(id: string): string {
  return id + unfinishedEnding;
}

export function journalName(id: string): string {
  return id + journalEnding;
}

export type VaultFile = { readonly kind: 'object' | 'unfinished' | 'journal'; readonly id: string };

/** null for the name of something that is not ours. */
export function vaultFileOf(name: string): VaultFile | null {
  const dot = name.indexOf('.');
  const [id, ending] = [name.slice(0, dot), name.slice(dot)];
  if (dot === -1 || !idPattern.test(id)) return null;
  if (ending === objectEnding) return { kind: 'object', id };
  if (ending === unfinishedEnding) return { kind: 'unfinished', id };
  return ending === journalEnding ? { kind: 'journal', id } : null;
}

const busyCodes: ReadonlySet<string> = new Set(['EBUSY', 'ETXTBSY', 'EAGAIN']);
const busyWaitsMs = [100, 300, 900] as const;

/** Another program may hold a file for a moment. @throws what the last attempt threw. */
export async function retryWhileBusy<T>(
  wait: (ms: number) => Promise<void>,
  work: () => T | Promise<T>,
): Promise<T> {
  for (const waitMs of busyWaitsMs) {
    try {
      return await work();
    } catch (error) {
      if (!busyCodes.has(codeOf(error))) throw error;
      await wait(waitMs);
    }
  }
  return await work();
}

/** For what the next start can make up for: a file system that refuses it now is only told of. */
export async function orWarn(logger: Logger, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isFsError(error)) throw error;
    logger.warn(
      { error: messageOf(error) },
      'a move of the vault could not be ended; the next start does it',
    );
  }
}
