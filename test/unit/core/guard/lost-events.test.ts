import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LostEvents } from '../../../../src/core/guard/lost-events.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';

function start() {
  const notes: HistoryNote[] = [];
  const counts = { lost: 0 };
  const surroundings = { isEventful: false };
  const lost = new LostEvents({
    write: (note) => notes.push(note),
    onLost: () => {
      counts.lost += 1;
    },
    isEventful: () => surroundings.isEventful,
  });
  return { lost, notes, counts, surroundings };
}

describe('files whose events were lost', () => {
  test('are counted at once, and written down once a sweep', () => {
    const { lost, notes, counts } = start();
    for (const path of ['/a', '/b', '/c', '/d']) lost.add(path);
    expect([counts.lost, notes]).toEqual([4, []]);
    lost.tell();
    lost.tell();
    expect(notes).toEqual([
      {
        kind: 'events_lost',
        actor: 'system',
        text: '4 files had changed without an event and were found by the sweep, among them /a, /b, /c.',
        details: { count: 4 },
      },
    ]);
    lost.add('/e');
    lost.tell();
    expect(notes[1]).toMatchObject({
      text: '1 file had changed without an event and was found by the sweep: /e.',
      details: { count: 1 },
    });
  });

  test.runIf(process.platform !== 'win32')('are named so that their names play no tricks', () => {
    const { lost, notes } = start();
    lost.add('/tmp/a\n\u202Eexe\uDCFF');
    lost.tell();
    expect(notes[0]?.text).toContain(String.raw`/tmp/a\n\u{202e}exe\xff`);
  });

  test('are not written of when there are none', () => {
    const { lost, notes } = start();
    lost.tell();
    expect(notes).toEqual([]);
  });
});

describe('a file that a sweep found right after its change', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('was lost when no event comes for it, and that is written down once for all', () => {
    const { lost, notes, counts } = start();
    using _end = lost;
    for (const path of ['/a', '/b', '/c']) lost.suspect(path);
    vi.advanceTimersByTime(10_000);
    lost.arrived('/b');
    expect(counts.lost).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(counts.lost).toBe(2);
    expect(notes).toMatchObject([{ kind: 'events_lost', details: { count: 2 } }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is given longer while events are on their way, but not for ever', () => {
    const { lost, counts, surroundings } = start();
    using _end = lost;
    surroundings.isEventful = true;
    lost.suspect('/a');
    vi.advanceTimersByTime(50_000);
    expect(counts.lost).toBe(0);
    vi.advanceTimersByTime(20_000);
    expect(counts.lost).toBe(1);
  });

  test('is forgotten when Vedette ends', () => {
    const { lost, counts } = start();
    lost.suspect('/a');
    lost[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100_000);
    expect([counts.lost, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('does not keep those found later waiting when it is found again', () => {
    const { lost, counts } = start();
    lost.suspect('/a');
    vi.advanceTimersByTime(1000);
    lost.suspect('/b');
    vi.advanceTimersByTime(13_000);
    lost.suspect('/a');
    vi.advanceTimersByTime(3000);
    expect(counts.lost).toBe(1);
    vi.advanceTimersByTime(13_000);
    expect(counts.lost).toBe(2);
  });
});
