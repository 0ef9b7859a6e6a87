// A move into the vault that a crash cut short: looks at what is there, and does what `settle-move.ts` decides.
import type { BigIntStats } from 'node:fs';
import { identityOf } from '../files/file-identity.ts';
import { isFsError } from '../files/open-file.ts';
import { failureSentence } from './failure-sentence.ts';
import { inspectObject, type Inspection } from './inspect-object.ts';
import type { MoveIntent, ReadJournal } from './move-journal.ts';
import { removeSource } from './remove-source.ts';
import { settleQuarantine, type CutQuarantine, type Settlement } from './settle-move.ts';
import { openSource, type SourceFile, type SourceOpening } from './source-file.ts';
import { hashOf, removeObject } from './store-object.ts';
import { removeIfThere } from './timely-files.ts';
import { unfinishedName, type VaultContext } from './vault-context.ts';

type Settled = Pick<Settlement, 'outcome' | 'detail'>;

export async function recoverQuarantine(
  context: VaultContext,
  id: string,
  intent: Extract<MoveIntent, { kind: 'quarantine' }>,
  { notes }: ReadJournal,
): Promise<Settled> {
  await removeIfThere(context.folder.at(unfinishedName(id)));
  const object = await inspectObject(context, id);
  const opening = await openOrUnknown(context, intent);
  await using source = opening.kind === 'open' ? opening.source : null;
  const cut: CutQuarantine = {
    wasStored: notes.has('stored') || notes.has('source-removed'),
    object: object.state,
    source: source === null ? stateWithout(opening) : await compare(source, intent, object),
  };
  const settlement = settleQuarantine(cut);
  if (settlement.remove.includes('object')) await removeObject(context, id);
  if (!settlement.remove.includes('source') || source === null) return settlement;
  return await removeRest(context, id, source, settlement);
}

async function removeRest(
  context: VaultContext,
  id: string,
  source: SourceFile,
  settlement: Settlement,
): Promise<Settled> {
  const identity = identityOf(source.stats);
  const { folder, name } = source;
  const removal = await removeSource(context, {
    folder,
    name,
    isSame: (stats) => identityOf(stats) === identity,
  });
  if (removal.kind === 'refused') {
    await removeObject(context, id);
    return { outcome: 'undone', detail: `it is where it was: ${failureSentence(removal.error)}` };
  }
  if (removal.kind !== 'unknown') return settlement;
  const detail = `it is in the vault, and may be where it was too: ${failureSentence(removal.error)}`;
  return { outcome: 'completed', detail };
}

async function openOrUnknown(
  context: VaultContext,
  intent: Pick<MoveIntent, 'path'> & { readonly identity: string },
): Promise<SourceOpening | { kind: 'unknown' }> {
  try {
    return await openSource(context, intent.path, (stats) => isAsIntended(stats, intent.identity));
  } catch (error) {
    if (!isFsError(error)) throw error;
    return { kind: 'unknown' };
  }
}

function stateWithout(
  opening: Exclude<SourceOpening, { kind: 'open' }> | { kind: 'open' | 'unknown' },
): CutQuarantine['source'] {
  return opening.kind === 'open' ? 'unknown' : opening.kind;
}

/** Numbers of devices change when a machine starts again; the rest of the identity does not, and the content is compared. */
function isAsIntended(stats: BigIntStats, identity: string): boolean {
  return withoutDevice(identityOf(stats)) === withoutDevice(identity);
}

async function compare(
  source: SourceFile,
  intent: Extract<MoveIntent, { kind: 'quarantine' }>,
  { header }: Inspection,
): Promise<CutQuarantine['source']> {
  if (!isAsIntended(source.stats, intent.identity)) return 'other';
  if (header === null) return 'same';
  // A journal that was changed by hand names no other file than the object does.
  if (header.path !== intent.path) return 'other';
  try {
    const { sha256 } = await hashOf({ descriptor: source.descriptor, sizeBytes: header.size_bytes });
    return sha256 === header.sha256 ? 'same' : 'other';
  } catch (error) {
    if (!isFsError(error)) throw error;
    return 'unknown';
  }
}

function withoutDevice(identity: string): string {
  return identity.slice(identity.indexOf(':'));
}
