import { describe, expect, test } from 'vitest';
import type { Validity } from '../../../../src/core/cache/recall.ts';
import type { HashLookup } from '../../../../src/core/engines/hash-lists.ts';
import { decideLookup } from '../../../../src/core/service/decide-lookup.ts';
import { lookupResultSchema } from '../../../../src/shared/service-documents.ts';
import type { StoredVerdict } from '../../../../src/shared/stored-verdict.ts';
import { finding, generation, hashOf, infected, verdictOn } from '../../../helpers/store-entries.ts';

const nowMs = 1_800_000_000_000;
const validity: Validity = {
  nowMs,
  generation: { id: generation, isCertain: true, isSettled: true },
  times: { identityTtlMs: 1, verdictTtlMs: 1000, uncertainTtlMs: 100 },
};
const sha256 = hashOf('content');
const bad: HashLookup = { kind: 'bad', name: 'Listed.Bad' };
const good: HashLookup = { kind: 'good', name: 'Listed.Good' };

function stored(changes: Partial<StoredVerdict>): StoredVerdict {
  return verdictOn(sha256, { scannedAtMs: nowMs - 10, ...changes });
}

const suspicious: StoredVerdict['judgement'] = {
  kind: 'suspicious',
  detections: [{ ...finding, severity: 'low' }],
};
const clean = stored({});
const found = stored({ judgement: infected });
const foundBefore = stored({ judgement: infected, generation: 'before' });
const mildBefore = stored({ judgement: suspicious, generation: 'before' });
const cleanBefore = stored({ generation: 'before' });
const expired = stored({ scannedAtMs: nowMs - 1000 });
const foundLongAgo = stored({ judgement: infected, scannedAtMs: nowMs - 1000 });
const ofTomorrow = stored({ scannedAtMs: nowMs + 1 });

describe('what is said of a content', () => {
  test.each<[string, StoredVerdict | null, HashLookup | null, string | null, string | null]>([
    ['nobody has looked at', null, null, null, null],
    ['that is in no list', null, { kind: 'unknown' }, null, null],
    ['that is clean', clean, null, 'clean', 'verdict'],
    ['with a finding', found, null, 'infected', 'verdict'],
    ['that was clean with other signatures', cleanBefore, null, null, null],
    ['that was clean too long ago', expired, null, null, null],
    ['that is clean by a clock that was ahead', ofTomorrow, null, null, null],
    ['with a finding of other signatures', foundBefore, null, 'infected', 'verdict'],
    ['with a mild finding of other signatures', mildBefore, null, 'suspicious', 'verdict'],
    ['with a finding past its time', foundLongAgo, null, 'infected', 'verdict'],
    ['that is listed as bad', null, bad, 'infected', 'hash_list'],
    ['that is listed as good', null, good, 'clean', 'hash_list'],
    ['that was clean too long ago, and is listed as bad', expired, bad, 'infected', 'hash_list'],
    ['with a mild finding of before, and is listed as bad', mildBefore, bad, 'infected', 'hash_list'],
    ['with a finding of before, and is listed as bad', foundBefore, bad, 'infected', 'verdict'],
    ['with a finding of before, and is listed as good since', foundBefore, good, 'clean', 'hash_list'],
    ['the engines have judged, and a list names it', found, good, 'infected', 'verdict'],
  ])('%s', (_what, verdict, listed, said, source) => {
    const answer = decideLookup({ sha256, stored: verdict, listed, trustsKnownGood: true }, validity);
    const result = lookupResultSchema.parse(JSON.parse(answer.text));
    expect(result).toMatchObject({ sha256, known: said !== null, verdict: said, source });
    expect(answer).toMatchObject({
      isKnown: said !== null,
      isFinding: said === 'infected' || said === 'suspicious',
    });
  });

  test('that is listed as good is unknown where a known-good hash does not spare the engines', () => {
    for (const [verdict, known] of [
      [null, false],
      [foundBefore, true],
    ] as const) {
      const facts = { sha256, stored: verdict, listed: good, trustsKnownGood: false };
      expect(decideLookup(facts, validity)).toMatchObject({ isKnown: known, isFinding: known });
    }
  });

  test('is told with all that the engines said', () => {
    const twice = stored({
      judgement: { kind: 'infected', detections: [{ ...finding, engine: 'clamav' }, finding] },
    });
    const answer = decideLookup({ sha256, stored: twice, listed: null, trustsKnownGood: true }, validity);
    expect(JSON.parse(answer.text)).toEqual({
      sha256,
      known: true,
      verdict: 'infected',
      source: 'verdict',
      engines: ['clamav', 'yara'],
      hybrid: true,
      detections: [{ ...finding, engine: 'clamav' }, finding],
      size_bytes: 4096,
      scanned_at: (nowMs - 10) / 1000,
    });
  });

  test('is told with the name in the list', () => {
    const answer = decideLookup({ sha256, stored: null, listed: bad, trustsKnownGood: true }, validity);
    expect(JSON.parse(answer.text)).toEqual({
      sha256,
      known: true,
      verdict: 'infected',
      source: 'hash_list',
      engines: ['hash'],
      hybrid: false,
      detections: [
        { engine: 'hash', name: 'Listed.Bad', severity: 'high', kind: 'hash', meta: {}, matches: [] },
      ],
      size_bytes: null,
      scanned_at: null,
    });
  });

  test('counts as long as the verdict does, which is shorter where the generation is not certain', () => {
    const uncertain = { ...validity, generation: { ...validity.generation, isCertain: false } };
    const facts = { sha256, stored: clean, listed: null, trustsKnownGood: true };
    expect([decideLookup(facts, validity).endsAtMs, decideLookup(facts, uncertain).endsAtMs]).toEqual([
      nowMs + 990,
      nowMs + 90,
    ]);
  });
});
