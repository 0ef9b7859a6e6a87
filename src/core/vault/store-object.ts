// Writes an object of the vault under a name that does not count, reads it back, and only then gives it the one that does.
import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { encodePath } from '../files/raw-path.ts';
import type { ObjectHeader } from './object-header.ts';
import { closeInTime, openNew, piecesInTime, removeIfThere } from './timely-files.ts';
import { objectName, unfinishedName, type VaultContext } from './vault-context.ts';
import { verifyObject, writeObject, type WrittenObject } from './vault-object.ts';

export interface Content {
  readonly descriptor: number;
  readonly sizeBytes: number;
}

/**
 * On the disk when it resolves, name included.
 * @throws AppError VAULT_REFUSED with `details.changed` for other content than the header says; the error of `node:fs`.
 */
export async function storeObject(
  context: VaultContext,
  header: ObjectHeader,
  { descriptor, sizeBytes }: Content,
): Promise<WrittenObject> {
  const { folder, vaultKey } = context;
  const unfinished = folder.at(unfinishedName(header.id));
  const target = await openNew(unfinished);
  let written: WrittenObject;
  try {
    const source = piecesInTime(descriptor, sizeBytes);
    written = await writeObject({ descriptor: target, source, header, vaultKey });
    const check = await verifyObject(target, vaultKey);
    if (check.kind === 'damaged') {
      const message = `the copy in the vault could not be read back: ${check.problem}`;
      throw new AppError('VAULT_REFUSED', message);
    }
  } finally {
    await closeInTime(target);
  }
  await context.afterStep('copied');
  await rename(encodePath(unfinished), encodePath(folder.at(objectName(header.id))));
  await folder.sync();
  return written;
}

/** Both names it may have; resolves when they are gone from the disk. */
export async function removeObject({ folder }: VaultContext, id: string): Promise<boolean> {
  const unfinished = await removeIfThere(folder.at(unfinishedName(id)));
  const stored = await removeIfThere(folder.at(objectName(id)));
  if (unfinished || stored) await folder.sync();
  return stored;
}

/** Lower-case hexadecimal SHA-256 of all that is in it, and how much that was. */
export async function hashOf({ descriptor, sizeBytes }: Content): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesInTime(descriptor, sizeBytes)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
