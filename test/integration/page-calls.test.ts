// What the pages ask of a running Vedette beside why a file was flagged: state, self-test, engines, settings, exclusions, figures.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../src/core/config.ts';
import { appStateSchema } from '../../src/shared/app-state.ts';
import { calls } from '../../src/shared/contract.ts';
import { eicar } from '../helpers/eicar.ts';
import { marker, RunningScene } from '../helpers/running-scene.ts';

const actor = 'user eve';
let scene: RunningScene;
let workersAtStart = 0;

beforeAll(async () => {
  scene = await RunningScene.open();
  workersAtStart = scene.vedette.antivirus.scaling.stats().max_workers;
});

afterAll(() => scene[Symbol.asyncDispose]());

async function saved(name: string, value: string | number | null): Promise<void> {
  await scene.ask('settings.save', { changes: [{ name, value }], actor });
}

describe('the state', () => {
  test('is what its schema says, all of it', async () => {
    const state = await scene.ask('app.state', {});
    expect(appStateSchema.strict().parse(state)).toEqual(state);
    expect(state.app).toMatchObject({
      kind: 'service',
      data_folder: scene.dataDir,
      is_demo: false,
      guide_done: false,
    });
    expect(state.protection.state).not.toBe('not_running');
    expect(state.engines.map(({ name }) => name)).toContain('yara');
  });

  test('knows when the guide was finished, and when it is shown again', async () => {
    await scene.ask('guide.done', { done: true });
    expect((await scene.ask('app.state', {})).app.guide_done).toBe(true);
    await scene.ask('guide.done', { done: false });
    expect((await scene.ask('app.state', {})).app.guide_done).toBe(false);
  });
});

describe('a self-test', () => {
  test.each(['ask', 'quarantine', 'notify'] as const)(
    'finds its file by itself and leaves nothing behind when the response is %s',
    async (action) => {
      await saved('response.action', action);
      expect(await scene.ask('selftest.run', { actor })).toMatchObject({
        ok: true,
        text: expect.stringMatching(
          /^The test file was found \d+\.\d s after it was written, and is gone again\.$/,
        ),
        folder: scene.watched,
        engines: ['yara', 'hash'],
      });
      expect(readdirSync(scene.watched).filter((name) => name.includes('self-test'))).toEqual([]);
      const { findings } = await scene.ask('findings.list', {
        states: ['open', 'quarantined', 'dismissed'],
        job: null,
        before: null,
        limit: 100,
      });
      expect(findings).toEqual([]);
      expect((await scene.ask('quarantine.list', {})).records).toEqual([]);
      const { events } = await scene.ask('history.list', { kinds: [], before: null, limit: 1 });
      expect(events).toMatchObject([{ actor, text: expect.stringContaining('self-test') }]);
      await saved('response.action', 'ask');
    },
  );

  test('that is asked for twice is one', async () => {
    const [one, two] = await Promise.all([
      scene.ask('selftest.run', { actor }),
      scene.ask('selftest.run', { actor }),
    ]);
    expect(one.ok).toBe(true);
    expect(two).toEqual(one);
  });

  test('writes nothing while protection is paused', async () => {
    await scene.ask('protection.pause', { seconds: 60, actor });
    expect(await scene.ask('selftest.run', { actor })).toEqual({
      ok: false,
      text: 'Protection is paused or off: switch it on, then try again.',
      folder: null,
      latency_ms: null,
      engines: [],
    });
    await scene.ask('protection.resume', { actor });
  });

  test('says so where exclusions leave its file out', async () => {
    const { id } = await scene.ask('exclusions.add', { pattern: '*.com', seconds: 60, reason: '', actor });
    expect(await scene.ask('selftest.run', { actor })).toMatchObject({
      ok: false,
      text: expect.stringContaining('the settings leave it out'),
    });
    await scene.ask('exclusions.remove', { ids: [id], actor });
  });
});

test('the engines name a broken rule file with its line, and count the rules of each folder', async () => {
  const shown = await scene.ask('engines.show', {});
  expect(shown.clamd).toMatchObject({ choice: 'none', kind: 'none' });
  expect(shown.yara.binding).toMatch(/^(?:native|wasm) \d/);
  expect(shown.yara.problems).toEqual([
    { file: join(scene.rules, 'broken.yar'), line: 4, message: expect.stringContaining('nothing') },
  ]);
  expect(shown.yara.rule_folders).toMatchObject([
    { built_in: true, rules: expect.any(Number) },
    { path: scene.rules, built_in: false, files: 2, rules: 3 },
  ]);
  expect(shown.yara.rule_folders[0]?.rules).toBeGreaterThan(5);
  expect(await scene.ask('signatures.update', { actor })).toMatchObject({ started: false });
});

describe('settings that are saved', () => {
  test('while Vedette starts are in force when it has started', () => {
    expect(workersAtStart).toBe(1);
  });

  test('are in the file, with its comments, and in force', async () => {
    expect(scene.vedette.antivirus.scaling.stats().max_workers).toBe(1);
    const answer = await scene.ask('settings.save', {
      changes: [
        { name: 'scaling.max_workers', value: 2 },
        { name: 'scanning.yara_binding', value: 'native' },
      ],
      actor,
    });
    expect(answer.restart).toEqual(['scanning.yara_binding']);
    expect(scene.vedette.antivirus.scaling.stats().max_workers).toBe(2);
    const written = readFileSync(scene.configuration, 'utf8');
    for (const kept of [
      '# The one folder of this test.',
      '# no sticks',
      '# Few, because the machine is shared.',
    ])
      expect(written).toContain(kept);
    const { settings } = loadConfiguration({ file: scene.configuration, overlay: null, env: {} });
    expect(settings.scaling.max_workers).toBe(2);
    const shown = (await scene.ask('settings.show', {})).settings;
    expect(shown.find(({ name }) => name === 'scaling.max_workers')).toMatchObject({
      value: 2,
      origin: 'file',
    });
    await scene.ask('settings.save', {
      changes: [
        { name: 'scaling.max_workers', value: 1 },
        { name: 'scanning.yara_binding', value: null },
      ],
      actor,
    });
  });

  test('are refused together when one of them is wrong', async () => {
    const before = readFileSync(scene.configuration, 'utf8');
    const { max_workers: workersBefore } = scene.vedette.antivirus.scaling.stats();
    const changes = [
      { name: 'scaling.max_workers', value: 3 },
      { name: 'scaling.min_workers', value: -1 },
    ];
    await expect(scene.ask('settings.save', { changes, actor })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(readFileSync(scene.configuration, 'utf8')).toBe(before);
    expect(scene.vedette.antivirus.scaling.stats().max_workers).toBe(workersBefore);
  });
});

describe('an exclusion', () => {
  test('leaves a folder out until it ends, and what changed meanwhile is found then', async () => {
    const left = join(scene.watched, 'build');
    const { id } = await scene.ask('exclusions.add', {
      pattern: left,
      seconds: 3600,
      reason: 'builds',
      actor,
    });
    expect((await scene.ask('exclusions.list', {})).exclusions.map((one) => one.id)).toContain(id);
    const inside = scene.write('build/inside.com', eicar());
    // What comes after it is found: it has been passed over.
    const outside = await scene.found('outside.txt', `${marker} outside`);
    expect(scene.findingAt(inside)).toBeNull();
    await scene.ask('exclusions.remove', { ids: [id], actor });
    await scene.heard(() => scene.findingAt(inside) !== null, 'what was left out to be found');
    rmSync(left, { recursive: true });
    rmSync(outside.path);
  });

  test('ends by itself', async () => {
    const left = join(scene.watched, 'short');
    await scene.ask('exclusions.add', { pattern: left, seconds: 1, reason: '', actor });
    const inside = scene.write('short/inside.com', eicar());
    await scene.heard(() => scene.findingAt(inside) !== null, 'its end');
    expect(
      scene.vedette.desk.chain.list({ kinds: ['exclusion_ended'], before: null, limit: 1 }),
    ).toMatchObject([{ actor: 'system' }]);
    rmSync(left, { recursive: true });
  });
});

test('an export is written, and is what its schema says', async () => {
  const { path, document } = await scene.ask('metrics.export', {});
  const written: unknown = JSON.parse(readFileSync(path, 'utf8'));
  expect(written).toEqual(document);
  const schema: unknown = calls['metrics.export'].output.shape.document.parse(written);
  expect(schema).toEqual(document);
});

test('figures, costs and files that were not looked at are there to be asked for', async () => {
  for (const range of ['5m', '1h', '24h', '30d'] as const) {
    expect((await scene.ask('metrics.series', { range })).range).toBe(range);
  }
  expect((await scene.ask('metrics.costs', {})).scans).toBeGreaterThan(0);
  expect((await scene.ask('coverage.files', { reason: 'encrypted' })).files).toEqual([]);
  expect((await scene.ask('folders.list', { path: scene.watched })).path).toBe(scene.watched);
});
