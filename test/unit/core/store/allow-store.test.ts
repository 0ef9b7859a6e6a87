import { describe, expect, test } from 'vitest';
import { AllowStore } from '../../../../src/core/store/allow-store.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { plansOf } from '../../../helpers/query-plans.ts';
import { hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const byHash = { kind: 'hash', value: hashOf(1), reason: 'ours', author: 'user eve' } as const;
const byPath = { kind: 'path', value: '/home/caf\uDCE9', reason: '', author: 'user eve' } as const;

describe('the allow-list', () => {
  test('keeps who allowed what, when and why, oldest first', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new AllowStore(file);
    const entry = { id: 1, ...byHash, created_at: 1_700_000_000.5 };
    expect(store.add(byHash, 1_700_000_000_500)).toEqual({ entry, isNew: true });
    store.add(byPath, 1_700_000_001_000);
    expect(store.list()).toEqual([entry, { id: 2, ...byPath, created_at: 1_700_000_001 }]);
  });

  test('holds each thing once, as it was first allowed; another kind is another thing', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new AllowStore(file);
    const { entry } = store.add(byHash);
    expect(store.add({ ...byHash, reason: 'other', author: 'user mallory' })).toEqual({
      entry,
      isNew: false,
    });
    expect(store.add({ ...byHash, kind: 'signature' }).isNew).toBe(true);
    expect(store.list()).toHaveLength(2);
  });

  test('gives back what was removed, and never uses its number again', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new AllowStore(file);
    store.add(byHash);
    const { entry } = store.add(byPath);
    expect(store.remove([2, 7, 2])).toEqual([entry]);
    expect(store.add(byPath).entry.id).toBe(3);
  });

  test('shows a change to other processes, and only a change', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    using otherFile = historyFile(folder.path);
    const [store, other] = [new AllowStore(file), new AllowStore(otherFile)];
    const seen = [store.changes()];
    other.add(byHash);
    seen.push(store.changes());
    other.remove([1]);
    seen.push(store.changes());
    expect(new Set(seen).size).toBe(3);
    other.remove([1]);
    store.add(byPath);
    const before = store.changes();
    store.add(byPath);
    store.list();
    expect(store.changes()).toBe(before);
  });

  test('in a database begun anew counts from elsewhere', () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    using file = historyFile(folder.path);
    using otherFile = historyFile(other.path);
    expect(new AllowStore(file).changes()).not.toBe(new AllowStore(otherFile).changes());
  });

  test('stays as it was last known while the database does not answer', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    const store = new AllowStore(slot);
    store.add(byHash);
    const [entries, changes] = [store.list(), store.changes()];
    slot.answersNothing = true;
    expect([store.list(), store.changes()]).toEqual([entries, changes]);
    expect(entries).toHaveLength(1);
  });

  test('says so when it cannot be changed', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    slot.takesNothing = true;
    const store = new AllowStore(slot);
    expect(() => store.add(byHash)).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }));
    expect(() => store.remove([1])).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }));
  });

  test('refuses more than it may hold', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new AllowStore(file, { maxEntries: 1 });
    store.add(byHash);
    expect(store.add(byHash).isNew).toBe(false);
    expect(() => store.add(byPath)).toThrow(expect.objectContaining({ code: 'CALL_REFUSED' }));
  });

  test('allows nothing by an entry that nobody wrote like this', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new AllowStore(file);
    store.add(byHash);
    file.writeNow((db) => db.exec(`UPDATE allow_entries SET kind = 'all'`), null);
    expect(store.list()).toEqual([]);
  });

  test('finds an entry along the index of kind and value', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const plans = plansOf(file, (slot) => new AllowStore(slot).add(byHash));
    const found = [...plans].find(([sql]) => sql.includes('kind = ?'));
    expect(found?.[1]).toContain('(kind=? AND value=?)');
  });
});
