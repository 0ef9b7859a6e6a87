import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectionOf, severityOf } from '../../../../../src/core/engines/yara/rule-detection.ts';
import { readRuleSource } from '../../../../../src/core/engines/yara/rule-names.ts';
import { detectionSchema } from '../../../../../src/shared/verdict.ts';

function declaration(meta: string, strings = '') {
  return readRuleSource(`rule a : t u { meta: ${meta} ${strings} condition: true }`).rules[0];
}

const hit = { rule: 'a', namespace: 'f.yar', matches: [] };

test.each([
  [{}, 'medium'],
  [{ severity: 'Critical' }, 'critical'],
  [{ severity: 'HIGH' }, 'high'],
  [{ severity: 'informational' }, 'low'],
  [{ severity: 'info', score: 99 }, 'low'],
  [{ severity: 'constructor' }, 'medium'],
  [{ severity: 'unheard of', score: 90 }, 'critical'],
  [{ score: 89 }, 'high'],
  [{ score: 75 }, 'high'],
  [{ score: '74' }, 'medium'],
  [{ score: 50 }, 'medium'],
  [{ score: 49 }, 'low'],
  [{ severity: 100 }, 'critical'],
])('reads %o as %s', (meta, severity) => {
  expect(severityOf(meta)).toBe(severity);
});

describe('detectionOf', () => {
  test('hands over metadata, namespace and tags', () => {
    expect(
      detectionOf(
        hit,
        declaration('author = "x" score = 80 is = true ref = "1" ref = "2"'),
        Buffer.alloc(0),
        16,
      ),
    ).toEqual({
      engine: 'yara',
      name: 'a',
      severity: 'high',
      kind: 'rule',
      meta: { author: 'x', score: 80, is: true, ref: '1, 2', namespace: 'f.yar', tags: 't u' },
      matches: [],
    });
  });

  test('bounds metadata and makes no prototype of it', () => {
    const keys = Array.from({ length: 70 }, (_value, index) => `k${index} = "${'v'.repeat(2000)}"`).join(' ');
    const { meta } = detectionOf(hit, declaration(`__proto__ = "x" ${keys}`), Buffer.alloc(0), 16);
    expect(Object.keys(meta).length).toBe(64 + 2);
    expect(meta['k0']).toHaveLength(1024);
    expect(Object.hasOwn(meta, '__proto__')).toBe(false);
  });

  test('shows every pattern before it shows one twice, in the order of the file, without private ones', () => {
    const strings = 'strings: $a = "a" $p = "p" private $z = "z"';
    const matches = [
      ...Array.from({ length: 30 }, (_value, offset) => ({ pattern: '$a', offset, length: 1 })),
      { pattern: '$p', offset: 3, length: 1 },
      { pattern: '$z', offset: 60, length: 40 },
    ];
    const bytes = Buffer.alloc(100, 0x41);
    const evidence = detectionOf({ ...hit, matches }, declaration('x = 1', strings), bytes, 3).matches;
    expect(evidence).toEqual([
      { pattern: '$a', offset: 0, length: 1, bytes_hex: '41' },
      { pattern: '$a', offset: 1, length: 1, bytes_hex: '41' },
      { pattern: '$z', offset: 60, length: 40, bytes_hex: '41'.repeat(32) },
    ]);
  });

  test('makes a bounded detection of whatever an engine says of whatever a rule holds', () => {
    const match = fc.record({
      pattern: fc.constantFrom('$a', '$p', '$nobody-declared'),
      offset: fc.integer({ min: 0, max: 200 }),
      length: fc.integer({ min: 0, max: 300 }),
    });
    const key = fc.constantFrom('severity', 'score', '__proto__', 'constructor', 'namespace', 'tags', 'x');
    const meta = fc.array(fc.tuple(key, fc.oneof(fc.string(), fc.integer(), fc.boolean())), {
      maxLength: 90,
    });
    fc.assert(
      fc.property(fc.string(), fc.array(match), meta, fc.nat({ max: 40 }), (rule, matches, entries, most) => {
        const declared = {
          name: rule,
          isGlobal: false,
          isPrivate: false,
          tags: ['t'],
          meta: entries,
          privatePatterns: ['$p'],
        };
        const said = { rule, namespace: 'f.yar', matches };
        const detection = detectionOf(said, declared, Buffer.alloc(100), most);
        expect(detectionSchema.parse(JSON.parse(JSON.stringify(detection)))).toEqual(detection);
        expect(detection).toMatchObject({
          engine: 'yara',
          kind: 'rule',
          name: rule,
          meta: { namespace: 'f.yar' },
        });
        expect(detection.matches.length).toBeLessThanOrEqual(most);
        expect(detection.matches.every(({ bytes_hex }) => bytes_hex.length <= 64)).toBe(true);
        expect(detection.matches.map(({ pattern }) => pattern)).not.toContain('$p');
        expect(Object.keys(detection.meta).length).toBeLessThanOrEqual(66);
      }),
    );
  });
});
