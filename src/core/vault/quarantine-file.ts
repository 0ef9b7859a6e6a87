// One file into the vault: it is taken away only once a copy that was read back is on the disk, and only if it is still that file.
import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import type { FileIdentity } from '../../shared/scan.ts';
import { assertNever, type Detection } from '../../shared/verdict.ts';
import type { VaultRecord } from '../../shared/vault-record.ts';
import { identityOf } from '../files/file-identity.ts';
import { isFsError } from '../files/open-file.ts';
import { failureSentence } from './failure-sentence.ts';
import { MoveJournal } from './move-journal.ts';
import type { ObjectHeader } from './object-header.ts';
import { findOtherLinks } from './other-links.ts';
import { recordOf } from './record-of.ts';
import { removeSource } from './remove-source.ts';
import { openScannedSource, type SourceFile } from './source-file.ts';
import { hashOf, removeObject, storeObject } from './store-object.ts';
import { orWarn, type VaultContext } from './vault-context.ts';

export interface QuarantineRequest {
  readonly path: string;
  /** Of the file that was scanned; no other is moved. */
  readonly identity: FileIdentity;
  readonly sha256: string | null;
  readonly detections: readonly Detection[];
  readonly actor: string;
  /**
   * Asked with the real path, once its folder is held: a sentence when it must not be moved. Whoever asked before may
   * have been led elsewhere by a link.
   */
  readonly refuse?: (path: string) => string | null;
}

export type QuarantineResult =
  /** The path in the record is the real one: it differs from that of the request where a folder was named through a link. */
  | { readonly kind: 'quarantined'; readonly record: VaultRecord }
  /** Not the file that was scanned, or no longer: nothing was moved, and it should be scanned again. */
  | { readonly kind: 'changed'; readonly detail: string }
  | { readonly kind: 'gone' }
  /** It is where it was; a sentence for a person. */
  | { readonly kind: 'failed'; readonly detail: string };

export async function quarantineFile(
  context: VaultContext,
  request: QuarantineRequest,
): Promise<QuarantineResult> {
  function isMeant(stats: BigIntStats): boolean {
    return identityOf(stats) === request.identity;
  }
  try {
    const opening = await openScannedSource(context, request.path, isMeant);
    if (opening.kind === 'gone') return { kind: 'gone' };
    if (opening.kind === 'other') return { kind: 'changed', detail: opening.detail };
    await using source = opening.source;
    if (!isMeant(source.stats)) return changed('it is not the file that was scanned');
    if (source.folder.lineage.includes(context.dataFolderKey)) {
      return failed('it belongs to Vedette itself, which never moves its own files');
    }
    const refusal = request.refuse?.(source.path) ?? null;
    if (refusal !== null) return failed(refusal);
    return await moveIn(context, source, request);
  } catch (error) {
    if (isFsError(error)) return failed(failureSentence(error));
    if (error instanceof AppError && error.code === 'VAULT_REFUSED') {
      return error.details['changed'] === true ? changed(error.message) : failed(error.message);
    }
    throw error;
  }
}

async function moveIn(
  context: VaultContext,
  source: SourceFile,
  request: QuarantineRequest,
): Promise<QuarantineResult> {
  const header = await describe(context, source, request);
  const intent = { kind: 'quarantine', path: source.path, identity: request.identity } as const;
  const journal = await MoveJournal.begin(context.folder, header.id, intent);
  let stored: ObjectHeader;
  try {
    await context.afterStep('intent');
    const content = { descriptor: source.descriptor, sizeBytes: header.size_bytes };
    stored = (await storeObject(context, header, content)).header;
    await context.afterStep('renamed');
    await journal.note('stored');
    await context.afterStep('stored');
  } catch (error) {
    await undo(context, header.id, journal);
    throw error;
  }
  // From here on an error that nobody foresaw leaves both, and the journal: only what is known to be there is undone.
  const { folder, name } = source;
  const removal = await removeSource(context, {
    folder,
    name,
    isSame: (stats) => identityOf(stats) === request.identity,
  });
  switch (removal.kind) {
    case 'removed':
      await finish(context, journal);
      return { kind: 'quarantined', record: recordOf(stored) };
    case 'other':
      await undo(context, header.id, journal);
      return changed('another file has its name by now');
    case 'gone':
      await undo(context, header.id, journal);
      return { kind: 'gone' };
    case 'refused':
      await undo(context, header.id, journal);
      return failed(failureSentence(removal.error));
    case 'unknown':
      // The journal stays: the next start finds out whether it was removed, and finishes or undoes.
      return failed(`${failureSentence(removal.error)}; the next start of Vedette settles it`);
    default:
      return assertNever(removal);
  }
}

async function describe(
  context: VaultContext,
  source: SourceFile,
  request: QuarantineRequest,
): Promise<ObjectHeader> {
  const { stats, descriptor } = source;
  const sizeBytes = Number(stats.size);
  return {
    id: randomBytes(16).toString('hex'),
    path: source.path,
    size_bytes: sizeBytes,
    sha256: request.sha256 ?? (await hashOf({ descriptor, sizeBytes })).sha256,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtime_ns: String(stats.mtimeNs),
    detections: [...request.detections],
    quarantined_at: context.now() / 1000,
    actor: request.actor,
    other_links: await findOtherLinks(source),
    other_link_count: Math.max(0, Number(stats.nlink) - 1),
    xattrs: {},
  };
}

/** The file is away and its copy complete: what fails from here on is settled by the next start. */
async function finish(context: VaultContext, journal: MoveJournal): Promise<void> {
  await context.afterStep('unlinked');
  await orWarn(context.logger, async () => await journal.note('source-removed'));
  await context.afterStep('source-removed');
  await orWarn(context.logger, async () => await journal.end());
  await context.afterStep('done');
}

/** The journal goes last: while it is there, a crash leads to recovery. */
async function undo(context: VaultContext, id: string, journal: MoveJournal): Promise<void> {
  await orWarn(context.logger, async () => {
    await removeObject(context, id);
    await journal.end();
  });
}

function changed(detail: string): QuarantineResult {
  return { kind: 'changed', detail };
}

function failed(detail: string): QuarantineResult {
  return { kind: 'failed', detail };
}
