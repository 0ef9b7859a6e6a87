// How an object of the vault is: opened without following anything, proven with the key, read whole where that is asked.
import { closeSync, fstatSync } from 'node:fs';
import type { VaultRecord } from '../../shared/vault-record.ts';
import { AppError } from '../../shared/errors.ts';
import { codeOf, describeFsError, isFsError } from '../files/open-file.ts';
import type { ObjectHeader } from './object-header.ts';
import { damagedRecord, recordOf } from './record-of.ts';
import { objectName, type VaultContext } from './vault-context.ts';
import { openHeader, openObject, readHeader, verifyObject } from './vault-object.ts';

export interface Inspection {
  readonly state: 'intact' | 'damaged' | 'none';
  /** Proven; null where it cannot be. */
  readonly header: ObjectHeader | null;
}

/** Reads all of it. */
export async function inspectObject(context: VaultContext, id: string): Promise<Inspection> {
  let descriptor: number;
  try {
    descriptor = openObject(context.folder.at(objectName(id)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: 'none', header: null };
    if (isFsError(error) || isRefusal(error)) return { state: 'damaged', header: null };
    throw error;
  }
  try {
    const opened = await openHeader(descriptor, context.vaultKey);
    if (opened.kind === 'damaged' || opened.header.id !== id) return { state: 'damaged', header: null };
    const check = await verifyObject(descriptor, context.vaultKey);
    return { state: check.kind, header: opened.header };
  } finally {
    closeSync(descriptor);
  }
}

export interface IndexEntry {
  readonly record: VaultRecord;
  readonly storedBytes: number;
}

/** What is listed of it: its header is proven, its content is not read. null: it is no file of ours at all. */
export async function indexObject(context: VaultContext, id: string): Promise<IndexEntry | null> {
  const path = context.folder.at(objectName(id));
  const place = { path: `${context.folder.path}/${objectName(id)}`, mtimeMs: 0 };
  let descriptor: number;
  try {
    descriptor = openObject(path);
  } catch (error) {
    if (isRefusal(error) || ['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR', 'ENOENT'].includes(codeOf(error)))
      return null;
    if (!isFsError(error)) throw error;
    return { record: damagedRecord(id, describeFsError(error).detail, null, place), storedBytes: 0 };
  }
  try {
    const stats = fstatSync(descriptor);
    const opened = await openHeader(descriptor, context.vaultKey);
    if (opened.kind === 'ok' && opened.header.id === id) {
      return { record: recordOf(opened.header), storedBytes: stats.size };
    }
    const problem = opened.kind === 'ok' ? 'it was stored under another number' : opened.problem;
    const readable = await readHeader(descriptor);
    const header = readable.kind === 'ok' ? readable.header : null;
    const record = damagedRecord(id, problem, header, { ...place, mtimeMs: stats.mtimeMs });
    return { record, storedBytes: stats.size };
  } finally {
    closeSync(descriptor);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code === 'VAULT_REFUSED';
}
