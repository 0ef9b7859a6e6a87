// Whether a database can be asked at all: a list that is empty for want of an answer must not look like one of nothing.
import type { DatabaseSlot } from './database-handle.ts';

/** Reads the header of the file: some microseconds. */
export function isReadable(slot: Pick<DatabaseSlot, 'read'>): boolean {
  return slot.read((db) => {
    db.pragma('schema_version');
    return true;
  }, false);
}
