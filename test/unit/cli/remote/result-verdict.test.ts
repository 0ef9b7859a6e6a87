import { describe, expect, test } from 'vitest';
import { toScanResult } from '../../../../src/core/scan-result.ts';
import { verdictOf, verdictOfLookup } from '../../../../src/cli/remote/result-verdict.ts';
import type { ScanResult } from '../../../../src/shared/scan-report.ts';
import { knownContent, unknownContent } from '../../../helpers/fake-service.ts';
import { detection } from '../sample-reports.ts';

const sha256 = 'a'.repeat(64);
const clean: ScanResult = {
  path: '/f',
  verdict: 'clean',
  reason: null,
  size_bytes: 3,
  sha256,
  duration_ms: 1.5,
  cached: true,
  engines: ['hash', 'yara'],
  hybrid: false,
  detections: [],
};

describe('a result', () => {
  test.each<Partial<ScanResult>>([
    {},
    { verdict: 'infected', detections: [detection()] },
    { verdict: 'suspicious', detections: [detection(), detection('b')], cached: false },
    { verdict: 'partial', reason: 'encrypted', detail: 'a zip' },
    { verdict: 'unscannable', reason: 'not_allowed', detail: 'outside', sha256: null, engines: [] },
  ])('%# becomes the verdict that gives the same result', (changes) => {
    const result = { ...clean, ...changes };
    expect(toScanResult('/f', verdictOf(result))).toEqual(result);
  });

  test.each<Partial<ScanResult>>([
    { detections: [detection()] },
    { reason: 'encrypted' },
    { verdict: 'infected' },
    { verdict: 'partial' },
    { verdict: 'partial', reason: 'permission' },
    { verdict: 'unscannable', reason: 'encrypted' },
  ])('%# that contradicts itself is a protocol error', (changes) => {
    expect(verdictOf({ ...clean, ...changes }).judgement).toMatchObject({
      kind: 'unscannable',
      reason: 'protocol_error',
    });
  });
});

describe('what is known of a content', () => {
  const file = { sha256, sizeBytes: 3 };

  test('is a verdict on the file that has it', () => {
    expect(verdictOfLookup(knownContent(sha256), file)).toEqual({
      judgement: { kind: 'clean' },
      engines: ['hash', 'yara'],
      sha256,
      sizeBytes: 3,
      durationMs: 0,
      cachedFrom: 'content',
    });
    expect(verdictOfLookup(knownContent(sha256, [detection()]), file)?.judgement.kind).toBe('infected');
  });

  test('is nothing where nobody has looked, or it contradicts itself', () => {
    expect(verdictOfLookup(unknownContent(sha256), file)).toBeNull();
    expect(verdictOfLookup({ ...unknownContent(sha256), verdict: 'clean' }, file)).toBeNull();
    const odd = { ...knownContent(sha256), detections: [detection()] };
    expect(verdictOfLookup(odd, file)?.judgement.kind).toBe('unscannable');
  });
});
