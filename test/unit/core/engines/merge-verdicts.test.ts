import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeVerdicts } from '../../../../src/core/engines/merge-verdicts.ts';
import type { EngineAnswer, EngineOutcome } from '../../../../src/core/engines/scan-engine.ts';
import {
  type Detection,
  type EngineName,
  engineNameSchema,
  partialReasonSchema,
  severitySchema,
} from '../../../../src/shared/verdict.ts';

function detection(over: Partial<Detection> = {}): Detection {
  return {
    engine: 'clamav',
    name: 'Test',
    severity: 'high',
    kind: 'signature',
    meta: {},
    matches: [],
    ...over,
  };
}

const nothing: EngineOutcome = { kind: 'nothing' };
const strong: EngineOutcome = { kind: 'found', detections: [detection()] };
const mild: EngineOutcome = { kind: 'found', detections: [detection({ severity: 'low' })] };
const encrypted: EngineOutcome = { kind: 'incomplete', reason: 'encrypted', detail: 'enc' };
const yaraSize: EngineOutcome = { kind: 'incomplete', reason: 'yara_size_limit', detail: 'size' };
const unavailable: EngineOutcome = { kind: 'failed', reason: 'engine_unavailable', detail: 'down' };
const timeout: EngineOutcome = { kind: 'failed', reason: 'timeout', detail: 'late' };
const protocol: EngineOutcome = { kind: 'failed', reason: 'protocol_error', detail: 'odd' };

const outcomes = { nothing, strong, mild, encrypted, yaraSize, unavailable, timeout, protocol };
type OutcomeName = keyof typeof outcomes;

/** What two answers make together: the table is symmetric, the row is the first of the two in this order. */
const lattice: readonly (readonly [OutcomeName, OutcomeName, string])[] = [
  ['nothing', 'nothing', 'clean'],
  ['nothing', 'yaraSize', 'partial/yara_size_limit'],
  ['nothing', 'encrypted', 'partial/encrypted'],
  ['nothing', 'unavailable', 'partial/engine_unavailable'],
  ['nothing', 'timeout', 'unscannable/timeout'],
  ['nothing', 'protocol', 'unscannable/protocol_error'],
  ['nothing', 'mild', 'suspicious'],
  ['nothing', 'strong', 'infected'],
  ['yaraSize', 'yaraSize', 'partial/yara_size_limit'],
  ['yaraSize', 'encrypted', 'partial/encrypted'],
  ['yaraSize', 'unavailable', 'partial/engine_unavailable'],
  ['yaraSize', 'timeout', 'unscannable/timeout'],
  ['yaraSize', 'protocol', 'unscannable/protocol_error'],
  ['yaraSize', 'mild', 'suspicious'],
  ['yaraSize', 'strong', 'infected'],
  ['encrypted', 'encrypted', 'partial/encrypted'],
  ['encrypted', 'unavailable', 'partial/engine_unavailable'],
  ['encrypted', 'timeout', 'unscannable/timeout'],
  ['encrypted', 'protocol', 'unscannable/protocol_error'],
  ['encrypted', 'mild', 'suspicious'],
  ['encrypted', 'strong', 'infected'],
  ['unavailable', 'unavailable', 'partial/engine_unavailable'],
  ['unavailable', 'timeout', 'unscannable/timeout'],
  ['unavailable', 'protocol', 'unscannable/protocol_error'],
  ['unavailable', 'mild', 'suspicious'],
  ['unavailable', 'strong', 'infected'],
  ['timeout', 'timeout', 'unscannable/timeout'],
  ['timeout', 'protocol', 'unscannable/protocol_error'],
  ['timeout', 'mild', 'suspicious'],
  ['timeout', 'strong', 'infected'],
  ['protocol', 'protocol', 'unscannable/protocol_error'],
  ['protocol', 'mild', 'suspicious'],
  ['protocol', 'strong', 'infected'],
  ['mild', 'mild', 'suspicious'],
  ['mild', 'strong', 'infected'],
  ['strong', 'strong', 'infected'],
];

function told({ judgement }: ReturnType<typeof mergeVerdicts>): string {
  return 'reason' in judgement ? `${judgement.kind}/${judgement.reason}` : judgement.kind;
}

describe('two answers', () => {
  it('are all in the table', () => {
    const count = Object.keys(outcomes).length;
    expect(new Set(lattice.map(([one, two]) => `${one} ${two}`)).size).toBe((count * (count + 1)) / 2);
  });

  it.each(lattice)('%s and %s make %s, whichever engine gives which', (one, two, expected) => {
    const [first, second] = [outcomes[one], outcomes[two]];
    for (const [yara, clamav] of [
      [first, second],
      [second, first],
    ] as const) {
      const answers: EngineAnswer[] = [
        { engine: 'yara', outcome: yara },
        { engine: 'clamav', outcome: clamav },
      ];
      expect(told(mergeVerdicts({ answers, notes: [] }))).toBe(expected);
      expect(told(mergeVerdicts({ answers: answers.toReversed(), notes: [] }))).toBe(expected);
    }
  });
});

describe('mergeVerdicts', () => {
  it('is never clean when nobody answered', () => {
    expect(mergeVerdicts({ answers: [], notes: [] })).toEqual({
      judgement: { kind: 'partial', reason: 'engine_unavailable', detail: 'no engine looked at it' },
      engines: [],
    });
  });

  it('names the engines that looked at all of it, in a fixed order', () => {
    const answers: EngineAnswer[] = [
      { engine: 'hash', outcome: nothing },
      { engine: 'yara', outcome: yaraSize },
      { engine: 'clamav', outcome: strong },
    ];
    expect(mergeVerdicts({ answers, notes: [] }).engines).toEqual(['clamav', 'hash']);
  });

  it.each([
    [['encrypted', 'stream_limit'], 'encrypted'],
    [['limits_exceeded', 'stream_limit'], 'stream_limit'],
    [['too_large', 'limits_exceeded'], 'limits_exceeded'],
    [['yara_size_limit', 'too_large'], 'too_large'],
    [['limits_unknown', 'yara_size_limit'], 'yara_size_limit'],
    [['limits_unknown'], 'limits_unknown'],
  ] as const)('of the notes %j tells %s', (reasons, expected) => {
    const notes = reasons.map((reason) => ({ reason, detail: reason }));
    const answers: EngineAnswer[] = [{ engine: 'hash', outcome: nothing }];
    expect(told(mergeVerdicts({ answers, notes }))).toBe(`partial/${expected}`);
  });

  it('joins all details, the most telling first and each once', () => {
    const answers: EngineAnswer[] = [
      { engine: 'yara', outcome: yaraSize },
      { engine: 'clamav', outcome: unavailable },
    ];
    const notes = [
      { reason: 'encrypted', detail: 'member is encrypted' },
      { reason: 'yara_size_limit', detail: 'size' },
    ] as const;
    expect(mergeVerdicts({ answers, notes })).toEqual({
      judgement: { kind: 'partial', reason: 'engine_unavailable', detail: 'down; member is encrypted; size' },
      engines: [],
    });
  });

  it.each([
    [{ severity: 'low', kind: 'signature' }, 'suspicious'],
    [{ severity: 'critical', kind: 'pua' }, 'suspicious'],
    [{ severity: 'high', kind: 'heuristic' }, 'suspicious'],
    [{ severity: 'medium', kind: 'rule' }, 'infected'],
    [{ severity: 'high', kind: 'hash' }, 'infected'],
  ] as const)('takes a finding of %j for %s', (over, expected) => {
    const answers: EngineAnswer[] = [
      { engine: 'clamav', outcome: { kind: 'found', detections: [detection(over)] } },
    ];
    expect(told(mergeVerdicts({ answers, notes: [] }))).toBe(expected);
  });

  it('keeps every finding, the most severe first, then by engine', () => {
    const low = detection({ engine: 'clamav', severity: 'low' });
    const yara = detection({ engine: 'yara', severity: 'critical', kind: 'rule' });
    const clamav = detection({ engine: 'clamav', severity: 'critical' });
    const hash = detection({ engine: 'hash', kind: 'hash' });
    const answers: EngineAnswer[] = [
      { engine: 'hash', outcome: { kind: 'found', detections: [hash] } },
      { engine: 'yara', outcome: { kind: 'found', detections: [yara] } },
      { engine: 'clamav', outcome: { kind: 'found', detections: [low, clamav] } },
    ];
    expect(mergeVerdicts({ answers, notes: [{ reason: 'encrypted', detail: 'x' }] })).toEqual({
      judgement: { kind: 'infected', detections: [clamav, yara, hash, low] },
      // What is encrypted clamd has not seen.
      engines: ['yara', 'hash'],
    });
  });

  const anyAnswer: fc.Arbitrary<EngineAnswer> = fc.constantFrom(...engineNameSchema.options).chain((engine) =>
    fc.record({
      engine: fc.constant(engine),
      outcome: fc.oneof(
        { weight: 4, arbitrary: fc.constant(nothing) },
        { weight: 1, arbitrary: fc.constantFrom(encrypted, yaraSize, unavailable, timeout, protocol) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(anyDetection(engine), anyDetection(engine))
            .map((detections) => ({ kind: 'found' as const, detections })),
        },
      ),
    }),
  );
  const anyNote = fc.record({
    reason: fc.constantFrom(...partialReasonSchema.options),
    detail: fc.string({ maxLength: 3 }),
  });
  const anyInput = fc.record({
    answers: fc.array(anyAnswer, { maxLength: 4 }),
    notes: fc.array(anyNote, { maxLength: 2 }),
  });

  it('is clean exactly when there are answers, all of them nothing, and no note', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const mayBeClean =
          input.answers.length > 0 &&
          input.notes.length === 0 &&
          input.answers.every(({ outcome }) => outcome.kind === 'nothing');
        expect(mergeVerdicts(input).judgement.kind === 'clean').toBe(mayBeClean);
      }),
      { numRuns: 1000 },
    );
  });

  it('never loses a finding', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const found = input.answers.flatMap(({ outcome }) =>
          outcome.kind === 'found' ? outcome.detections : [],
        );
        const { judgement } = mergeVerdicts(input);
        const kept = 'detections' in judgement ? judgement.detections : [];
        expect(kept).toHaveLength(found.length);
        expect(kept).toEqual(expect.arrayContaining(found));
      }),
    );
  });

  it('gives the same whatever the order of answers and notes', () => {
    const shuffled = anyInput.chain((input) =>
      fc.record({
        input: fc.constant(input),
        answers: fc.shuffledSubarray(input.answers, { minLength: input.answers.length }),
        notes: fc.shuffledSubarray(input.notes, { minLength: input.notes.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ input, answers, notes }) => {
        expect(mergeVerdicts({ answers, notes })).toEqual(mergeVerdicts(input));
      }),
      { numRuns: 1000 },
    );
  });
});

function anyDetection(engine: EngineName): fc.Arbitrary<Detection> {
  return fc.record({
    engine: fc.constant(engine),
    name: fc.string({ maxLength: 3 }),
    severity: fc.constantFrom(...severitySchema.options),
    kind: fc.constantFrom('signature', 'pua', 'heuristic', 'rule', 'hash'),
    meta: fc.constant({}),
    matches: fc.constant([]),
  });
}
