// What the pages ask of one running Vedette: real workers, real rules, a vault and a watched folder; only clamd is left out.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LiveSettings } from '../../src/core/config/live-settings.ts';
import { configPlace, loadConfiguration } from '../../src/core/config.ts';
import { controlAddress } from '../../src/core/control/control-address.ts';
import { connectControl, type ControlClient } from '../../src/core/control/control-client.ts';
import { startVedette, type RunningVedette } from '../../src/core/guard/running-vedette.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { appStateSchema } from '../../src/shared/app-state.ts';
import { calls, type CallInput, type CallName, type CallOutput } from '../../src/shared/contract.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { eicar } from '../helpers/eicar.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const actor = 'user eve';
const deciding = { reason: '', confirmed: false, actor } as const;
const folder = temporaryFolder();
const watched = join(folder.path, 'watched');
const dataDir = join(folder.path, 'data');
const rules = join(folder.path, 'rules');
const brokenRule = join(rules, 'broken.yar');
const configuration = join(folder.path, 'rt_protection_config.toml');
const marker = 'a needle for the page calls';

const text = `config_version = 2

# The one folder of this test.
[watch]
folders = ${JSON.stringify([watched])}
watch_removable = false # no sticks
settle_ms = 50
canary_interval_minutes = 0

[scanning]
clamd = "none"
rule_paths = ${JSON.stringify([rules])}

[scaling]
# Few, because the machine is shared.
min_workers = 1
max_workers = 2

[response]
action = "ask"
brake_detections = 1000
`;

const cleanups = new AsyncDisposableStack();
let vedette: RunningVedette;
let client: ControlClient;
let workersAtStart = 0;
/** null while it is being started. */
let running: RunningVedette | null = null;

beforeAll(async () => {
  cleanups.defer(() => folder[Symbol.dispose]());
  mkdirSync(watched);
  mkdirSync(dataDir, { mode: 0o700 });
  folder.write(
    'rules/broken.yar',
    'rule Fine { condition: false }\n\nrule Broken {\n  condition: $nothing\n}\n',
  );
  folder.write(
    'rules/needle.yar',
    `rule Needle {\n  meta:\n    description = "holds the needle"\n    author = "Eve"\n    severity = "high"\n  strings:\n    $needle = ${JSON.stringify(marker)}\n  condition:\n    $needle\n}\n`,
  );
  writeFileSync(configuration, text);
  const stop = new AbortController();
  const live = cleanups.use(
    new LiveSettings({
      place: configPlace({ file: configuration, overlay: null, env: {} }),
      whenInvalid: 'refuse',
      onChange: (next) => running?.apply(next),
      onProblem: () => {},
    }),
  );
  const starting = startVedette({
    live,
    named: [],
    dataDir,
    purpose: 'serve',
    kind: 'service',
    isDemo: false,
    useCache: true,
    notifier: { notify: () => {} },
    onNoControl: (problem) => expect.fail(problem),
    logger: silentLogger,
    signal: stop.signal,
  });
  writeFileSync(configuration, text.replace('max_workers = 2', 'max_workers = 1'));
  live.reload();
  vedette = cleanups.use(await starting);
  running = vedette;
  workersAtStart = vedette.antivirus.scaling.stats().max_workers;
  client = cleanups.use(await connectControl(controlAddress(dataDir)));
  await heard(
    () => vedette.guard.lookout.health.roots.some(({ state }) => state === 'watching'),
    'the folder to be watched',
  );
}, 60_000);

afterAll(() => cleanups.disposeAsync());

/** As the commands ask, over the local socket: checked on both ends. */
async function ask<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  return await client.call(name, input);
}

/** Asked again whenever something is told. */
async function heard(isSo: () => boolean, what: string): Promise<void> {
  if (isSo()) return;
  const done = Promise.withResolvers<void>();
  const end = vedette.feed.subscribe(() => {
    if (isSo()) done.resolve();
  });
  const look = setInterval(() => {
    if (isSo()) done.resolve();
  }, 50);
  const late = setTimeout(() => done.reject(new Error(`in vain waited for ${what}`)), 20_000);
  try {
    await done.promise;
  } finally {
    clearInterval(look);
    clearTimeout(late);
    end();
  }
}

function findingAt(path: string): Finding | null {
  const { findings } = vedette.desk.findings.list({ states: [], job: null, before: null, limit: 1000 });
  return findings.find((finding) => finding.path === path) ?? null;
}

/** The finding of a new file in the watched folder. */
async function found(name: string, content: string): Promise<Finding> {
  const path = folder.write(join('watched', name), content);
  await heard(() => findingAt(path) !== null, `${name} to be found`);
  await vedette.desk.responder.settled();
  const finding = findingAt(path);
  if (finding === null) throw new Error('not found');
  return finding;
}

function shownText(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}

async function saved(name: string, value: string | number | null): Promise<void> {
  await ask('settings.save', { changes: [{ name, value }], actor });
}

describe('the state', () => {
  test('is what its schema says, all of it', async () => {
    const state = await ask('app.state', {});
    expect(appStateSchema.strict().parse(state)).toEqual(state);
    expect(state.app).toMatchObject({
      kind: 'service',
      data_folder: dataDir,
      is_demo: false,
      guide_done: false,
    });
    expect(state.protection.state).not.toBe('not_running');
    expect(state.engines.map(({ name }) => name)).toContain('yara');
  });

  test('knows when the guide was finished, and when it is shown again', async () => {
    await ask('guide.done', { done: true });
    expect((await ask('app.state', {})).app.guide_done).toBe(true);
    await ask('guide.done', { done: false });
    expect((await ask('app.state', {})).app.guide_done).toBe(false);
  });
});

describe('a self-test', () => {
  test.each(['ask', 'quarantine', 'notify'] as const)(
    'finds its file by itself and leaves nothing behind when the response is %s',
    async (action) => {
      await saved('response.action', action);
      expect(await ask('selftest.run', { actor })).toMatchObject({
        ok: true,
        text: expect.stringMatching(
          /^The test file was found \d+\.\d s after it was written, and is gone again\.$/,
        ),
        folder: watched,
        engines: ['yara', 'hash'],
      });
      expect(readdirSync(watched).filter((name) => name.includes('self-test'))).toEqual([]);
      const { findings } = await ask('findings.list', {
        states: ['open', 'quarantined', 'dismissed'],
        job: null,
        before: null,
        limit: 100,
      });
      expect(findings).toEqual([]);
      expect((await ask('quarantine.list', {})).records).toEqual([]);
      const { events } = await ask('history.list', { kinds: [], before: null, limit: 1 });
      expect(events).toMatchObject([{ actor, text: expect.stringContaining('self-test') }]);
      await saved('response.action', 'ask');
    },
  );

  test('that is asked for twice is one', async () => {
    const [one, two] = await Promise.all([ask('selftest.run', { actor }), ask('selftest.run', { actor })]);
    expect(one.ok).toBe(true);
    expect(two).toEqual(one);
  });

  test('writes nothing while protection is paused', async () => {
    await ask('protection.pause', { seconds: 60, actor });
    expect(await ask('selftest.run', { actor })).toEqual({
      ok: false,
      text: 'Protection is paused or off: switch it on, then try again.',
      folder: null,
      latency_ms: null,
      engines: [],
    });
    await ask('protection.resume', { actor });
  });

  test('says so where exclusions leave its file out', async () => {
    const { id } = await ask('exclusions.add', { pattern: '*.com', seconds: 60, reason: '', actor });
    expect(await ask('selftest.run', { actor })).toMatchObject({
      ok: false,
      text: expect.stringContaining('the settings leave it out'),
    });
    await ask('exclusions.remove', { ids: [id], actor });
  });
});

describe('why a file was flagged', () => {
  test('is shown with the bytes around the match, where it is and out of the vault', async () => {
    const before = 'x'.repeat(100);
    const { id, path } = await found('needle.txt', `${before}${marker}${'y'.repeat(600)}`);
    const shown = await ask('findings.explain', { id });
    expect(shown).toMatchObject({
      bytes_problem: '',
      elsewhere: [],
      allowed_by: null,
      detections: [
        {
          meaning: 'Holds the needle.',
          source: 'Written by Eve',
          matches: [{ pattern: '$needle', offset: 100, length: marker.length, start: 64 }],
        },
      ],
    });
    expect(shownText(shown.detections[0]?.matches[0]?.bytes_hex ?? '')).toMatch(
      new RegExp(`^x{36}${marker}y{32,48}$`),
    );
    const { outcomes } = await ask('findings.act', { ids: [id], action: 'quarantine', ...deciding });
    expect(outcomes).toMatchObject([{ ok: true }]);
    expect(existsSync(path)).toBe(false);
    const vaulted = await ask('findings.explain', { id });
    expect(vaulted.finding.state).toBe('quarantined');
    expect(vaulted.detections).toEqual(shown.detections);
    expect(vaulted.bytes_problem).toBe('');
    // Back in its place it has another identity, and the same content.
    const how = { to: null, allow: false, keep_mode: false, reason: '', actor } as const;
    await ask('quarantine.restore', { ids: [vaulted.finding.vault_id ?? ''], ...how });
    const restored = await ask('findings.explain', { id });
    expect(restored.finding.state).toBe('dismissed');
    expect(restored.bytes_problem).toBe('');
    expect(restored.detections).toEqual(shown.detections);
    rmSync(path);
  });

  test('is never shown with bytes that nobody has scanned', async () => {
    const { id, path } = await found('changed.txt', `-- ${marker} --`);
    await ask('exclusions.add', {
      pattern: path,
      seconds: 60,
      reason: 'so that nobody scans it again',
      actor,
    });
    writeFileSync(path, `-- ${'secret'.repeat(4)}.. --`.padEnd(marker.length + 6, '.'));
    const shown = await ask('findings.explain', { id });
    expect(shown.bytes_problem).toBe('The file was changed since it was scanned.');
    expect(shownText(shown.detections[0]?.matches[0]?.bytes_hex ?? '')).toBe(marker);
    // Touched only: the same bytes.
    writeFileSync(path, `-- ${marker} --`);
    utimesSync(path, 1, 1);
    expect((await ask('findings.explain', { id })).bytes_problem).toBe('');
    renameSync(path, `${path}.away`);
    expect((await ask('findings.explain', { id })).bytes_problem).toBe(
      'The bytes cannot be shown: the file is no longer there (ENOENT).',
    );
    execFileSync('mkfifo', [path]);
    expect((await ask('findings.explain', { id })).bytes_problem).toBe(
      'The file was changed since it was scanned.',
    );
    rmSync(path);
    rmSync(`${path}.away`);
  });

  test('can be asked a hundred times at once', async () => {
    const { id, path } = await found('often.txt', marker);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => await vedette.handlers['findings.explain']({ id })),
    );
    const shown = answers.map(({ detections }) => detections[0]?.matches[0]?.bytes_hex ?? '');
    expect(new Set(shown)).toEqual(new Set([Buffer.from(marker).toString('hex')]));
    rmSync(path);
  });

  test('names the other places of the same content, each once', async () => {
    const content = `${marker} twice`;
    const one = await found('one.txt', content);
    const two = await found('two.txt', content);
    expect((await ask('findings.explain', { id: one.id })).elsewhere).toEqual([
      { path: two.path, where: 'finding', state: 'open' },
    ]);
    await ask('findings.act', { ids: [two.id], action: 'quarantine', ...deciding });
    expect((await ask('findings.explain', { id: one.id })).elsewhere).toEqual([
      { path: two.path, where: 'finding', state: 'quarantined' },
    ]);
    rmSync(one.path);
  });

  test('is not known of a finding that is none', async () => {
    await expect(ask('findings.explain', { id: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('the engines name a broken rule file with its line, and count the rules of each folder', async () => {
  const shown = await ask('engines.show', {});
  expect(shown.clamd).toMatchObject({ choice: 'none', kind: 'none' });
  expect(shown.yara.binding).toMatch(/^(?:native|wasm) \d/);
  expect(shown.yara.problems).toEqual([
    { file: brokenRule, line: 4, message: expect.stringContaining('nothing') },
  ]);
  expect(shown.yara.rule_folders).toMatchObject([
    { built_in: true, rules: expect.any(Number) },
    { path: rules, built_in: false, files: 2, rules: 3 },
  ]);
  expect(shown.yara.rule_folders[0]?.rules).toBeGreaterThan(5);
  expect(await ask('signatures.update', { actor })).toMatchObject({ started: false });
});

describe('settings that are saved', () => {
  test('while Vedette starts are in force when it has started', () => {
    expect(workersAtStart).toBe(1);
  });

  test('are in the file, with its comments, and in force', async () => {
    expect(vedette.antivirus.scaling.stats().max_workers).toBe(1);
    const answer = await ask('settings.save', {
      changes: [
        { name: 'scaling.max_workers', value: 2 },
        { name: 'scanning.yara_binding', value: 'native' },
      ],
      actor,
    });
    expect(answer.restart).toEqual(['scanning.yara_binding']);
    expect(vedette.antivirus.scaling.stats().max_workers).toBe(2);
    const written = readFileSync(configuration, 'utf8');
    for (const kept of [
      '# The one folder of this test.',
      '# no sticks',
      '# Few, because the machine is shared.',
    ])
      expect(written).toContain(kept);
    const { settings } = loadConfiguration({ file: configuration, overlay: null, env: {} });
    expect(settings.scaling.max_workers).toBe(2);
    const shown = (await ask('settings.show', {})).settings;
    expect(shown.find(({ name }) => name === 'scaling.max_workers')).toMatchObject({
      value: 2,
      origin: 'file',
    });
    await ask('settings.save', {
      changes: [
        { name: 'scaling.max_workers', value: 1 },
        { name: 'scanning.yara_binding', value: null },
      ],
      actor,
    });
  });

  test('are refused together when one of them is wrong', async () => {
    const before = readFileSync(configuration, 'utf8');
    const { max_workers: workersBefore } = vedette.antivirus.scaling.stats();
    const changes = [
      { name: 'scaling.max_workers', value: 3 },
      { name: 'scaling.min_workers', value: -1 },
    ];
    await expect(ask('settings.save', { changes, actor })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readFileSync(configuration, 'utf8')).toBe(before);
    expect(vedette.antivirus.scaling.stats().max_workers).toBe(workersBefore);
  });
});

describe('an exclusion', () => {
  test('leaves a folder out until it ends, and what changed meanwhile is found then', async () => {
    const left = join(watched, 'build');
    const { id } = await ask('exclusions.add', { pattern: left, seconds: 3600, reason: 'builds', actor });
    expect((await ask('exclusions.list', {})).exclusions.map((one) => one.id)).toContain(id);
    const inside = folder.write('watched/build/inside.com', eicar());
    // What comes after it is found: it has been passed over.
    const outside = await found('outside.txt', `${marker} outside`);
    expect(findingAt(inside)).toBeNull();
    await ask('exclusions.remove', { ids: [id], actor });
    await heard(() => findingAt(inside) !== null, 'what was left out to be found');
    rmSync(left, { recursive: true });
    rmSync(outside.path);
  });

  test('ends by itself', async () => {
    const left = join(watched, 'short');
    await ask('exclusions.add', { pattern: left, seconds: 1, reason: '', actor });
    const inside = folder.write('watched/short/inside.com', eicar());
    await heard(() => findingAt(inside) !== null, 'its end');
    expect(vedette.desk.chain.list({ kinds: ['exclusion_ended'], before: null, limit: 1 })).toMatchObject([
      { actor: 'system' },
    ]);
    rmSync(left, { recursive: true });
  });
});

test('an export is written, and is what its schema says', async () => {
  const { path, document } = await ask('metrics.export', {});
  const written: unknown = JSON.parse(readFileSync(path, 'utf8'));
  expect(written).toEqual(document);
  const schema: unknown = calls['metrics.export'].output.shape.document.parse(written);
  expect(schema).toEqual(document);
});

test('figures, costs and files that were not looked at are there to be asked for', async () => {
  for (const range of ['5m', '1h', '24h', '30d'] as const) {
    expect((await ask('metrics.series', { range })).range).toBe(range);
  }
  expect((await ask('metrics.costs', {})).scans).toBeGreaterThan(0);
  expect((await ask('coverage.files', { reason: 'encrypted' })).files).toEqual([]);
  expect((await ask('folders.list', { path: watched })).path).toBe(watched);
});
