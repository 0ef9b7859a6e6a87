import { describe, expect, test } from 'vitest';
import { toScanResult } from '../../../src/core/scan-result.ts';
import { scanResultSchema } from '../../../src/shared/scan-report.ts';
import type { Detection, Judgement, Verdict } from '../../../src/shared/verdict.ts';

function detection(engine: Detection['engine']): Detection {
  return { engine, name: 'N', severity: 'high', kind: 'rule', meta: { score: 1 }, matches: [] };
}

function verdict(judgement: Judgement): Verdict {
  return {
    judgement,
    engines: ['yara', 'hash'],
    sha256: null,
    sizeBytes: 5,
    durationMs: 1.23456,
    cachedFrom: null,
  };
}

describe('a result', () => {
  test('of a clean file has no reason and no detail', () => {
    expect(toScanResult('/a', { ...verdict({ kind: 'clean' }), cachedFrom: 'content' })).toEqual({
      path: '/a',
      verdict: 'clean',
      reason: null,
      size_bytes: 5,
      sha256: null,
      duration_ms: 1.235,
      cached: true,
      engines: ['yara', 'hash'],
      hybrid: false,
      detections: [],
    });
  });

  test.each([
    { kind: 'partial', reason: 'encrypted', detail: 'a zip' },
    { kind: 'unscannable', reason: 'permission', detail: 'no' },
  ] as const)('that is $kind says why', (judgement) => {
    expect(toScanResult('/a', verdict(judgement))).toMatchObject({
      verdict: judgement.kind,
      reason: judgement.reason,
      detail: judgement.detail,
    });
  });

  test('is hybrid when clamav and yara both found something, and only then', () => {
    const [clamav, yara, hash] = [detection('clamav'), detection('yara'), detection('hash')];
    expect(toScanResult('/a', verdict({ kind: 'infected', detections: [clamav, yara] }))).toMatchObject({
      hybrid: true,
      detections: [clamav, yara],
    });
    expect(toScanResult('/a', verdict({ kind: 'suspicious', detections: [yara, hash] })).hybrid).toBe(false);
  });

  test('of a name that is not UTF-8 holds its bytes, and survives JSON', () => {
    const result = toScanResult('/tmp/\uDCFFx\u{1F600}', verdict({ kind: 'clean' }));
    expect(result).toMatchObject({
      path: '/tmp/\uFFFDx\u{1F600}',
      path_base64: Buffer.concat([Buffer.from('/tmp/'), Buffer.of(0xff), Buffer.from('x\u{1F600}')]).toString(
        'base64',
      ),
    });
    expect(scanResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});
