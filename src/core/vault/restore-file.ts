// One file out of the vault: whole and proven under a name of ours first, then under its own; the object goes last.
import { closeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import { assertNever } from '../../shared/verdict.ts';
import { codeOf, isFsError } from '../files/open-file.ts';
import type { AnchoredFolder, FolderOpening } from './anchored-folder.ts';
import { syncDescriptor } from './descriptor-io.ts';
import { failureSentence } from './failure-sentence.ts';
import { MoveJournal } from './move-journal.ts';
import { dressFile, placeCopy } from './place-file.ts';
import { removeObject } from './store-object.ts';
import { closeInTime, inTime, lookAt, openNew, removeIfThere, writeInTime } from './timely-files.ts';
import { objectName, orWarn, type VaultContext } from './vault-context.ts';
import { openHeader, openObject, readContent, type OpenedObject } from './vault-object.ts';

export interface RestoreOptions {
  /** Folder to restore into; null for where it was. */
  readonly to: string | null;
  /** Permission bits as they were, but never setuid or setgid; otherwise 0600. */
  readonly keepMode: boolean;
}

export type RestoreResult =
  | { readonly kind: 'restored'; readonly path: string }
  /** It is in the vault still; a sentence for a person. `damage` says what is wrong with the object itself. */
  | { readonly kind: 'refused'; readonly detail: string; readonly damage: string | null };

interface Destination {
  readonly folder: AnchoredFolder;
  readonly name: string;
  readonly path: string;
}

export async function restoreFile(
  context: VaultContext,
  id: string,
  options: RestoreOptions,
): Promise<RestoreResult> {
  let descriptor: number | null = null;
  try {
    descriptor = openObject(context.folder.at(objectName(id)));
    const opened = await openHeader(descriptor, context.vaultKey);
    if (opened.kind === 'damaged') return damaged(opened.problem);
    if (opened.header.id !== id) return damaged('it was stored under another number');
    return await restoreOpened(context, descriptor, opened, options);
  } catch (error) {
    if (isFsError(error)) return refused(failureSentence(error));
    if (!(error instanceof AppError) || error.code !== 'VAULT_REFUSED') throw error;
    return error.details['damaged'] === true ? damaged(error.message) : refused(error.message);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

async function restoreOpened(
  context: VaultContext,
  descriptor: number,
  opened: OpenedObject,
  { to, keepMode }: RestoreOptions,
): Promise<RestoreResult> {
  const { header } = opened;
  const target = to ?? dirname(header.path);
  const opening = await context.openFolder(target);
  if (opening.kind !== 'open') return refused(folderSentence(opening, target));
  using folder = opening.folder;
  if (folder.lineage.includes(context.dataFolderKey)) {
    return refused('nothing is restored into the data folder of Vedette; choose another folder');
  }
  const name = basename(header.path);
  const destination = { folder, name, path: join(target, name) };
  if ((await lookAt(folder.at(name))) !== null) return refused(existsSentence(destination));

  const temporary = `.vedette-${header.id}.restoring`;
  const intent = { kind: 'restore', path: destination.path, temporary } as const;
  const journal = await MoveJournal.begin(context.folder, header.id, intent);
  try {
    await context.afterStep('restore-intent');
    // Left by a restore of which no journal was left.
    await removeIfThere(folder.at(temporary));
    const copy = await openNew(folder.at(temporary));
    try {
      await copyContent(descriptor, opened, copy);
      await dressFile(copy, header, keepMode);
      await inTime(syncDescriptor(copy));
      await context.afterStep('restore-copied');
      await placeCopy({
        folder,
        temporary,
        descriptor: copy,
        name,
        header,
        keepMode,
        willWriteInPlace: async () => await journal.note('writing-in-place'),
      });
    } finally {
      await closeInTime(copy);
    }
  } catch (error) {
    await undo(context, destination, temporary, journal);
    if (codeOf(error) === 'EEXIST') return refused(existsSentence(destination));
    throw error;
  }
  await context.afterStep('restore-placed');
  await finish(context, header.id, { journal, temporary: folder.at(temporary) });
  return { kind: 'restored', path: destination.path };
}

async function copyContent(descriptor: number, opened: OpenedObject, target: number): Promise<void> {
  let position = 0;
  for await (const chunk of readContent(descriptor, opened)) {
    await writeInTime(target, chunk, position);
    position += chunk.length;
  }
}

/** The file has its name again and is on the disk: what fails from here on is settled by the next start. */
async function finish(
  context: VaultContext,
  id: string,
  { journal, temporary }: { readonly journal: MoveJournal; readonly temporary: string },
): Promise<void> {
  const { logger } = context;
  await orWarn(logger, async () => await journal.note('restored'));
  await context.afterStep('restored');
  await orWarn(logger, async () => void (await removeIfThere(temporary)));
  await orWarn(logger, async () => void (await removeObject(context, id)));
  await context.afterStep('object-unlinked');
  await orWarn(logger, async () => await journal.note('object-removed'));
  await context.afterStep('object-removed');
  await orWarn(logger, async () => await journal.end());
  await context.afterStep('restore-done');
}

async function undo(
  context: VaultContext,
  { folder }: Destination,
  temporary: string,
  journal: MoveJournal,
): Promise<void> {
  await orWarn(context.logger, async () => {
    await removeIfThere(folder.at(temporary));
    await journal.end();
  });
}

function folderSentence(opening: Exclude<FolderOpening, { kind: 'open' }>, target: string): string {
  switch (opening.kind) {
    case 'missing':
      return `the folder ${displayPath(target)} is not there; make it, or choose another folder`;
    case 'link':
      return `${displayPath(opening.at)} is a link, and no link is followed; name the folder it leads to`;
    case 'not_plain':
      return 'the folder must be an absolute path without . and ..';
    default:
      return assertNever(opening);
  }
}

function existsSentence({ path }: Destination): string {
  return `${displayPath(path)} is there already, and nothing is overwritten; choose another folder`;
}

function damaged(damage: string): RestoreResult {
  return { kind: 'refused', detail: `the quarantined file cannot be restored: ${damage}`, damage };
}

function refused(detail: string): RestoreResult {
  return { kind: 'refused', detail, damage: null };
}
