// What a person is told about clamd.
import { describe, expect, it } from 'vitest';
import { explainFailure, isAbsence, reportClamd } from '../../../../../src/core/engines/clamd/clamd-texts.ts';
import { AppError } from '../../../../../src/shared/errors.ts';

const address = { kind: 'unix', path: '/run/cl\namd.ctl' } as const;
const causes = ['missing', 'refused', 'permission', 'busy', 'timeout', 'not_clamd', 'unreachable'];

function failure(cause: string): AppError {
  return new AppError('CLAMD_UNAVAILABLE', 'a message', { details: { cause } });
}

describe('explainFailure', () => {
  it('has a sentence of its own for every cause, with the place written out safely', () => {
    const texts = causes.map((cause) => explainFailure(address, failure(cause)));
    expect(new Set(texts).size).toBe(causes.length);
    for (const text of texts) expect(text).toContain('/run/cl\\namd.ctl');
  });

  it.each([new AppError('CLAMD_UNAVAILABLE', 'its own words'), failure('something new')])(
    'keeps the words of an error whose cause it does not know',
    (error) => {
      expect(explainFailure(address, error)).toBe(error.message);
    },
  );
});

describe('isAbsence', () => {
  it.each([
    ['missing', true],
    ['refused', true],
    ['permission', false],
    ['timeout', false],
    ['not_clamd', false],
  ])('%s: %s', (cause, expected) => {
    expect(isAbsence(failure(cause))).toBe(expected);
  });
});

describe('reportClamd', () => {
  const dayMs = 86_400_000;
  const facts = {
    version: 'ClamAV 1.4.6',
    signatures: 3,
    newestAtMs: 1000 * dayMs,
    nowMs: 1007 * dayMs,
    shortcomings: [],
    warnings: [],
  };

  it('is ready and silent when nothing is wrong', () => {
    expect(reportClamd(facts)).toEqual({
      name: 'clamav',
      state: 'ready',
      version: 'ClamAV 1.4.6',
      signatures: 3,
      detail: '',
    });
  });

  it('warns of signatures older than seven days, and is ready all the same', () => {
    expect(reportClamd({ ...facts, nowMs: 1008 * dayMs })).toMatchObject({
      state: 'ready',
      detail: 'The signatures are 8 days old: run freshclam to update them.',
    });
    expect(reportClamd({ ...facts, nowMs: 1008 * dayMs, newestAtMs: null }).detail).toBe('');
  });

  it('is reduced by a shortcoming, not by a warning', () => {
    expect(reportClamd({ ...facts, warnings: ['Look.'] })).toMatchObject({ state: 'ready', detail: 'Look.' });
    expect(reportClamd({ ...facts, shortcomings: ['Lacks.'], warnings: ['Look.'] })).toMatchObject({
      state: 'reduced',
      detail: 'Lacks. Look.',
    });
  });
});
