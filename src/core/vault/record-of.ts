// What is told of an object of the vault, for one that is whole and for one that is not.
import type { VaultRecord } from '../../shared/vault-record.ts';
import type { ObjectHeader } from './object-header.ts';

export function recordOf(header: ObjectHeader): VaultRecord {
  const { xattrs: _kept, ...record } = header;
  return { ...record, state: 'stored', problem: '' };
}

/**
 * @param header what can still be read of it, not to be believed; null when that is nothing.
 * @param place where the object is, told where nobody knows where the file was.
 */
export function damagedRecord(
  id: string,
  problem: string,
  header: ObjectHeader | null,
  place: { readonly path: string; readonly mtimeMs: number },
): VaultRecord {
  if (header !== null) return { ...recordOf(header), id, state: 'damaged', problem };
  return {
    id,
    state: 'damaged',
    problem,
    path: place.path,
    size_bytes: 0,
    sha256: '0'.repeat(64),
    mode: 0,
    uid: -1,
    gid: -1,
    mtime_ns: '0',
    detections: [],
    quarantined_at: place.mtimeMs / 1000,
    actor: '',
    other_links: [],
    other_link_count: 0,
  };
}
