import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import { openContentReader } from '../../../../src/core/store/content-reader.ts';
import { openStore, type StoreHealth } from '../../../../src/core/store/store.ts';
import { entryFor, generation, hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('the store', () => {
  test('keeps verdicts and the history in two files that readers can open', () => {
    using folder = temporaryFolder();
    using store = openStore({ folder: folder.path, logger: silentLogger });
    expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
    store.verdicts.remember(entryFor(1));
    store.history.write((db) => db.exec('CREATE TABLE extra (x ANY) STRICT'));
    store.flush();
    using reader = openContentReader(store.cacheFile);
    expect(reader.recall(hashOf(1), generation)).not.toBeNull();
    const names = store.history.read(
      (db) => db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'extra'`).pluck().all(),
      [],
    );
    expect(names).toEqual(['extra']);
  });

  test('tells of the worse of the two, and what is to be said of both', () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'cache.db'), 'no database '.repeat(500));
    using other = temporaryFolder();
    using broken = openStore({ folder: folder.path, logger: silentLogger });
    expect(broken.health).toMatchObject({
      state: 'ready',
      setAside: [expect.stringContaining('cache.db.damaged-')],
    });
    expect(broken.health.details).toEqual([
      expect.stringMatching(
        /^The verdict cache was damaged: it was set aside as cache\.db\.damaged-\d{8}-\d{6} and/,
      ),
    ]);
    using missing = openStore({ folder: join(other.path, 'missing'), logger: silentLogger });
    expect(missing.health.state).toBe('unavailable');
    expect(missing.health.details).toEqual([
      expect.stringContaining('verdict cache'),
      expect.stringContaining('history'),
    ]);
  });

  test('reports when that changes, until nobody listens any more', () => {
    using folder = temporaryFolder();
    using store = openStore({ folder: folder.path, logger: silentLogger });
    const heard: StoreHealth[] = [];
    const stop = store.onHealth((health) => heard.push(health));
    function breakHistory(): void {
      store.history.read(() => {
        throw new Database.SqliteError('as if', 'SQLITE_CORRUPT');
      }, null);
    }
    breakHistory();
    expect(heard).toEqual([store.health]);
    expect(store.health.setAside).toEqual([expect.stringContaining('history.db.damaged-')]);
    stop();
    breakHistory();
    expect(heard).toHaveLength(1);
    expect(store.health.setAside).toHaveLength(2);
  });
});
