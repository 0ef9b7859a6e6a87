import { describe, expect, test } from 'vitest';
import { decideRecall, isCurrent, type KeptVerdict } from '../../../../src/core/cache/recall.ts';
import type { StoredFile } from '../../../../src/shared/stored-verdict.ts';
import type { CompleteJudgement, Detection } from '../../../../src/shared/verdict.ts';
import { identityNumber } from './fake-verdict-store.ts';

const nowMs = 1_000_000;
const times = { identityTtlMs: 1000, verdictTtlMs: 500, uncertainTtlMs: 50 };
const certain = { nowMs, times, generation: { id: 'B', isCertain: true, isSettled: true } };
const uncertain = { ...certain, generation: { id: 'B', isCertain: false, isSettled: true } };

const detection: Detection = {
  engine: 'hash',
  name: 'Test',
  severity: 'high',
  kind: 'hash',
  meta: {},
  matches: [],
};
const clean: CompleteJudgement = { kind: 'clean' };
const infected: CompleteJudgement = { kind: 'infected', detections: [detection] };

interface Ages {
  readonly generation?: string;
  readonly judgement?: CompleteJudgement;
  readonly hashedAgo?: number;
  readonly scannedAgo?: number;
}

function kept({
  generation = 'B',
  judgement = clean,
  hashedAgo = 0,
  scannedAgo = 0,
}: Ages = {}): KeptVerdict {
  return {
    sha256: 'aa',
    hashedAtMs: nowMs - hashedAgo,
    generation,
    judgement,
    engines: ['hash'],
    sizeBytes: 1,
    scanMs: 2,
    scannedAtMs: nowMs - scannedAgo,
  };
}

function stored(ages: Ages | null, hashedAgo = 0): StoredFile {
  const verdict = ages === null ? null : kept(ages);
  return { identity: identityNumber(1), sha256: 'aa', hashedAtMs: nowMs - hashedAgo, verdict };
}

describe('what memory alone settles', () => {
  test.each([
    ['fresh', {}, certain, true],
    ['just before its time', { hashedAgo: 999, scannedAgo: 499 }, certain, true],
    ['with an identity past its time', { hashedAgo: 1000 }, certain, false],
    ['with a verdict past its time', { scannedAgo: 500 }, certain, false],
    ['of another generation', { generation: 'A' }, certain, false],
    ['hashed in the future', { hashedAgo: -1 }, certain, false],
    ['scanned in the future', { scannedAgo: -1 }, certain, false],
    ['of an uncertain generation, young', { scannedAgo: 49 }, uncertain, true],
    ['of an uncertain generation, older', { scannedAgo: 50 }, uncertain, false],
    ['with a time that is no number', { scannedAgo: Number.NaN }, certain, false],
  ])('an entry %s', (_, ages, validity, expected) => {
    expect(isCurrent(kept(ages), validity)).toBe(expected);
  });

  test('the shorter time counts for an uncertain generation', () => {
    const short = { ...uncertain, times: { ...times, uncertainTtlMs: 5000 } };
    expect(isCurrent(kept({ scannedAgo: 500 }), short)).toBe(false);
  });
});

describe('what memory and database settle together', () => {
  test.each([
    ['nothing known', undefined, null, { kind: 'unknown', identity: 'miss', verdict: null }],
    [
      'stored and current',
      undefined,
      stored({}),
      { kind: 'known', from: 'database', identity: 'hit', verdict: 'hit' },
    ],
    [
      'identity stored, its verdict gone',
      undefined,
      stored(null),
      { kind: 'unknown', identity: 'hit', verdict: 'miss' },
    ],
    [
      'identity past its time, verdict young',
      undefined,
      stored({}, 1000),
      { kind: 'unknown', identity: 'expired', verdict: null },
    ],
    [
      'verdict past its time, identity young',
      undefined,
      stored({ scannedAgo: 500 }),
      { kind: 'unknown', identity: 'hit', verdict: 'expired' },
    ],
    [
      'clean by another generation',
      undefined,
      stored({ generation: 'A' }),
      { kind: 'unknown', identity: 'hit', verdict: 'miss' },
    ],
    [
      'infected by another generation',
      undefined,
      stored({ generation: 'A', judgement: infected }),
      { kind: 'standing', from: 'database', identity: 'hit', verdict: 'miss' },
    ],
    [
      'infected, long ago',
      undefined,
      stored({ judgement: infected, scannedAgo: 9000 }, 9000),
      { kind: 'standing', from: 'database', identity: 'expired', verdict: null },
    ],
    [
      'infected in memory, the database lost',
      kept({ generation: 'A', judgement: infected }),
      null,
      { kind: 'standing', from: 'memory', identity: 'hit', verdict: 'miss' },
    ],
    [
      'infected in memory, scanned again by another process',
      kept({ generation: 'A', judgement: infected }),
      stored({}),
      { kind: 'known', from: 'database', identity: 'hit', verdict: 'hit' },
    ],
    [
      'a stored finding that a later scan did not confirm',
      kept({ generation: 'C', scannedAgo: 10 }),
      stored({ generation: 'A', judgement: infected, scannedAgo: 20 }),
      { kind: 'unknown', identity: 'hit', verdict: 'miss' },
    ],
    [
      'a finding stored later than what memory holds',
      kept({ generation: 'C', scannedAgo: 20 }),
      stored({ generation: 'A', judgement: infected, scannedAgo: 10 }),
      { kind: 'standing', from: 'database', identity: 'hit', verdict: 'miss' },
    ],
    [
      'past its time in memory, current in the database',
      kept({ scannedAgo: 500 }),
      stored({}),
      { kind: 'known', from: 'database', identity: 'hit', verdict: 'hit' },
    ],
  ] as const)('%s', (_, inMemory, inStore, expected) => {
    const { kept: last, ...decision } = { kept: null, ...decideRecall(inMemory, inStore, certain) };
    expect(decision).toEqual(expected);
    expect(last === null).toBe(expected.kind === 'unknown');
  });
});
