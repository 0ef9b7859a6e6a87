// A move out of the vault that a crash cut short: looks at what is there, and does what `settle-move.ts` decides.
import { basename, dirname } from 'node:path';
import { isFsError } from '../files/open-file.ts';
import { closeSync, constants, type BigIntStats } from 'node:fs';
import type { AnchoredFolder } from './anchored-folder.ts';
import { statDescriptor } from './descriptor-io.ts';
import { folderKey } from './folder-names.ts';
import { inspectObject } from './inspect-object.ts';
import type { MoveIntent, ReadJournal } from './move-journal.ts';
import type { ObjectHeader } from './object-header.ts';
import { settleRestore, type CutRestore, type Settlement } from './settle-move.ts';
import { hashOf, removeObject } from './store-object.ts';
import { inTime, openInTime, piecesInTime, removeIfThere } from './timely-files.ts';
import type { VaultContext } from './vault-context.ts';

type RestoreIntent = Extract<MoveIntent, { kind: 'restore' }>;

export async function recoverRestore(
  context: VaultContext,
  id: string,
  intent: RestoreIntent,
  { notes }: ReadJournal,
): Promise<Pick<Settlement, 'outcome' | 'detail'>> {
  const object = await inspectObject(context, id);
  using folder = await openOrNull(context, dirname(intent.path));
  const places = folder === null ? null : await lookAtPlaces(folder, intent, object.header);
  const settlement = settleRestore({
    wasRestored: notes.has('restored') || notes.has('object-removed'),
    wroteInPlace: notes.has('writing-in-place'),
    object: object.state,
    final: places?.final ?? 'unknown',
    isLinked: places?.isLinked ?? false,
    copy: places?.copy ?? 'none',
  });
  if (folder !== null) await removeThere(folder, intent, settlement.remove);
  if (settlement.remove.includes('object')) await removeObject(context, id);
  return settlement;
}

async function openOrNull(context: VaultContext, path: string): Promise<AnchoredFolder | null> {
  try {
    const opening = await context.openFolder(path);
    return opening.kind === 'open' ? opening.folder : null;
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
}

async function removeThere(
  folder: AnchoredFolder,
  intent: RestoreIntent,
  remove: Settlement['remove'],
): Promise<void> {
  await folder.act(async () => {
    if (remove.includes('final')) await removeIfThere(folder.at(basename(intent.path)));
    if (remove.includes('copy')) await removeIfThere(folder.at(intent.temporary));
  });
  await folder.sync();
}

async function lookAtPlaces(
  folder: AnchoredFolder,
  intent: RestoreIntent,
  header: ObjectHeader | null,
): Promise<Pick<CutRestore, 'final' | 'isLinked' | 'copy'>> {
  using copy = await openRegular(folder.at(intent.temporary));
  using final = await openRegular(folder.at(basename(intent.path)));
  if (final === null) return { final: 'none', isLinked: false, copy: copy === null ? 'none' : 'there' };
  const isLinked = copy !== null && folderKey(copy.stats) === folderKey(final.stats);
  return { final: await compare(final, copy, header), isLinked, copy: copy === null ? 'none' : 'there' };
}

interface RegularFile extends Disposable {
  readonly descriptor: number;
  readonly stats: BigIntStats;
}

async function compare(
  final: RegularFile,
  copy: RegularFile | null,
  header: ObjectHeader | null,
): Promise<CutRestore['final']> {
  const sizeBytes = Number(final.stats.size);
  const { sha256 } = await hashOf({ descriptor: final.descriptor, sizeBytes });
  if (header !== null && sha256 === header.sha256) return 'whole';
  // An empty file may be anybody's.
  if (copy === null || sizeBytes === 0 || sizeBytes > Number(copy.stats.size)) return 'other';
  return (await beginsWith(copy.descriptor, final.descriptor, sizeBytes)) ? 'begun' : 'other';
}

/** Whether the first file begins with the `sizeBytes` of the second. */
async function beginsWith(whole: number, beginning: number, sizeBytes: number): Promise<boolean> {
  // One byte more than asked for may come; both are cut at the size.
  const left = piecesInTime(whole, sizeBytes - 1);
  const right = piecesInTime(beginning, sizeBytes - 1);
  for await (const piece of left) {
    const other = await right.next();
    if (other.done === true || !piece.equals(other.value)) return false;
  }
  return true;
}

/** null where there is nothing, or something that is no regular file. */
async function openRegular(path: string): Promise<RegularFile | null> {
  let descriptor: number;
  try {
    descriptor = await openInTime(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
  const stats = await inTime(statDescriptor(descriptor));
  if (stats.isFile()) return { descriptor, stats, [Symbol.dispose]: () => closeSync(descriptor) };
  closeSync(descriptor);
  return null;
}
