// A disk that is full: scans go on, what is new waits within a bound, and all is well by itself when there is room again.
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { openStore, type Store } from '../../src/core/store/store.ts';
import { entryFor, generation, identityFor } from '../helpers/store-entries.ts';
import { canMount, smallDisk, type SmallDisk } from '../helpers/store-mount.ts';

/** Takes all room that is left. @returns what gives it back. */
function fillUp(disk: SmallDisk): () => void {
  const ballast = join(disk.path, 'ballast');
  const { bavail, bsize } = statfsSync(disk.path);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return () => rmSync(ballast);
}

/** Resolves at the next change of health to this state. */
async function becomes(store: Store, state: Store['health']['state']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = store.onHealth((health) => {
    if (health.state === state) resolve();
  });
  if (store.health.state === state) resolve();
  // Timers of the store keep nothing alive; this one does.
  const end = new AbortController();
  await Promise.race([promise, delay(20_000, undefined, { signal: end.signal })]);
  end.abort();
  stop();
}

describe.skipIf(!canMount())('a full disk', () => {
  it('holds up nothing, is told of, and is over when there is room', async () => {
    using disk = smallDisk('6m');
    using store = openStore({ folder: disk.path, logger: silentLogger });
    store.verdicts.remember(entryFor(1));
    store.flush();
    const giveBack = fillUp(disk);
    const inodes = Array.from({ length: 3000 }, (_, index) => index + 2);
    for (const inode of inodes) store.verdicts.remember(entryFor(inode));
    store.flush();
    expect(store.health).toMatchObject({ state: 'degraded', setAside: [], droppedWrites: 0 });
    expect(store.health.details).toEqual([expect.stringMatching(/^The disk is full: .* verdict cache/)]);
    expect(store.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
    giveBack();
    await becomes(store, 'ready');
    store.flush();
    const found = store.verdicts.recallFiles(
      inodes.map((inode) => identityFor(inode)),
      generation,
    );
    expect(found.filter((file) => file === null)).toEqual([]);
    expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
  });

  it('takes so much and no more; the rest is counted', () => {
    using disk = smallDisk('2m');
    using store = openStore({ folder: disk.path, logger: silentLogger });
    fillUp(disk);
    for (let inode = 0; inode < 21_000; inode += 1) store.verdicts.remember(entryFor(inode));
    expect(store.health).toMatchObject({ state: 'degraded', setAside: [] });
    expect(store.health.droppedWrites).toBeGreaterThanOrEqual(1000);
    expect(store.health.droppedWrites).toBeLessThan(2000);
  });

  it('at the start is waited for too', async () => {
    using disk = smallDisk('2m');
    const giveBack = fillUp(disk);
    using store = openStore({ folder: disk.path, logger: silentLogger });
    expect(store.health).toMatchObject({ state: 'degraded', setAside: [] });
    store.verdicts.remember(entryFor(1));
    expect(store.verdicts.recallFiles([identityFor(1)], generation)).toEqual([null]);
    giveBack();
    await becomes(store, 'ready');
    store.flush();
    expect(store.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
    expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
  });

  it('at the end costs what waits, and no damage', () => {
    using disk = smallDisk('3m');
    const store = openStore({ folder: disk.path, logger: silentLogger });
    store.verdicts.remember(entryFor(1));
    store.flush();
    const giveBack = fillUp(disk);
    for (let inode = 2; inode < 3000; inode += 1) store.verdicts.remember(entryFor(inode));
    store[Symbol.dispose]();
    expect(store.health.droppedWrites).toBeGreaterThan(0);
    giveBack();
    using again = openStore({ folder: disk.path, logger: silentLogger });
    expect(again.health).toMatchObject({ state: 'ready', setAside: [] });
    expect(again.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
  });
});
