import { expect, test } from 'vitest';
import { warmMemory } from '../../../../src/core/cache/warm-memory.ts';
import { FakeVerdictStore, identityNumber } from './fake-verdict-store.ts';

function storeWith(count: number): FakeVerdictStore {
  const store = new FakeVerdictStore();
  for (let number = 0; number < count; number += 1) {
    store.remember({
      identity: identityNumber(number),
      path: '/f',
      hashedAtMs: 0,
      sha256: 'aa',
      verdict: null,
    });
  }
  return store;
}

test('the newest is put in last: it is the one used last', async () => {
  const put: string[] = [];
  const count = await warmMemory({
    source: 'recent',
    limit: 600,
    generation: 'A',
    store: storeWith(1000),
    put: ({ identity }) => put.push(identity) > 0,
    signal: new AbortController().signal,
  });
  expect(count).toBe(600);
  expect(put).toEqual(Array.from({ length: 600 }, (_, index) => identityNumber(400 + index)));
});

test('it ends between two slices', async () => {
  const stop = new AbortController();
  let seen = 0;
  const count = await warmMemory({
    source: 'recent',
    limit: 1000,
    generation: 'A',
    store: storeWith(1000),
    put() {
      stop.abort();
      seen += 1;
      return true;
    },
    signal: stop.signal,
  });
  expect(count).toBe(256);
  expect(seen).toBe(256);
});
