import { expect, test } from 'vitest';
import { ContentMemory } from '../../../src/workers/content-memory.ts';
import type { Detection, Judgement } from '../../../src/shared/verdict.ts';

const detection: Detection = {
  engine: 'yara',
  name: 'Rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};
const clean = { judgement: { kind: 'clean' }, engines: ['yara', 'hash'] } as const;

test('complete verdicts are remembered, incomplete ones never', () => {
  const judgements: Judgement[] = [
    { kind: 'clean' },
    { kind: 'infected', detections: [detection] },
    { kind: 'suspicious', detections: [detection] },
    { kind: 'partial', reason: 'encrypted', detail: '' },
    { kind: 'unscannable', reason: 'timeout', detail: '' },
  ];
  const memory = new ContentMemory(10);
  for (const judgement of judgements) memory.remember(judgement.kind, { judgement, engines: ['yara'] });
  expect(judgements.map(({ kind }) => memory.recall(kind)?.judgement.kind)).toEqual([
    'clean',
    'infected',
    'suspicious',
    undefined,
    undefined,
  ]);
});

test('at its bound the content that was not used for longest is forgotten', () => {
  const memory = new ContentMemory(2);
  memory.remember('a', clean);
  memory.remember('b', clean);
  expect(memory.recall('a')).toEqual(clean);
  memory.remember('c', clean);
  expect(['a', 'b', 'c'].map((sha256) => memory.recall(sha256) !== undefined)).toEqual([true, false, true]);
});

test('a memory of no entries remembers nothing', () => {
  const memory = new ContentMemory(0);
  memory.remember('a', clean);
  expect(memory.recall('a')).toBeUndefined();
});
