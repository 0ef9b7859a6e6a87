// A file about to be moved into the vault: its folder held, the file open, and what it is taken from the descriptor.
import type { BigIntStats } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, openForScan } from '../files/open-file.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';
import type { AnchoredFolder, FolderOpening, OpenFolder } from './anchored-folder.ts';
import { statDescriptor } from './descriptor-io.ts';
import { closeInTime, inTime, lookAt } from './timely-files.ts';
import { retryWhileBusy } from './vault-context.ts';

export interface SourceFile extends AsyncDisposable {
  /** Without a link in it. */
  readonly path: string;
  readonly name: string;
  readonly folder: AnchoredFolder;
  readonly descriptor: number;
  readonly stats: BigIntStats;
}

export type SourceOpening =
  | { readonly kind: 'open'; readonly source: SourceFile }
  | { readonly kind: 'gone' }
  /** Something that is no regular file has its name, or a link is on its path. */
  | { readonly kind: 'other'; readonly detail: string };

/** Whether it is the file that is meant, as far as a look tells. */
export type IsMeant = (stats: BigIntStats) => boolean;

interface SourceContext {
  readonly openFolder: OpenFolder;
  readonly wait: (ms: number) => Promise<void>;
}

/** Follows no link anywhere. @throws the error of `node:fs`. */
export async function openSource(
  context: SourceContext,
  path: string,
  isMeant: IsMeant,
): Promise<SourceOpening> {
  return await openIn(context, await context.openFolder(dirname(path)), basename(path), isMeant);
}

/**
 * A folder may have been named through a link (`/var/run`): its real path is taken first, and that one holds none.
 * What is open in the end may be any file still: the caller compares its identity once more.
 */
export async function openScannedSource(
  context: SourceContext,
  path: string,
  isMeant: IsMeant,
): Promise<SourceOpening> {
  const strict = await context.openFolder(dirname(path));
  if (strict.kind !== 'link') return await openIn(context, strict, basename(path), isMeant);
  let real: string;
  try {
    real = decodePath(await inTime(realpath(encodePath(dirname(path)), { encoding: 'buffer' })));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) return { kind: 'gone' };
    throw error;
  }
  return await openSource(context, join(real, basename(path)), isMeant);
}

async function openIn(
  context: SourceContext,
  opening: FolderOpening,
  name: string,
  isMeant: IsMeant,
): Promise<SourceOpening> {
  if (opening.kind === 'missing') return { kind: 'gone' };
  if (opening.kind === 'link') return { kind: 'other', detail: 'a folder of its path became a link' };
  if (opening.kind === 'not_plain') return { kind: 'other', detail: 'its path is not absolute and plain' };
  const { folder } = opening;
  try {
    const found = await lookAt(folder.at(name));
    if (found === null) return letGo(folder, { kind: 'gone' });
    if (!found.isFile()) return letGo(folder, notRegular);
    // Not even opened: to close any descriptor of our own lock file would let go of the lock.
    if (!isMeant(found)) return letGo(folder, notMeant);
    return await openFile(context, folder, name);
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}

async function openFile(
  context: SourceContext,
  folder: AnchoredFolder,
  name: string,
): Promise<SourceOpening> {
  let descriptor: number;
  try {
    descriptor = await retryWhileBusy(context.wait, () => openForScan(folder.at(name)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return letGo(folder, { kind: 'gone' });
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'].includes(codeOf(error))) return letGo(folder, notRegular);
    throw error;
  }
  try {
    const stats = await inTime(statDescriptor(descriptor));
    if (!stats.isFile()) {
      await closeInTime(descriptor);
      return letGo(folder, notRegular);
    }
    const path = join(folder.path, name);
    return { kind: 'open', source: { path, name, folder, descriptor, stats, [Symbol.asyncDispose]: close } };
  } catch (error) {
    await closeInTime(descriptor);
    throw error;
  }

  async function close(): Promise<void> {
    folder[Symbol.dispose]();
    await closeInTime(descriptor);
  }
}

const notMeant = { kind: 'other', detail: 'it is not the file that was scanned' } as const;
const notRegular = { kind: 'other', detail: 'something that is no regular file has its name now' } as const;

function letGo(folder: AnchoredFolder, opening: SourceOpening): SourceOpening {
  folder[Symbol.dispose]();
  return opening;
}
