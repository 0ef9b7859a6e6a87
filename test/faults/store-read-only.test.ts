// A data folder that cannot be written to: Vedette works without its databases, says so, and uses them when it can.
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { openStore } from '../../src/core/store/store.ts';
import { until } from '../helpers/processes.ts';
import { entryFor, generation, identityFor } from '../helpers/store-entries.ts';
import { canMount, smallDisk } from '../helpers/store-mount.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const nobody = 65_534;

describe.skipIf(!canMount())('a read-only file system', () => {
  it.each(['with a database', 'without a database'])('%s is done without, and that is said', (which) => {
    using disk = smallDisk('4m');
    if (which === 'with a database') {
      using before = openStore({ folder: disk.path, logger: silentLogger });
      before.verdicts.remember(entryFor(1));
    }
    disk.remount('ro');
    using store = openStore({ folder: disk.path, logger: silentLogger });
    store.verdicts.remember(entryFor(2));
    store.flush();
    expect(store.verdicts.recallFiles([identityFor(1)], generation)).toEqual([null]);
    expect(store.health).toMatchObject({ state: 'read_only', setAside: [], droppedWrites: 1 });
    expect(store.health.details).toEqual([
      `${disk.path} cannot be written to: Vedette works without its verdict cache.`,
      `${disk.path} cannot be written to: Vedette works without its history.`,
    ]);
  });

  it('is used as soon as it can be written to', async () => {
    using disk = smallDisk('4m');
    disk.remount('ro');
    using store = openStore({ folder: disk.path, logger: silentLogger });
    expect(store.health.state).toBe('read_only');
    disk.remount('rw');
    await until(() => store.health.state === 'ready', 20_000);
    store.verdicts.remember(entryFor(1));
    store.flush();
    expect(store.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
  });
});

describe.skipIf(process.getuid?.() !== 0)('a folder or file of somebody else', () => {
  const looks = `
    const store = openStore({ folder: args[0], logger });
    store.verdicts.remember(entries.entryFor(2));
    const known = store.verdicts.recallFiles([entries.identityFor(1)], entries.generation);
    store[Symbol.dispose]();
    console.log(JSON.stringify({ ...store.health, known }));`;

  async function lookAsNobody(folder: string): Promise<unknown> {
    await using child = new StoreProcess(looks, [folder], nobody);
    return JSON.parse(await child.line());
  }

  it('is done without, and that is said', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    openStore({ folder: folder.path, logger: silentLogger })[Symbol.dispose]();
    expect(await lookAsNobody(folder.path)).toMatchObject({
      state: 'read_only',
      known: [null],
      setAside: [],
    });
  });

  it('is done without when only the file is not for us', async () => {
    using folder = temporaryFolder();
    openStore({ folder: folder.path, logger: silentLogger })[Symbol.dispose]();
    chownSync(folder.path, nobody, nobody);
    chownSync(join(folder.path, 'history.db'), nobody, nobody);
    expect(await lookAsNobody(folder.path)).toMatchObject({
      state: 'read_only',
      known: [null],
      details: [`${folder.path}/cache.db cannot be written to: Vedette works without its verdict cache.`],
    });
  });
});
