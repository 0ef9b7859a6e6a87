import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWorkerMessage } from '../../../../src/core/pool/worker-message.ts';
import { cleanResult, cleanVerdict, resultOf } from '../../../helpers/fake-worker.ts';

const whole = [
  { kind: 'ready', introduction: { engines: [], fingerprints: { yara: 'x' }, startMs: 3 } },
  { kind: 'start_failed', message: 'no rules' },
  { kind: 'alive', memoryBytes: 1, engineBusyCount: 0 },
  {
    kind: 'results',
    results: [
      { id: 1, result: { kind: 'changed' } },
      { id: 2, result: cleanResult },
    ],
  },
];

describe('a message of a worker', () => {
  test.each(whole)('$kind is read as it was sent', (message) => {
    expect(readWorkerMessage(structuredClone(message))).toEqual(message);
  });

  test.each([
    null,
    'ready',
    [[]],
    {},
    { kind: 'results' },
    { kind: 'results', results: [null] },
    { kind: 'results', results: [{ id: 1, result: { kind: 'verdict' } }] },
    {
      kind: 'results',
      results: [{ id: 1, result: resultOf({ ...cleanVerdict, sha256: 'x' }) }],
    },
    { kind: 'results', results: [{ id: 1, result: { kind: 'verdict', verdict: cleanVerdict, savedMs: 0 } }] },
    { kind: 'results', results: [{ id: 1, result: { ...cleanResult, savedMs: -1 } }] },
    {
      kind: 'results',
      results: [{ id: 1, result: { ...cleanResult, verdict: { ...cleanVerdict, cachedFrom: 'hearsay' } } }],
    },
    { kind: 'alive', memoryBytes: null, engineBusyCount: 0 },
    { kind: 'ready', introduction: {} },
  ])('that is not whole is none: %j', (message) => {
    expect(readWorkerMessage(message)).toBeNull();
  });

  test('that finds something has something found', () => {
    const verdict = { ...cleanVerdict, judgement: { kind: 'infected', detections: [] } };
    const message = { kind: 'results', results: [{ id: 1, result: { ...cleanResult, verdict } }] };
    expect(readWorkerMessage(message)).toBeNull();
  });

  test('never makes the core throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readWorkerMessage(value)).toBeNull();
      }),
    );
  });
});
