// `vedette serve` that is told to stop while clients wait: what can finish does, what cannot is told as interrupted, and nothing is called clean.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batchScanAnswerSchema } from '../../src/shared/service-documents.ts';
import { FakeClamd, properAnswer, type FakeRequest } from '../helpers/fake-clamd.ts';
import { scriptedVersion } from '../helpers/faults/scripted-clamd.ts';
import { ServingHome } from '../helpers/serving-home.ts';

test.skipIf(process.platform === 'win32')('a batch under way is answered before the end', async () => {
  const asked = Promise.withResolvers<FakeRequest>();
  await using clamd = await FakeClamd.start({
    answer(request) {
      const { command, prefix, bytes } = request;
      if (command === 'VERSION') return `${prefix}${scriptedVersion}\0`;
      if (bytes.includes('never')) return null;
      if (!bytes.includes('later')) return properAnswer(request);
      asked.resolve(request);
      return null;
    },
  });
  await using home = new ServingHome();
  const folder = home.folder('watched');
  home.write(
    '.config/vedette/rt_protection_config.toml',
    `[watch]\nenabled = false\nfolders = [${JSON.stringify(folder)}]\n`,
  );
  const paths = [home.write('watched/a', 'never'), home.write('watched/b', 'later')];
  const address = await home.serve('--clamd', clamd.socketPath);
  const scan = fetch(`${address}/api/v1/batch/scan`, {
    method: 'POST',
    headers: { authorization: `Bearer ${home.ownerToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ paths }),
  });
  const { socket, prefix } = await asked.promise;
  const ended = home[Symbol.asyncDispose]();
  // It no longer takes anybody in; who is in gets an answer.
  await refused(address);
  socket.write(`${prefix}stream: OK\0`);
  const { results } = batchScanAnswerSchema.parse(await (await scan).json());
  expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['unscannable', 'interrupted'],
    ['clean', null],
  ]);
  await ended;
});

async function refused(address: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${address}/readyz`).catch(() => null);
    if (answer?.status !== 200) return;
    await answer.text();
    await delay(20);
  }
}
