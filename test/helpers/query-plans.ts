// How SQLite goes about the statements that a store prepares, as EXPLAIN QUERY PLAN tells it.
import type { DatabaseFile } from '../../src/core/store/database-file.ts';
import type { PromptDatabaseSlot, WritableDb } from '../../src/core/store/database-handle.ts';

/** Remembers every statement that goes through it. */
class Listener implements PromptDatabaseSlot {
  readonly statements = new Set<string>();
  readonly #slot: PromptDatabaseSlot;
  readonly #heard = new Map<object, WritableDb>();

  constructor(slot: PromptDatabaseSlot) {
    this.#slot = slot;
  }

  read<T>(work: (db: WritableDb) => T, fallback: T): T {
    return this.#slot.writeNow((db) => work(this.#listenTo(db)), fallback);
  }

  write(work: (db: WritableDb) => void): void {
    this.#slot.writeNow((db) => work(this.#listenTo(db)), undefined);
  }

  writeNow<T>(work: (db: WritableDb) => T, fallback: T): T {
    return this.#slot.writeNow((db) => work(this.#listenTo(db)), fallback);
  }

  #listenTo(db: WritableDb): WritableDb {
    const { statements } = this;
    const heard =
      this.#heard.get(db) ??
      new Proxy(db, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            if (name === 'prepare') statements.add(String(args[0]));
            return Reflect.apply(member, target, args) as unknown;
          };
        },
      });
    this.#heard.set(db, heard);
    return heard;
  }
}

/** The plan of every statement that `use` has prepared, by its SQL. */
export function plansOf(
  file: DatabaseFile,
  use: (slot: PromptDatabaseSlot) => void,
): ReadonlyMap<string, string> {
  const listener = new Listener(file);
  use(listener);
  return file.read(
    (db) =>
      new Map(
        [...listener.statements].map((sql) => {
          const bare = sql.replaceAll(/'[^']*'/g, '');
          const names = [...bare.matchAll(/[@:](\w+)/g)].map(([, name = '']) => [name, null] as const);
          const marks = (bare.match(/\?/g) ?? []).map(() => null);
          const parameters = names.length > 0 ? [Object.fromEntries(names)] : marks;
          const rows = db
            .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
            .all(...parameters);
          return [sql.replaceAll(/\s+/g, ' '), rows.map(({ detail }) => detail).join('\n')] as const;
        }),
      ),
    new Map(),
  );
}
