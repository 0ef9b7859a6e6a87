import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nobodyWatches } from '../../../../../src/core/guard/calls/handlers.ts';
import type { Handlers } from '../../../../../src/shared/contract.ts';
import { CallsScene } from './calls-scene.ts';

/** What is in the place of the history cannot be read as one. */
function withoutHistory(dataDir: string): void {
  mkdirSync(join(dataDir, 'history.db'));
}

describe('while the history cannot be read', () => {
  const lists: readonly [string, (handlers: Handlers) => unknown][] = [
    [
      'findings.list',
      (handlers) => handlers['findings.list']({ states: [], job: null, before: null, limit: 9 }),
    ],
    ['history.list', (handlers) => handlers['history.list']({ kinds: [], before: null, limit: 9 })],
    ['history.verify', (handlers) => handlers['history.verify']({})],
    ['allow.list', (handlers) => handlers['allow.list']({})],
    ['jobs.list', (handlers) => handlers['jobs.list']({ limit: 9 })],
    ['jobs.show', (handlers) => handlers['jobs.show']({ id: 1 })],
    ['brake', (handlers) => handlers.brake({})],
  ];
  test.each(lists)('%s says so, and why, instead of that there is nothing', async (_name, ask) => {
    await using scene = await CallsScene.open(withoutHistory);
    await expect(async () => await ask(scene.handlers)).rejects.toEqual(
      expect.objectContaining({
        code: 'CALL_FAILED',
        message: expect.stringMatching(/^The history cannot be read now\. .*history\.db is no ordinary file/),
      }),
    );
  });

  test('the status is still told, with what is wrong', async () => {
    await using scene = await CallsScene.open(withoutHistory);
    expect(await scene.handlers.status({})).toMatchObject({
      open_findings: 0,
      store: { state: 'unavailable', problems: [expect.stringContaining('history.db')] },
    });
  });
});

test('where nobody watches a vault that cannot be used is told with the state', async () => {
  await using scene = await CallsScene.open((dataDir) => mkdirSync(join(dataDir, 'vault.key')));
  const { state, advice } = await scene.handlers.protection({});
  expect(state).toBe('not_running');
  expect(advice).toEqual([...nobodyWatches.advice, expect.stringContaining('Nothing can be quarantined: ')]);
});
