import { describe, expect, test } from 'vitest';
import {
  countsForBrake,
  decideResponse,
  highestSeverity,
  type ResponseAction,
} from '../../../../src/core/respond/decide-response.ts';
import type { ProtectedFile } from '../../../../src/core/respond/protected-files.ts';
import { type Severity, severitySchema, verdictKindSchema } from '../../../../src/shared/verdict.ts';
import { allowEntry, detectionOf } from './samples.ts';

const actions: readonly ResponseAction[] = ['ask', 'quarantine', 'notify'];
const system: ProtectedFile = { kind: 'system', why: 'It belongs to the operating system (/usr).' };
const own: ProtectedFile = { kind: 'own', why: 'It belongs to Vedette itself (its data folder).' };

/** Every combination there is. */
const all = verdictKindSchema.options.flatMap((verdictKind) =>
  severitySchema.options.flatMap((severity) =>
    actions.flatMap((action) =>
      [null, allowEntry()].flatMap((allowed) =>
        [null, system, own].flatMap((protectedAs) =>
          [false, true].map((brakeOn) => ({
            verdictKind,
            severity,
            action,
            allowed,
            protectedAs,
            brakeOn,
          })),
        ),
      ),
    ),
  ),
);

function decide({ severity, ...question }: (typeof all)[number]) {
  // A milder detection beside it changes nothing.
  return decideResponse({
    ...question,
    detections: [detectionOf('PUA.Other', 'low'), detectionOf('A', severity)],
  });
}

describe('the response', () => {
  test('there are as many combinations as the table says', () => {
    expect(all).toHaveLength(5 * 4 * 3 * 2 * 3 * 2);
  });

  test.each<[Severity, ResponseAction, string, string]>([
    // severity, action, infected, suspicious
    ['critical', 'quarantine', 'quarantine', 'ask'],
    ['high', 'quarantine', 'quarantine', 'ask'],
    ['medium', 'quarantine', 'ask', 'ask'],
    ['low', 'quarantine', 'report', 'report'],
    ['critical', 'ask', 'ask', 'ask'],
    ['high', 'ask', 'ask', 'ask'],
    ['medium', 'ask', 'ask', 'ask'],
    ['low', 'ask', 'report', 'report'],
    ['critical', 'notify', 'report', 'report'],
    ['high', 'notify', 'report', 'report'],
    ['medium', 'notify', 'report', 'report'],
    ['low', 'notify', 'report', 'report'],
  ])(
    'to a finding of %s severity in %s mode: infected %s, suspicious %s',
    (severity, action, infected, suspicious) => {
      const plain = { severity, action, allowed: null, protectedAs: null, brakeOn: false };
      expect(decide({ ...plain, verdictKind: 'infected' }).kind).toBe(infected);
      expect(decide({ ...plain, verdictKind: 'suspicious' }).kind).toBe(suspicious);
      for (const protectedAs of [system, own]) {
        const kept = infected === 'quarantine' ? 'ask' : infected;
        expect(decide({ ...plain, verdictKind: 'infected', protectedAs }).kind).toBe(kept);
      }
      const braked = infected === 'quarantine' ? 'ask' : infected;
      expect(decide({ ...plain, verdictKind: 'infected', brakeOn: true }).kind).toBe(braked);
    },
  );

  test('moves a file only when everything speaks for it, and always then', () => {
    const moved = all.filter((question) => decide(question).kind === 'quarantine');
    expect(moved).toEqual(
      ['high', 'critical'].map((severity) => ({
        verdictKind: 'infected',
        severity,
        action: 'quarantine',
        allowed: null,
        protectedAs: null,
        brakeOn: false,
      })),
    );
  });

  test('is none for what is allowed and for what is no finding, and for nothing else', () => {
    for (const question of all) {
      const isFinding = question.verdictKind === 'infected' || question.verdictKind === 'suspicious';
      expect(decide(question).kind === 'none').toBe(!isFinding || question.allowed !== null);
    }
  });

  test('always says why a person is asked or told', () => {
    const whys = all.flatMap((question) => {
      const response = decide(question);
      return response.kind === 'ask' || response.kind === 'report' ? [response.why] : [];
    });
    expect(whys.length).toBeGreaterThan(100);
    expect(whys.filter((why) => !/^[A-Z].+\.$/u.test(why))).toEqual([]);
  });

  test('says what the file is before any other reason, and that the brake is on', () => {
    const plain = { verdictKind: 'infected', severity: 'high', action: 'quarantine', allowed: null } as const;
    expect(decide({ ...plain, protectedAs: system, brakeOn: true })).toEqual({
      kind: 'ask',
      why: 'It belongs to the operating system (/usr). It is only moved when you confirm it twice.',
    });
    expect(decide({ ...plain, protectedAs: null, brakeOn: true })).toEqual({
      kind: 'ask',
      why: 'Automatic quarantine has stopped, because too much was found at once.',
    });
  });
});

test('the brake counts what would be moved, also a protected file, and nothing else', () => {
  const counted = all.filter(({ severity, protectedAs: _protectedAs, brakeOn: _brakeOn, ...question }) =>
    countsForBrake({ ...question, detections: [detectionOf('A', severity)] }),
  );
  expect(counted).toHaveLength(2 * 3 * 2);
  for (const { verdictKind, severity, action, allowed } of counted) {
    expect([verdictKind, action, allowed]).toEqual(['infected', 'quarantine', null]);
    expect(['high', 'critical']).toContain(severity);
  }
});

describe('the highest severity', () => {
  test('is that of the worst detection, in whatever order they come', () => {
    const detections = (['low', 'critical', 'medium'] as const).map((severity) => detectionOf('A', severity));
    expect(highestSeverity(detections)).toBe('critical');
    expect(highestSeverity(detections.toReversed())).toBe('critical');
    expect(highestSeverity([detectionOf('A', 'medium')])).toBe('medium');
  });

  test('of no detection is a mistake of the caller', () => {
    expect(() => highestSeverity([])).toThrow(TypeError);
  });
});
