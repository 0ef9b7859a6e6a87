import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exclusionCalls } from '../../../../src/core/guard/calls/exclusion-calls.ts';
import { ExclusionBook, type ExclusionChange } from '../../../../src/core/guard/exclusion-book.ts';
import { refusePattern } from '../../../../src/core/guard/exclusion-pattern.ts';
import { ExclusionStore } from '../../../../src/core/store/exclusion-store.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const hour = 3600;
const day = 24 * hour;
const request = { pattern: '/srv/build/**', seconds: hour, reason: 'a build', author: 'user eve' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class Scene {
  readonly #folder = temporaryFolder();
  readonly #file = historyFile(this.#folder.path);
  readonly slot = new StubbornSlot(this.#file);
  readonly notes: HistoryNote[] = [];
  readonly changes: ExclusionChange[] = [];
  wallMs = 1_800_000_000_000;
  monotonicMs = 5000;
  book = this.open();

  open(): ExclusionBook {
    return new ExclusionBook({
      store: new ExclusionStore(this.slot),
      write: (note) => this.notes.push(note),
      onChange: (change) => this.changes.push(change),
      wallMs: () => this.wallMs,
      monotonicMs: () => this.monotonicMs,
    });
  }

  /** Another process, some time later; only the clock on the wall went on. */
  restart(seconds = 0): void {
    this.book[Symbol.dispose]();
    this.#file.flush();
    this.wallMs += seconds * 1000;
    this.monotonicMs = 0;
    this.book = this.open();
  }

  pass(seconds: number): void {
    for (let left = seconds; left > 0; left -= 15) {
      const step = Math.min(15, left) * 1000;
      this.wallMs += step;
      this.monotonicMs += step;
      vi.advanceTimersByTime(step);
    }
  }

  /** Kinds and sentences of the history. */
  told(): readonly string[] {
    return this.notes.splice(0).map(({ kind, actor, text }) => `${kind} ${actor} ${text}`);
  }

  [Symbol.dispose](): void {
    this.book[Symbol.dispose]();
    this.#file[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }
}

describe('an exclusion', () => {
  test('is in force from the moment it is asked for until its time is over, and both are written down', () => {
    using scene = new Scene();
    const added = scene.book.add(request);
    expect(added).toEqual({
      id: 1,
      pattern: '/srv/build/**',
      reason: 'a build',
      author: 'user eve',
      created_at: 1_800_000_000,
      expires_at: 1_800_003_600,
    });
    expect(scene.book.patterns()).toEqual(['/srv/build/**']);
    expect(scene.told()).toEqual([
      'excluded user eve Files that match /srv/build/** are left out for 1 hour: a build.',
    ]);
    scene.pass(hour - 1);
    expect(scene.book.list()).toEqual([added]);
    scene.pass(1);
    expect([scene.book.list(), scene.book.patterns()]).toEqual([[], []]);
    expect(scene.told()).toEqual([
      'exclusion_ended system Files that match /srv/build/** are scanned again: its time is over.',
    ]);
    expect(scene.changes).toEqual([
      { begun: [added], ended: [] },
      { begun: [], ended: [added] },
    ]);
    scene.restart();
    expect([scene.book.list(), scene.told()]).toEqual([[], []]);
  });

  test('ends when a person ends it', () => {
    using scene = new Scene();
    const [one, two] = [
      scene.book.add(request),
      scene.book.add({ ...request, pattern: '*.iso', reason: '' }),
    ];
    scene.told();
    expect(scene.book.remove([one.id, 7], 'user mallory')).toEqual([one]);
    expect(scene.told()).toEqual([
      'exclusion_ended user mallory Files that match /srv/build/** are scanned again.',
    ]);
    expect(scene.changes.at(-1)).toEqual({ begun: [], ended: [one] });
    expect(scene.book.remove([one.id], 'user mallory')).toEqual([]);
    expect([scene.book.list(), scene.told(), scene.changes.length]).toEqual([[two], [], 3]);
  });

  test('asked for again goes on from then, as one', () => {
    using scene = new Scene();
    scene.book.add(request);
    scene.pass(hour / 2);
    const again = scene.book.add({ ...request, reason: 'still' });
    expect(scene.book.list()).toEqual([again]);
    scene.pass(hour - 1);
    expect(scene.book.patterns()).toEqual(['/srv/build/**']);
    scene.restart();
    expect(scene.book.list()).toEqual([again]);
  });

  test('survives a restart, with its end where it was', () => {
    using scene = new Scene();
    const added = scene.book.add(request);
    scene.restart(hour - 10);
    expect(scene.book.list()).toEqual([added]);
    scene.pass(10);
    expect(scene.book.list()).toEqual([]);
    expect(scene.changes).toHaveLength(2);
  });

  test('whose time was over while nobody was there is written down as ended', () => {
    using scene = new Scene();
    scene.book.add(request);
    scene.told();
    scene.restart(2 * hour);
    expect(scene.book.list()).toEqual([]);
    expect(scene.told()).toEqual([
      'exclusion_ended system Files that match /srv/build/** are scanned again: its time is over.',
    ]);
    scene.restart();
    expect(scene.told()).toEqual([]);
  });

  test('never lasts longer for a clock that is put back', () => {
    using scene = new Scene();
    scene.book.add(request);
    scene.wallMs -= day * 1000;
    scene.pass(hour);
    expect(scene.book.patterns()).toEqual([]);
  });

  test('ends early for a clock that is put forward, and is not in force one moment longer', () => {
    using scene = new Scene();
    scene.book.add({ ...request, seconds: 2 * hour });
    scene.wallMs += day * 1000;
    expect(scene.book.patterns()).toEqual([]);
    scene.pass(15);
    expect(scene.changes.at(-1)?.ended).toHaveLength(1);
  });

  test('is over where nobody knows how long it has been in force, and only slightly off where it hardly matters', () => {
    using scene = new Scene();
    const added = scene.book.add(request);
    scene.restart(-60);
    expect(scene.book.list()).toEqual([added]);
    scene.restart(-day);
    expect(scene.book.list()).toEqual([]);
    expect(scene.told().at(-1)).toContain('exclusion_ended system');
  });

  test('of a month ends on time, also where the machine slept: no timer holds that long', () => {
    using scene = new Scene();
    scene.book.add({ ...request, seconds: 30 * day });
    scene.pass(60);
    expect([scene.book.list().length, scene.changes.length]).toEqual([1, 1]);
    scene.wallMs += (30 * day - 120) * 1000;
    scene.pass(59);
    expect([scene.book.list().length, scene.changes.length]).toEqual([1, 1]);
    scene.pass(15);
    expect([scene.book.list().length, scene.changes.length]).toEqual([0, 2]);
  });

  test('that cannot be written down is not in force, and one that cannot be removed stays', () => {
    using scene = new Scene();
    const added = scene.book.add(request);
    scene.slot.takesNothing = true;
    const refusal = expect.objectContaining({ code: 'FILE_UNWRITABLE' });
    expect(() => scene.book.add({ ...request, pattern: '*.iso' })).toThrow(refusal);
    expect(() => scene.book.remove([added.id], 'user eve')).toThrow(refusal);
    expect([scene.book.list(), scene.changes.length]).toEqual([[added], 1]);
  });

  test.each([
    [90, '90 seconds'],
    [60, '1 minute'],
    [900, '15 minutes'],
    [5400, '90 minutes'],
    [4 * hour, '4 hours'],
    [day, '1 day'],
    [30 * day, '30 days'],
  ])('of %d seconds is told as %s', (seconds, text) => {
    using scene = new Scene();
    scene.book.add({ ...request, seconds, reason: '' });
    expect(scene.told()[0]).toContain(`left out for ${text}.`);
  });

  test('is told with nothing in it that could fool a reader', () => {
    using scene = new Scene();
    scene.book.add({ ...request, pattern: '/srv/a\u202Eb/**', reason: 'one\ntwo' });
    expect(scene.told()[0]).toContain(String.raw`/srv/a\u{202e}b/** are left out for 1 hour: one\ntwo.`);
  });
});

describe('the pattern of an exclusion', () => {
  const home = '/home/eve';
  test.each(['*', '**', '*.*', '/**', '**/*', '?*', '/*', '/', ' ', '*/', 'a\0b'])(
    '%j is refused: it leaves out everything, or is none',
    (pattern) => {
      expect(() => refusePattern(pattern, home)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
    },
  );

  test.each(['/home/**', '/home/eve', '/home/eve/', '/home/eve/**', '/home/*', '/home/eve/*', 'eve', 'home'])(
    '%j is refused: it leaves out a home',
    (pattern) => {
      expect(() => refusePattern(pattern, home)).toThrow(/home folder/u);
    },
  );

  test.each(['*.iso', '/srv/build/**', '/home/eve/Downloads', 'node_modules', '**/target/**', '!important'])(
    '%j is one',
    (pattern) => {
      expect(() => refusePattern(pattern, home)).not.toThrow();
    },
  );

  test('is looked at before anything is written', () => {
    using scene = new Scene();
    const pattern = join(homedir(), '**');
    expect(() => scene.book.add({ ...request, pattern })).toThrow(/home folder/u);
    expect([scene.book.list(), scene.told(), scene.changes]).toEqual([[], [], []]);
  });
});

test('the calls list, add and end', async () => {
  using scene = new Scene();
  const calls = exclusionCalls(scene.book);
  const { author, ...asked } = request;
  const added = await calls['exclusions.add']({ ...asked, actor: author });
  expect(added.author).toBe('user eve');
  expect(await calls['exclusions.list']({})).toEqual({ exclusions: [added] });
  expect(await calls['exclusions.remove']({ ids: [1], actor: 'user eve' })).toEqual({ removed: [added] });
  expect(await calls['exclusions.list']({})).toEqual({ exclusions: [] });
});
