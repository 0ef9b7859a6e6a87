import { describe, expect, test } from 'vitest';
import { LostEvents } from '../../../../src/core/guard/lost-events.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';

function start() {
  const notes: HistoryNote[] = [];
  const counts = { lost: 0 };
  const lost = new LostEvents({
    write: (note) => notes.push(note),
    onLost: () => {
      counts.lost += 1;
    },
  });
  return { lost, notes, counts };
}

describe('files whose events were lost', () => {
  test('are counted at once, and written down once a sweep', () => {
    const { lost, notes, counts } = start();
    for (const path of ['/a', '/b', '/c', '/d']) lost.add(path);
    expect([counts.lost, notes]).toEqual([4, []]);
    lost.sweepEnded();
    lost.sweepEnded();
    expect(notes).toEqual([
      {
        kind: 'events_lost',
        actor: 'system',
        text: '4 files had changed without an event and were found by the sweep, among them /a, /b, /c.',
        details: { count: 4 },
      },
    ]);
    lost.add('/e');
    lost.sweepEnded();
    expect(notes[1]).toMatchObject({
      text: '1 file had changed without an event and was found by the sweep: /e.',
      details: { count: 1 },
    });
  });

  test.runIf(process.platform !== 'win32')('are named so that their names play no tricks', () => {
    const { lost, notes } = start();
    lost.add('/tmp/a\n\u202Eexe\uDCFF');
    lost.sweepEnded();
    expect(notes[0]?.text).toContain(String.raw`/tmp/a\n\u{202e}exe\xff`);
  });

  test('are not written of when there are none', () => {
    const { lost, notes } = start();
    lost.sweepEnded();
    expect(notes).toEqual([]);
  });
});
