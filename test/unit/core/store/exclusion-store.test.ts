import { describe, expect, test } from 'vitest';
import { ExclusionStore } from '../../../../src/core/store/exclusion-store.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const draft = {
  pattern: '/home/eve/caf\udce9/**',
  reason: 'a build',
  author: 'user eve',
  createdAtMs: 1_700_000_000_500,
  expiresAtMs: 1_700_003_600_500,
};

describe('exclusions in the database', () => {
  test('are as they were asked for, to the byte, and their numbers are never used again', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new ExclusionStore(file);
    const first = {
      id: 1,
      pattern: draft.pattern,
      reason: 'a build',
      author: 'user eve',
      created_at: 1_700_000_000.5,
      expires_at: 1_700_003_600.5,
    };
    expect(store.add(draft)).toEqual(first);
    expect(store.list()).toEqual([first]);
    store.remove([1, 7]);
    expect(store.add(draft).id).toBe(2);
    store.removeSoon([2]);
    file.flush();
    expect(store.list()).toEqual([]);
  });

  test('take the place of others in one step', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new ExclusionStore(file);
    store.add(draft);
    store.add(draft, [1]);
    expect(store.list().map(({ id }) => id)).toEqual([2]);
  });

  test('are no more than can be matched against every file; one may still take the place of another', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new ExclusionStore(file);
    for (let count = 0; count < 200; count += 1) store.add(draft);
    expect(() => store.add(draft)).toThrow(expect.objectContaining({ code: 'CALL_REFUSED' }));
    expect(store.list()).toHaveLength(200);
    expect(store.add(draft, [200]).id).toBe(201);
  });

  test('say so when they cannot be changed', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    const store = new ExclusionStore(slot);
    store.add(draft);
    slot.takesNothing = true;
    const refusal = expect.objectContaining({ code: 'FILE_UNWRITABLE' });
    expect(() => store.add(draft)).toThrow(refusal);
    expect(() => store.remove([1])).toThrow(refusal);
    slot.answersNothing = true;
    expect(store.list()).toEqual([]);
  });

  test('that somebody else wrote otherwise leave nothing out', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new ExclusionStore(file);
    store.add(draft);
    file.writeNow((db) => db.exec(`UPDATE exclusions SET pattern = zeroblob(0)`), undefined);
    expect(store.list()).toEqual([]);
  });
});
