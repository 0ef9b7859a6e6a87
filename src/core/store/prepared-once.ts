// Prepares statements once for each handle: a database that was replaced gets its own, and those of the old one go with it.
import type { ReadableDb } from './database-handle.ts';

export function preparedOnce<Db extends ReadableDb, Statements>(
  prepare: (db: Db) => Statements,
): (db: Db) => Statements {
  const known = new WeakMap<Db, Statements>();
  return (db) => {
    const found = known.get(db);
    if (found !== undefined) return found;
    const made = prepare(db);
    known.set(db, made);
    return made;
  };
}
