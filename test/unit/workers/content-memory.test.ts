import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ContentMemory } from '../../../src/workers/content-memory.ts';
import type { StoredVerdict } from '../../../src/shared/stored-verdict.ts';
import type { Detection, Judgement } from '../../../src/shared/verdict.ts';

const nowMs = Date.UTC(2026, 0, 2);
const scope = { generation: 'g1', notBeforeMs: nowMs - 1000 };
const detection: Detection = {
  engine: 'yara',
  name: 'Rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};
const clean = {
  judgement: { kind: 'clean' },
  engines: ['yara', 'hash'],
  scanMs: 5,
  scannedAtMs: nowMs,
} as const;

beforeEach(() => vi.useFakeTimers({ now: nowMs, toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

test('complete verdicts are remembered, incomplete ones never', () => {
  const judgements: Judgement[] = [
    { kind: 'clean' },
    { kind: 'infected', detections: [detection] },
    { kind: 'suspicious', detections: [detection] },
    { kind: 'partial', reason: 'encrypted', detail: '' },
    { kind: 'unscannable', reason: 'timeout', detail: '' },
  ];
  const memory = new ContentMemory(10);
  for (const judgement of judgements) memory.remember(judgement.kind, { ...clean, judgement }, scope);
  expect(judgements.map(({ kind }) => memory.recall(kind, scope)?.judgement.kind)).toEqual([
    'clean',
    'infected',
    'suspicious',
    undefined,
    undefined,
  ]);
});

test('at its bound the content that was not used for longest is forgotten', () => {
  const memory = new ContentMemory(2);
  memory.remember('a', clean, scope);
  memory.remember('b', clean, scope);
  expect(memory.recall('a', scope)).toEqual(clean);
  memory.remember('c', clean, scope);
  expect(['a', 'b', 'c'].map((sha256) => memory.recall(sha256, scope) !== null)).toEqual([true, false, true]);
});

test('a memory of no entries remembers nothing', () => {
  const memory = new ContentMemory(0);
  memory.remember('a', clean, scope);
  expect(memory.recall('a', scope)).toBeNull();
});

test('with another generation everything is forgotten', () => {
  const memory = new ContentMemory(10);
  memory.remember('a', clean, scope);
  expect(memory.recall('a', { ...scope, generation: 'g2' })).toBeNull();
  expect(memory.recall('a', scope)).toBeNull();
});

test('what the engines said too long ago, or in the future, does not count', () => {
  const memory = new ContentMemory(10);
  memory.remember('old', { ...clean, scannedAtMs: scope.notBeforeMs - 1 }, scope);
  memory.remember('future', { ...clean, scannedAtMs: nowMs + 1 }, scope);
  memory.remember('just in time', { ...clean, scannedAtMs: scope.notBeforeMs }, scope);
  expect(['old', 'future', 'just in time'].map((key) => memory.recall(key, scope) !== null)).toEqual([
    false,
    false,
    true,
  ]);
});

test('what is not in memory is asked of the database, once', () => {
  const asked: string[] = [];
  const stored: StoredVerdict = { ...clean, sha256: 'a', generation: 'g1', sizeBytes: 1 };
  const memory = new ContentMemory(10, {
    recall(sha256, generation) {
      asked.push(`${sha256} ${generation}`);
      return sha256 === 'a' ? stored : null;
    },
  });
  expect([memory.recall('a', scope), memory.recall('a', scope), memory.recall('b', scope)]).toEqual([
    stored,
    stored,
    null,
  ]);
  expect(asked).toEqual(['a g1', 'b g1']);
});
