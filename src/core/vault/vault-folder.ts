// The folder of the vault, held open: ours alone, reached without a link, or not used at all.
import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { displayPath } from '../../shared/display-path.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';
import type { AnchoredFolder, OpenFolder } from './anchored-folder.ts';
import { statDescriptor } from './descriptor-io.ts';
import { closeInTime, openNew, removeIfThere } from './timely-files.ts';

export interface VaultFolder {
  readonly folder: AnchoredFolder;
  /** `device:inode` of the folder it is in. */
  readonly dataFolderKey: string;
  readonly problems: readonly string[];
}

const probeName = '.mode-probe';

/**
 * Made with mode 0700 when it is missing. The data folder above may be named through a link; the vault itself may not be one.
 * @throws AppError VAULT_UNUSABLE, with the remedy.
 */
export async function openVaultFolder(path: string, openFolder: OpenFolder): Promise<VaultFolder> {
  try {
    const above = decodePath(await realpath(encodePath(dirname(resolve(path))), { encoding: 'buffer' }));
    const real = join(above, basename(resolve(path)));
    if (lstatSync(encodePath(real), { throwIfNoEntry: false }) === undefined) {
      mkdirSync(encodePath(real), { mode: 0o700 });
    }
    const opening = await openFolder(real);
    if (opening.kind === 'link')
      throw unusable(path, 'it is a link; remove the link, or name another data folder');
    if (opening.kind !== 'open') throw unusable(path, 'it is not a folder; move away what is there');
    const { folder } = opening;
    try {
      const problems = await checkFolder(path, folder);
      return { folder, dataFolderKey: folder.lineage.at(-2) ?? '', problems };
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unusable(path, messageOf(error), error);
  }
}

async function checkFolder(path: string, folder: AnchoredFolder): Promise<string[]> {
  if (process.geteuid === undefined) return [];
  const stats = lstatSync(encodePath(folder.self));
  const problem = ownerProblem(stats, process.geteuid());
  if (problem !== null) throw unusable(path, problem);
  if ((stats.mode & 0o077) === 0) return [];
  if (await keepsModes(folder)) {
    if ((stats.mode & 0o022) === 0) return [];
    throw unusable(path, `others may write to it; run: chmod 700 '${displayPath(path)}'`);
  }
  return [
    `The vault ${displayPath(path)} is on a file system that keeps no permissions: others can read and remove what is in it.`,
  ];
}

function ownerProblem(stats: Stats, userId: number): string | null {
  if (stats.uid === userId) return null;
  return `it belongs to another user (${stats.uid}); move it away, or name another data folder`;
}

/** FAT and the like show every file with the same mode, whatever it was made with. */
async function keepsModes(folder: AnchoredFolder): Promise<boolean> {
  const place = folder.at(probeName);
  await removeIfThere(place);
  const descriptor = await openNew(place);
  try {
    return (Number((await statDescriptor(descriptor)).mode) & 0o077) === 0;
  } finally {
    await closeInTime(descriptor);
    await removeIfThere(place);
  }
}

function unusable(path: string, problem: string, cause?: unknown): AppError {
  return new AppError('VAULT_UNUSABLE', `the vault ${displayPath(path)} cannot be used: ${problem}`, {
    cause,
    details: { path, problem },
  });
}
