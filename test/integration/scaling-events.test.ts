// The pool of a whole Vedette follows its work up and down, and what it did is in the history that outlives it.
import { expect, test } from 'vitest';
import { livePartsOf } from '../../src/core/antivirus-options.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { HistoryStore } from '../../src/core/store/history-store.ts';
import { openStore } from '../../src/core/store/store.ts';
import type { ScalingEvent } from '../../src/shared/metrics.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { FakeClamd, properAnswer, type FakeRequest } from '../helpers/fake-clamd.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { Scene } from '../helpers/faults/scene.ts';
import { until } from '../helpers/processes.ts';
import { scriptedVersion } from '../helpers/faults/scripted-clamd.ts';

const files = 600;
const live = livePartsOf(
  settingsSchema.parse({
    scaling: {
      min_workers: 1,
      max_workers: 3,
      scale_up_threshold: 20,
      scale_down_threshold: 5,
      scaling_cooldown_seconds: 0.2,
      check_interval_seconds: 1,
      memory_ceiling_percent: 100,
      battery_max_workers: 3,
    },
  }),
);

/** It lets every file wait until `opened`, so that more workers are of use, and have the time to start, on any machine. */
function startSlowClamd(opened: Promise<void>): Promise<FakeClamd> {
  async function answerLater(request: FakeRequest): Promise<void> {
    await opened;
    if (!request.socket.destroyed) request.socket.write(properAnswer(request));
  }
  return FakeClamd.start({
    answer(request) {
      if (request.command === 'VERSION') return `${request.prefix}${scriptedVersion}\0`;
      if (request.command !== 'INSTREAM') return properAnswer(request);
      void answerLater(request);
      return null;
    },
  });
}

test('a backlog brings workers, its end takes them away, and both stand in the history', async () => {
  using scene = new Scene();
  for (let index = 0; index < files; index += 1) scene.write(`file-${index}`, `${index}`);
  const opened = Promise.withResolvers<void>();
  await using clamd = await startSlowClamd(opened.promise);
  const heard: ScalingEvent[] = [];
  {
    await using antivirus = await startCore(scene, { clamd: clamd.address, yara: null, live });
    const wentDown = Promise.withResolvers<void>();
    antivirus.scaling.onEvent((event) => {
      heard.push(event);
      if (event.type === 'scale_down') wentDown.resolve();
    });
    const scanned = scanAll(antivirus, scene);
    await until(() => antivirus.room.pool?.pids.length === 3);
    opened.resolve();
    const results = await scanned;
    expect(results).toHaveLength(files);
    expect(results.filter(({ verdict }) => verdict !== 'clean')).toEqual([]);
    await wentDown.promise;
    expect(antivirus.scaling.stats()).toMatchObject({ min_workers: 1, max_workers: 3, target_workers: 1 });
  }
  expect(heard[0]).toMatchObject({ type: 'scale_up', old_workers: 1 });
  expect(Math.max(...heard.map(({ new_workers: workers }) => workers))).toBe(3);
  expect(heard.at(-1)).toMatchObject({ type: 'scale_down', new_workers: 1 });
  for (const { reason, queue_depth: depth } of heard) expect(reason).toContain(`${depth}`);

  using store = openStore({ folder: scene.dataDir, logger: silentLogger });
  expect(new HistoryStore(store.history).latestScalingEvents(10)).toEqual(heard);
});
