import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScanTally } from '../../../src/core/scan-tally.ts';
import { scanSummarySchema } from '../../../src/shared/scan-report.ts';
import type { Detection, Judgement, Verdict } from '../../../src/shared/verdict.ts';

const detection: Detection = {
  engine: 'yara',
  name: 'R',
  severity: 'low',
  kind: 'rule',
  meta: {},
  matches: [],
};
const judgements: readonly Judgement[] = [
  { kind: 'clean' },
  { kind: 'infected', detections: [detection] },
  { kind: 'suspicious', detections: [detection] },
  { kind: 'partial', reason: 'encrypted', detail: '' },
  { kind: 'unscannable', reason: 'timeout', detail: '' },
  { kind: 'unscannable', reason: 'permission', detail: '' },
];

const end = {
  generation: 'generation',
  engines: [],
  notices: [],
  passedOver: { excluded: 1, symbolicLinks: 2, otherDevices: 3 },
  interrupted: false,
};

function verdict(judgement: Judgement, overrides: Partial<Verdict> = {}): Verdict {
  return {
    judgement,
    engines: [],
    sha256: 'x',
    sizeBytes: 10,
    durationMs: 1,
    cachedFrom: null,
    ...overrides,
  };
}

test('the counts of all kinds add up to the files, whatever the verdicts', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...judgements)), (list) => {
      const tally = new ScanTally();
      for (const judgement of list) tally.add(verdict(judgement));
      const { files, clean, infected, suspicious, partial, unscannable } = tally.summary(end);
      expect(files).toBe(list.length);
      expect(clean + infected + suspicious + partial + unscannable).toBe(files);
      const reasoned = tally.reasons.reduce((sum, [, count]) => sum + count, 0);
      expect(reasoned).toBe(partial + unscannable);
    }),
  );
});

test('bytes are those that were read, and what came from a cache is counted apart', () => {
  const tally = new ScanTally();
  tally.add(verdict({ kind: 'clean' }));
  tally.add(verdict({ kind: 'clean' }, { cachedFrom: 'content' }));
  tally.add(verdict({ kind: 'unscannable', reason: 'timeout', detail: '' }, { sha256: null, sizeBytes: 99 }));
  const summary = tally.summary({ ...end, interrupted: true });
  expect(summary).toEqual({
    files: 3,
    clean: 2,
    infected: 0,
    suspicious: 0,
    partial: 0,
    unscannable: 1,
    bytes: 20,
    duration_ms: expect.any(Number),
    from_cache: 1,
    generation: 'generation',
    engines: [],
    passed_over: { excluded: 1, symbolic_links: 2, other_devices: 3 },
    interrupted: true,
  });
  expect(scanSummarySchema.parse(summary)).toEqual(summary);
  expect(tally.summary(end)).not.toHaveProperty('interrupted');
  expect(tally.summary({ ...end, notices: ['no cache'] }).notices).toEqual(['no cache']);
});

test('reasons come most frequent first', () => {
  const tally = new ScanTally();
  for (const index of [3, 4, 4, 5, 5, 5]) tally.add(verdict(judgements[index] ?? { kind: 'clean' }));
  expect(tally.reasons).toEqual([
    ['permission', 3],
    ['timeout', 2],
    ['encrypted', 1],
  ]);
});
