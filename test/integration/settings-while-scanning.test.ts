// A configuration that is saved while `vedette scan` runs counts for that scan; one that is wrong changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTrace } from '../../src/core/pool/scaling-trace.ts';
import { FakeClamd, properAnswer } from '../helpers/fake-clamd.ts';
import { scriptedVersion } from '../helpers/faults/scripted-clamd.ts';
import { outcomeOf, startVedette } from '../helpers/run-vedette.ts';
import { until } from '../helpers/processes.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

function scaling(maxWorkers: number | string): string {
  return `[scaling]
min_workers = 1
max_workers = ${maxWorkers}
scale_up_threshold = 20
scale_down_threshold = 5
scaling_cooldown_seconds = 0
check_interval_seconds = 1
memory_ceiling_percent = 100
battery_max_workers = 4
`;
}

test('a saved file lets the pool of a running scan grow, and a wrong one is said', async () => {
  using home = temporaryFolder();
  for (let index = 0; index < 200; index += 1) home.write(`files/${index}`, `${index}`);
  let isOpen = false;
  const held: (() => void)[] = [];
  // It answers when the test has seen what it waits for.
  await using clamd = await FakeClamd.start({
    answer(request) {
      if (request.command === 'VERSION') return `${request.prefix}${scriptedVersion}\0`;
      if (request.command !== 'INSTREAM' || isOpen) return properAnswer(request);
      held.push(() => request.socket.write(properAnswer(request)));
      return null;
    },
  });
  const config = home.write('vedette.toml', scaling(1));
  const trace = join(home.path, 'trace.ndjson');
  const args = ['scan', '--config', config, '--clamd', clamd.socketPath, '--no-yara'];
  const child = startVedette([...args, '--scaling-trace', trace, join(home.path, 'files')], {
    home: home.path,
    workers: 'as configured',
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString('utf8')));
  const outcome = outcomeOf(child);

  await until(() => held.length > 0, 20_000);
  writeFileSync(config, scaling('"many"'));
  await until(() => said.includes('the changed settings are not used'), 20_000);
  expect(said).toContain(`${config}:3: scaling.max_workers:`);
  writeFileSync(config, scaling(3));
  await until(() => said.includes('settings changed: scaling.max_workers'), 20_000);
  await until(
    () => parseTrace(readFileSync(trace, 'utf8')).some(({ decision }) => decision.target === 3),
    20_000,
  );
  isOpen = true;
  for (const answer of held) answer();

  expect(await outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing found') });
  const targets = parseTrace(readFileSync(trace, 'utf8')).map(({ sample }) => sample.currentTarget);
  expect(targets[0]).toBe(1);
});
