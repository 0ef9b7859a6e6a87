import { describe, expect, test } from 'vitest';
import { namesOf, recordFinding } from '../../../../src/core/guard/record-finding.ts';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';
import { historyFile } from '../../../helpers/history-file.ts';
import { hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { badRule, clean, encrypted, identityAt, infected, outcomeOn, special } from './samples.ts';
import { threatIn } from '../../../../src/shared/verdict.ts';

const record = { state: 'open', note: '', jobId: null, actor: 'policy' } as const;

function start() {
  const folder = temporaryFolder();
  const file = historyFile(folder.path);
  const notes: HistoryNote[] = [];
  const to = {
    findings: new FindingStore(file),
    write: (note: HistoryNote) => void notes.push(note),
    now: () => 1_800_000_000_000,
  };
  return {
    to,
    notes,
    [Symbol.dispose]() {
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('a verdict', () => {
  test('that names a threat becomes a finding, written down when it is new', () => {
    using scene = start();
    const outcome = outcomeOn('/tmp/caf\uDCE9', infected, { sha256: hashOf(1) });
    const recorded = recordFinding(scene.to, outcome, record);
    expect(recorded).toMatchObject({
      isNew: true,
      finding: {
        id: 1,
        path: '/tmp/caf\uDCE9',
        identity: identityAt(1000),
        sha256: hashOf(1),
        verdict: 'infected',
        severity: 'high',
        state: 'open',
        found_at: 1_800_000_000,
      },
    });
    const again = recordFinding(scene.to, outcome, record);
    expect(again).toMatchObject({ isNew: false, finding: { id: 1 } });
    expect(scene.notes).toEqual([
      {
        kind: 'detection',
        actor: 'policy',
        text: 'bad_rule was found.',
        path: '/tmp/caf\uDCE9',
        details: {
          finding: 1,
          sha256: hashOf(1),
          severity: 'high',
          verdict: 'infected',
          detections: [{ engine: 'yara', name: 'bad_rule', severity: 'high' }],
          state: 'open',
        },
      },
    ]);
  });

  test.each([clean, encrypted, special])('that names none is no finding: $kind', (judgement) => {
    using scene = start();
    const outcome = outcomeOn('/a', judgement);
    expect(threatIn(outcome.verdict)).toBeNull();
    expect(recordFinding(scene.to, outcome, record)).toBeNull();
    expect(scene.notes).toEqual([]);
  });

  test('about a file that has no identity is no finding', () => {
    using scene = start();
    expect(recordFinding(scene.to, outcomeOn('/a', infected, { identity: null }), record)).toBeNull();
    expect(scene.notes).toEqual([]);
  });
});

test('names of signatures are told once each, at most three, and play no tricks', () => {
  const named = ['one', 'two', 'one', 'three\u001B[2J', 'four', 'five'].map((name) => ({ ...badRule, name }));
  expect(namesOf(named)).toBe('one, two, three<U+001B>[2J and 2 more');
  expect(namesOf(named.slice(0, 3))).toBe('one, two');
});
