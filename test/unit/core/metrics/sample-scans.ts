// Scans to be recorded: any verdict there is, with any engines, cached or not.
import fc from 'fast-check';
import { priorities, type Priority } from '../../../../src/shared/scan.ts';
import {
  engineNameSchema,
  partialReasonSchema,
  unscannableReasonSchema,
  type Detection,
  type EngineName,
  type Judgement,
  type Verdict,
} from '../../../../src/shared/verdict.ts';

export interface SampleScan {
  readonly path: string;
  readonly verdict: Verdict;
  readonly priority: Priority;
  readonly savedMs: number;
}

export function detectionBy(engine: EngineName): Detection {
  return { engine, name: `found by ${engine}`, severity: 'high', kind: 'signature', meta: {}, matches: [] };
}

export function scanOf(judgement: Judgement, verdict: Partial<Verdict> = {}, savedMs = 0): SampleScan {
  const plain = { engines: [], sha256: 'a'.repeat(64), sizeBytes: 100, durationMs: 10, cachedFrom: null };
  return { path: '/file', verdict: { judgement, ...plain, ...verdict }, priority: 'normal', savedMs };
}

export const cleanScan: SampleScan = scanOf({ kind: 'clean' });

const engine = fc.constantFrom(...engineNameSchema.options);
const detections = fc
  .tuple(engine, fc.array(engine, { maxLength: 4 }))
  .map(([first, more]): readonly [Detection, ...Detection[]] => [
    detectionBy(first),
    ...more.map(detectionBy),
  ]);

const judgement: fc.Arbitrary<Judgement> = fc.oneof(
  fc.constant<Judgement>({ kind: 'clean' }),
  fc.record({ kind: fc.constantFrom('infected', 'suspicious'), detections }),
  fc.record({
    kind: fc.constant('partial'),
    reason: fc.constantFrom(...partialReasonSchema.options),
    detail: fc.constant('because'),
  }),
  fc.record({
    kind: fc.constant('unscannable'),
    reason: fc.constantFrom(...unscannableReasonSchema.options),
    detail: fc.constant('because'),
  }),
);

export const anyScan: fc.Arbitrary<SampleScan> = fc.record({
  path: fc.constantFrom('/a', '/b/c', '/\udcff'),
  priority: fc.constantFrom(...priorities),
  // Quarters and whole numbers: sums are the same in any order.
  savedMs: fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4),
  verdict: fc.record({
    judgement,
    engines: fc.constant([]),
    sha256: fc.constantFrom(null, 'a'.repeat(64)),
    sizeBytes: fc.nat(),
    durationMs: fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4),
    cachedFrom: fc.constantFrom(null, 'memory', 'database', 'content'),
  }),
});
