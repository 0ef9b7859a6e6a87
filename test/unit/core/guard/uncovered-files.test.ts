import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keptOfEachReason, UncoveredFiles } from '../../../../src/core/guard/uncovered-files.ts';
import { UncoveredStore, type UncoveredChanges } from '../../../../src/core/store/uncovered-store.ts';
import { uncoveredFileSchema, type UncoveredFile } from '../../../../src/shared/page-documents.ts';
import { reasonSchema, type Judgement } from '../../../../src/shared/verdict.ts';
import { historyFile } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { clean, encrypted, infected, locked, outcomeOn, tooLarge } from './samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const vanished: Judgement = { kind: 'unscannable', reason: 'vanished', detail: 'no longer there' };

/** A list whose writes are heard; the same files are in it when it is opened again. */
function scene() {
  const kept = new Map<string, UncoveredFile>();
  const writes: UncoveredChanges[] = [];
  const pruned: number[] = [];
  const gone = new Set<string>();
  const looks: string[] = [];
  let nowMs = 1_000_000;
  function open(): UncoveredFiles {
    return new UncoveredFiles({
      store: {
        newest: (limit) => [...kept.values()].toSorted((one, other) => one.at - other.at).slice(-limit),
        prune: (limit) => pruned.push(limit),
        save(changes) {
          writes.push(changes);
          for (const [path, file] of changes) {
            if (file === null) kept.delete(path);
            else kept.set(path, file);
          }
        },
      },
      now: () => (nowMs += 1000),
      isThere(path) {
        looks.push(path);
        return Promise.resolve(!gone.has(path));
      },
    });
  }
  return { open, kept, writes, gone, looks, pruned };
}

async function paths(files: UncoveredFiles, reason: UncoveredFile['reason']): Promise<readonly string[]> {
  return (await files.list(reason, 1000)).files.map(({ path }) => path);
}

describe('the list of what was not looked at', () => {
  test('is not for files that are gone by now and had no name of their own', async () => {
    const { open } = scene();
    using files = open();
    const outcome = outcomeOn('/a', tooLarge);
    files.heard({ ...outcome, request: { ...outcome.request, isPassing: true } });
    expect(await paths(files, 'too_large')).toEqual([]);
  });

  test('says of each file what the verdict said, newest first', async () => {
    const { open } = scene();
    using files = open();
    files.heard(outcomeOn('/a', tooLarge));
    files.heard(outcomeOn('/b', locked));
    files.heard(outcomeOn('/c', tooLarge));
    files.heard(outcomeOn('/d', clean));
    const { files: found, kept } = await files.list('too_large', 1);
    expect([found, kept]).toEqual([
      [
        {
          path: '/c',
          verdict: 'partial',
          reason: 'too_large',
          detail: 'over the limit',
          size_bytes: 3,
          at: 1003,
        },
      ],
      2,
    ]);
    expect(uncoveredFileSchema.safeParse(found[0]).success).toBe(true);
    expect(await paths(files, 'locked')).toEqual(['/b']);
  });

  test('has a file once, under the reason it has now', async () => {
    const { open } = scene();
    using files = open();
    for (const judgement of [tooLarge, tooLarge, encrypted]) files.heard(outcomeOn('/a', judgement));
    expect([await paths(files, 'too_large'), await paths(files, 'encrypted')]).toEqual([[], ['/a']]);
  });

  test('loses a file that was looked at, whatever was found, and one that is gone', async () => {
    const { open, gone } = scene();
    using files = open();
    for (const path of ['/a', '/b', '/c', '/d']) files.heard(outcomeOn(path, encrypted));
    files.heard(outcomeOn('/a', clean));
    files.heard(outcomeOn('/b', infected));
    gone.add('/c');
    expect(await files.list('encrypted', 100)).toMatchObject({ files: [{ path: '/d' }], kept: 1 });
  });

  test('keeps those that were gone already: nothing else is said of them', async () => {
    const { open, gone, looks } = scene();
    using files = open();
    gone.add('/a');
    files.heard(outcomeOn('/a', vanished));
    expect([await paths(files, 'vanished'), looks]).toEqual([['/a'], []]);
  });

  test('is there again after a restart, oldest first as before', async () => {
    const { open, kept } = scene();
    const files = open();
    files.heard(outcomeOn('/a', tooLarge));
    files.heard(outcomeOn('/b', tooLarge));
    files.heard(outcomeOn('/a', tooLarge));
    files[Symbol.dispose]();
    expect([...kept.keys()].toSorted()).toEqual(['/a', '/b']);
    using later = open();
    expect(await paths(later, 'too_large')).toEqual(['/a', '/b']);
    later.heard(outcomeOn('/a', clean));
    vi.advanceTimersByTime(2000);
    expect([...kept.keys()]).toEqual(['/b']);
  });

  test('in a burst writes once and keeps the newest of each reason', async () => {
    const { open, kept, writes } = scene();
    using files = open();
    for (let count = 0; count < 20_000; count += 1) files.heard(outcomeOn(`/burst/${count}`, locked));
    files.heard(outcomeOn('/a', tooLarge));
    expect(writes).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(writes.map(({ size }) => size)).toEqual([keptOfEachReason + 1]);
    expect(kept.size).toBe(keptOfEachReason + 1);
    const { files: newest, kept: count } = await files.list('locked', 1000);
    expect([count, newest.at(0)?.path, newest.at(-1)?.path]).toEqual([200, '/burst/19999', '/burst/19800']);
    expect(await paths(files, 'too_large')).toEqual(['/a']);
    files.heard(outcomeOn('/burst/20000', locked));
    vi.advanceTimersByTime(2000);
    expect([...(writes[1] ?? [])].map(([path, file]) => [path, file === null])).toEqual([
      ['/burst/20000', false],
      ['/burst/19800', true],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('writes nothing of what came and went, and nothing while all is well', () => {
    const { open, writes } = scene();
    const files = open();
    files.heard(outcomeOn('/a', tooLarge));
    files.heard(outcomeOn('/a', clean));
    for (let count = 0; count < 1000; count += 1) files.heard(outcomeOn(`/b/${count}`, clean));
    vi.advanceTimersByTime(10_000);
    files[Symbol.dispose]();
    expect(writes).toEqual([]);
  });

  test('brings back under its bound what is too much of it', async () => {
    const { open, kept, pruned } = scene();
    for (let count = 0; count < 250; count += 1) {
      const path = `/a/${count}`;
      kept.set(path, {
        path,
        verdict: 'partial',
        reason: 'encrypted',
        detail: '',
        size_bytes: 1,
        at: count,
      });
    }
    using files = open();
    vi.advanceTimersByTime(2000);
    expect([kept.size, (await files.list('encrypted', 1)).kept]).toEqual([200, 200]);
    expect(pruned).toEqual([keptOfEachReason * reasonSchema.options.length]);
  });

  test('does not wait for a file system that hangs, and asks it once at a time', async () => {
    let questions = 0;
    const files = new UncoveredFiles({
      store: { newest: () => [], prune: () => {}, save: () => {} },
      isThere() {
        questions += 1;
        return new Promise(() => {});
      },
    });
    files.heard(outcomeOn('/net/a', encrypted));
    files.heard(outcomeOn('/net/b', encrypted));
    const list = files.list('encrypted', 100);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await list).kept).toBe(2);
    expect((await files.list('encrypted', 100)).kept).toBe(2);
    expect(questions).toBe(1);
    files[Symbol.dispose]();
  });

  test('is the same with a real database and real files', async () => {
    vi.useRealTimers();
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const there = folder.write('there.zip', 'x');
    const files = new UncoveredFiles({ store: new UncoveredStore(file) });
    files.heard(outcomeOn(there, encrypted));
    files.heard(outcomeOn(`${there}/in-a-file`, encrypted));
    files.heard(outcomeOn(`${folder.path}/gone.zip`, encrypted));
    files[Symbol.dispose]();
    file.flush();
    using later = new UncoveredFiles({ store: new UncoveredStore(file) });
    expect(await paths(later, 'encrypted')).toEqual([there]);
  });
});
