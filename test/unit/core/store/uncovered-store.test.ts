import { describe, expect, test } from 'vitest';
import { UncoveredStore } from '../../../../src/core/store/uncovered-store.ts';
import type { UncoveredFile } from '../../../../src/shared/page-documents.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function fileAt(path: string, at: number): UncoveredFile {
  return { path, verdict: 'partial', reason: 'encrypted', detail: 'a password is needed', size_bytes: 7, at };
}

function changes(...files: readonly UncoveredFile[]) {
  return new Map(files.map((file) => [file.path, file]));
}

describe('files that were not looked at, in the database', () => {
  test('are the newest, oldest first, each path once and to the byte', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new UncoveredStore(file);
    const [one, two, odd] = [fileAt('/a', 1), fileAt('/b', 2), fileAt('/caf\udce9', 3)];
    store.save(changes(odd, one, two));
    file.flush();
    expect(store.newest(10)).toEqual([one, two, odd]);
    expect(store.newest(2)).toEqual([two, odd]);
    const again: UncoveredFile = {
      ...one,
      verdict: 'unscannable',
      reason: 'permission',
      detail: 'no permission',
      size_bytes: 8,
      at: 4.5,
    };
    store.save(new Map([...changes(again), ['/b', null], ['/unknown', null]]));
    file.flush();
    expect(store.newest(10)).toEqual([odd, again]);
  });

  test('are no more than is asked to be kept', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new UncoveredStore(file);
    store.save(changes(fileAt('/a', 1), fileAt('/b', 2), fileAt('/c', 3)));
    store.prune(2);
    file.flush();
    expect(store.newest(10).map(({ path }) => path)).toEqual(['/b', '/c']);
  });

  test('that nobody wrote like this, or cannot be read now, are none', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    const store = new UncoveredStore(slot);
    store.save(changes(fileAt('/a', 1), fileAt('/b', 2)));
    file.writeNow((db) => db.exec(`UPDATE uncovered_files SET reason = 'x' WHERE at_ms = 1000`), undefined);
    expect(store.newest(10).map(({ path }) => path)).toEqual(['/b']);
    slot.answersNothing = true;
    expect(store.newest(10)).toEqual([]);
  });
});
