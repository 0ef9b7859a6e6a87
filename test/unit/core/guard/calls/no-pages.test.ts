import { expect, test } from 'vitest';
import { calls, type CallName } from '../../../../../src/shared/contract.ts';
import { pageCalls } from '../../../../../src/shared/page-calls.ts';
import { CallsScene } from './calls-scene.ts';

test('every call of the pages says that it needs a Vedette that runs, and how to start it', async () => {
  await using scene = await CallsScene.open();
  const names = Object.keys(calls).filter(
    (name): name is CallName & keyof typeof pageCalls => name in pageCalls,
  );
  expect(names.toSorted()).toEqual(Object.keys(pageCalls).toSorted());
  for (const name of names) {
    const handler: (...input: never[]) => unknown = scene.handlers[name];
    expect(() => handler()).toThrow(
      expect.objectContaining({ code: 'NOT_RUNNING', message: expect.stringContaining('vedette serve') }),
    );
  }
});
