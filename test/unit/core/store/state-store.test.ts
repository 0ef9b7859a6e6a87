import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StateStore } from '../../../../src/core/store/state-store.ts';
import { pauseSchema } from '../../../../src/shared/protection.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const pause = { until: 1_700_000_900, since: 1_700_000_000, actor: 'user \uDCE9' };

describe('the state', () => {
  test('outlives the process', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new StateStore(file);
    expect(store.read('pause', pauseSchema)).toBeNull();
    expect(store.write('pause', { ...pause, until: null })).toBe(true);
    store.write('pause', pause);
    file[Symbol.dispose]();
    using again = historyFile(folder.path);
    expect(new StateStore(again).read('pause', pauseSchema)).toEqual(pause);
  });

  test('is no more once removed', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new StateStore(file);
    store.write('pause', pause);
    store.write('other', 1);
    expect(store.remove('pause')).toBe(true);
    expect(store.read('pause', pauseSchema)).toBeNull();
    expect(store.read('other', z.number())).toBe(1);
  });

  test('of another shape counts as none', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new StateStore(file);
    store.write('pause', { until: 'tomorrow' });
    expect(store.read('pause', pauseSchema)).toBeNull();
    file.writeNow((db) => db.exec(`UPDATE state SET value = '{'`), null);
    expect(store.read('pause', z.unknown())).toBeUndefined();
  });

  test('waits in order while the database takes nothing', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    const store = new StateStore(slot);
    slot.takesNothing = true;
    expect(store.write('pause', pause)).toBe(false);
    expect(store.remove('pause')).toBe(false);
    expect(store.write('brake', true)).toBe(false);
    file.flush();
    expect([store.read('pause', pauseSchema), store.read('brake', z.boolean())]).toEqual([null, true]);
  });
});
