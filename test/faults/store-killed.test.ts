// A process that is killed while it writes: what it had written is there, from the write-ahead log, and nothing is damaged.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { openStore } from '../../src/core/store/store.ts';
import { generation, identityFor } from '../helpers/store-entries.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const writesForEver = `
  const store = openStore({ folder: args[0], logger });
  for (let inode = 1; ; inode += 1) {
    store.verdicts.remember(entries.entryFor(inode));
    if (inode % 100 === 0) {
      store.flush();
      console.log(inode);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }`;

describe('a process that is killed while it writes', () => {
  it('loses nothing that was written, time and again', async () => {
    using folder = temporaryFolder();
    for (let time = 1; time <= 4; time += 1) {
      await using child = new StoreProcess(writesForEver, [folder.path]);
      let written = 0;
      while (written < time * 700) written = Number(await child.line());
      await child.kill();
      expect(statSync(join(folder.path, 'cache.db-wal')).size).toBeGreaterThan(0);
      using store = openStore({ folder: folder.path, logger: silentLogger });
      expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
      const identities = Array.from({ length: written }, (_, index) => identityFor(index + 1));
      const missing = store.verdicts
        .recallFiles(identities, generation)
        .filter((file) => file?.verdict == null);
      expect(missing).toEqual([]);
      const check = store.verdicts.counts();
      expect(check.files).toBeGreaterThanOrEqual(written);
      expect(check.files % 100).toBe(0);
    }
    expect(existsSync(join(folder.path, 'cache.db-wal'))).toBe(false);
  });

  it('leaves nothing half made when that was its first moment', async () => {
    using folder = temporaryFolder();
    const makesForEver = `
      import { makeDatabase } from './src/core/store/make-database.ts';
      import { cacheMigrations } from './src/core/store/migrations/cache/all.ts';
      import { cacheApplicationId } from './src/core/store/application-ids.ts';
      import { rmSync } from 'node:fs';
      for (let time = 0; ; time += 1) {
        makeDatabase(args[0], cacheApplicationId, cacheMigrations);
        console.log('made');
        rmSync(args[0]);
      }`;
    for (let time = 0; time < 5; time += 1) {
      await using child = new StoreProcess(makesForEver, [join(folder.path, 'cache.db')]);
      for (let made = 0; made < 10 + time; made += 1) await child.line();
      await child.kill();
      using store = openStore({ folder: folder.path, logger: silentLogger });
      expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
      expect(readdirSync(folder.path)).toContain('cache.db');
    }
  });
});
