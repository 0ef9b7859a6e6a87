import { describe, expect, test } from 'vitest';
import { AllowBook } from '../../../../src/core/guard/allow-book.ts';
import { AllowStore } from '../../../../src/core/store/allow-store.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { badRule } from './samples.ts';

const draft = { kind: 'hash', value: hashOf(1), reason: 'ours', author: 'user eve' } as const;
const question = { path: '/home/eve/a', sha256: hashOf(1), detections: [badRule] };

function start() {
  const folder = temporaryFolder();
  const file = historyFile(folder.path);
  const slot = new StubbornSlot(file);
  const notes: HistoryNote[] = [];
  const book = new AllowBook({
    store: new AllowStore(slot),
    write: (note) => notes.push(note),
    now: () => 1_800_000_000_000,
  });
  return {
    book,
    notes,
    slot,
    path: folder.path,
    [Symbol.dispose]() {
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('the allow-list', () => {
  test('is in force from the moment it is written until it is taken back, and both are written down', () => {
    using scene = start();
    const { book, notes } = scene;
    expect(book.match(question)).toBeNull();
    const { entry, isNew } = book.add({ ...draft, value: ` ${hashOf(1).toUpperCase()} ` });
    expect([entry, isNew]).toEqual([{ id: 1, ...draft, created_at: 1_800_000_000 }, true]);
    expect(book.match(question)).toEqual(entry);
    expect(book.list()).toEqual([entry]);
    expect(book.remove([1, 2], 'user bob')).toEqual([entry]);
    expect([book.match(question), book.list()]).toEqual([null, []]);
    expect(notes).toEqual([
      {
        kind: 'allowed',
        actor: 'user eve',
        text: `The hash ${hashOf(1)} was allowed: ours.`,
        details: { entry: 1, kind: 'hash', value: hashOf(1), reason: 'ours' },
      },
      {
        kind: 'disallowed',
        actor: 'user bob',
        text: `The hash ${hashOf(1)} is no longer allowed.`,
        details: { entry: 1, kind: 'hash', value: hashOf(1) },
      },
    ]);
  });

  test('writes down once what is allowed twice', () => {
    using scene = start();
    scene.book.add(draft);
    expect(scene.book.add({ ...draft, reason: 'again' })).toMatchObject({
      isNew: false,
      entry: { reason: 'ours' },
    });
    expect(scene.notes).toHaveLength(1);
  });

  test('takes nothing that would allow everything, and writes nothing of it', () => {
    using scene = start();
    expect(() => scene.book.add({ ...draft, kind: 'path', value: '/' })).toThrow(
      expect.objectContaining({ code: 'BAD_USAGE' }),
    );
    expect([scene.notes, scene.book.list()]).toEqual([[], []]);
  });

  test('writes nothing of what the database did not take', () => {
    using scene = start();
    scene.book.add(draft);
    scene.slot.takesNothing = true;
    expect(() => scene.book.add({ ...draft, value: hashOf(2) })).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
    expect(() => scene.book.remove([1], 'user eve')).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
    expect(scene.notes).toHaveLength(1);
    expect(scene.book.match(question)?.id).toBe(1);
  });

  test('takes over at once what another process writes', () => {
    using scene = start();
    expect(scene.book.match(question)).toBeNull();
    using otherFile = historyFile(scene.path);
    const other = new AllowBook({ store: new AllowStore(otherFile), write: () => {} });
    other.add(draft);
    expect(scene.book.match(question)?.author).toBe('user eve');
    other.remove([1], 'user eve');
    expect(scene.book.match(question)).toBeNull();
  });

  test('holds while the database does not answer', () => {
    using scene = start();
    scene.book.add(draft);
    expect(scene.book.match(question)).not.toBeNull();
    scene.slot.answersNothing = true;
    expect(scene.book.match(question)).not.toBeNull();
  });

  test('allows a place by a name that is not UTF-8, and that place alone', () => {
    using scene = start();
    const value = '/home/eve/caf\uDCE9';
    scene.book.add({ ...draft, kind: 'path', value });
    const other = { path: `${value}/a`, sha256: null, detections: [badRule] };
    expect(scene.book.match(other)?.value).toBe(value);
    expect(scene.book.match({ ...other, path: '/home/eve/caf\uDCE8/a' })).toBeNull();
    expect(scene.notes[0]?.details).toMatchObject({ value });
  });
});
