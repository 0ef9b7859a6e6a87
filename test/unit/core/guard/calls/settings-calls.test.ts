import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../../../../src/core/config/config-place.ts';
import { LiveSettings } from '../../../../../src/core/config/live-settings.ts';
import { settingsCalls } from '../../../../../src/core/guard/calls/settings-calls.ts';
import { SettingsRevision } from '../../../../../src/core/guard/settings-revision.ts';
import { silentLogger } from '../../../../../src/core/logger.ts';
import type { CallArguments } from '../../../../../src/shared/contract.ts';
import { settingsDocumentSchema, type ShownSetting } from '../../../../../src/shared/page-documents.ts';
import type { HistoryNote } from '../../../../../src/shared/history-event.ts';
import type { Settings } from '../../../../../src/shared/settings.ts';
import { settingDescriptions, type SettingValue } from '../../../../../src/shared/settings/catalogue.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

interface SceneOptions {
  /** null for no file. */
  readonly text?: string | null;
  readonly env?: Environment;
  readonly overlay?: string | null;
  readonly commandLine?: ReadonlyMap<string, SettingValue>;
}

function start({ text = null, env = {}, overlay = null, commandLine = new Map() }: SceneOptions = {}) {
  const folder = temporaryFolder();
  const file = join(folder.path, 'config.toml');
  if (text !== null) folder.write('config.toml', text);
  const changed: Settings[] = [];
  const notes: HistoryNote[] = [];
  const live = new LiveSettings({
    place: { file, mustExist: false, overlay, env },
    whenInvalid: 'refuse',
    onChange: (next) => changed.push(next),
    onProblem: () => {},
  });
  const calls = settingsCalls({
    live,
    revision: new SettingsRevision(live),
    commandLine,
    write: (note) => notes.push(note),
    logger: silentLogger,
  });
  async function show(name: string): Promise<ShownSetting | undefined> {
    const { settings } = await calls['settings.show']({});
    return settings.find((setting) => setting.name === name);
  }
  async function save(...changes: CallArguments<'settings.save'>['changes']) {
    return await calls['settings.save']({ changes, actor: 'user eve' });
  }
  return {
    file,
    live,
    changed,
    notes,
    calls,
    show,
    save,
    text: () => readFileSync(file, 'utf8'),
    [Symbol.dispose]() {
      live[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('the settings page', () => {
  test('is shown every key, in the order of the file, as the contract says', async () => {
    using scene = start({ text: '[scaling]\nmax_workers = 4\n' });
    const document = settingsDocumentSchema.parse(await scene.calls['settings.show']({}));
    expect(document).toMatchObject({
      file: scene.file,
      file_exists: true,
      revision: 0,
      problem: '',
      notices: [],
    });
    expect(document.settings.map(({ name }) => name)).toEqual(settingDescriptions.map(({ name }) => name));
    expect(await scene.show('scaling.max_workers')).toMatchObject({
      type: 'integer',
      value: 4,
      default: 0,
      origin: 'file',
      locked: '',
    });
    expect(await scene.show('watch.folders')).toMatchObject({
      type: 'list',
      value: [],
      origin: 'default',
      holds_paths: true,
    });
  });

  test('saves what counts at once, keeps comments, and makes the file where there is none', async () => {
    using scene = start();
    expect(await scene.save({ name: 'scaling.max_workers', value: 3 })).toEqual({ revision: 1, restart: [] });
    expect(scene.changed.map(({ scaling }) => scaling.max_workers)).toEqual([3]);
    expect(await scene.show('scaling.max_workers')).toMatchObject({ value: 3, origin: 'file' });
    expect(scene.text()).toContain('max_workers = 3');
    await scene.save(
      { name: 'scaling.max_workers', value: null },
      { name: 'watch.folders', value: ['/srv', '/home'] },
    );
    expect(await scene.show('scaling.max_workers')).toMatchObject({ value: 0, origin: 'default' });
    expect(await scene.show('watch.folders')).toMatchObject({ value: ['/srv', '/home'] });
  });

  test.each(['203.0.113.1:3310', 'scanner.example:3310', '[2001:db8::1]:3310', '127.0.0.1.example:3310'])(
    'cannot have files sent to another machine: %s',
    async (value) => {
      using scene = start({ text: '[scanning]\nclamd = "auto"\n' });
      await expect(scene.save({ name: 'scanning.clamd', value })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { problems: [expect.objectContaining({ name: 'scanning.clamd' })] },
      });
      expect(scene.text()).toBe('[scanning]\nclamd = "auto"\n');
    },
  );

  test.each(['none', '/run/clamav/clamd.ctl', 'localhost:3310', '[::1]:3310'])(
    'can choose a clamd of this machine: %s',
    async (value) => {
      using scene = start();
      await scene.save({ name: 'scanning.clamd', value });
      expect(await scene.show('scanning.clamd')).toMatchObject({ value });
    },
  );

  test.each(['0.0.0.0:8477', '192.0.2.7:8477', '[::]:8477', 'server.example:8477'])(
    'cannot open the API to other machines: %s',
    async (value) => {
      using scene = start({ text: '[api]\nlisten = "127.0.0.1:8477"\n' });
      await expect(scene.save({ name: 'api.listen', value })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { problems: [expect.objectContaining({ name: 'api.listen' })] },
      });
      expect(scene.text()).toBe('[api]\nlisten = "127.0.0.1:8477"\n');
    },
  );

  test.each([
    ['api.allow_remote', true],
    ['api.tls_certificate', ''],
    ['api.tls_key', ''],
    ['api.tls_key', null],
  ])('cannot have tokens sent without TLS: %s %j', async (name, value) => {
    const text = '[api]\ntls_certificate = "/etc/ssl/server.pem"\ntls_key = "/etc/ssl/server.key"\n';
    using scene = start({ text });
    await expect(scene.save({ name, value })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { problems: [expect.objectContaining({ name })] },
    });
    expect(scene.text()).toBe(text);
  });

  test.each(['127.0.0.1:9000', 'localhost:9000', '[::1]:9000'])(
    'can choose an address of this machine alone: %s',
    async (value) => {
      using scene = start();
      await scene.save({ name: 'api.listen', value });
      expect(await scene.show('api.listen')).toMatchObject({ value });
    },
  );

  test('has every change in the history, with who made it, and none that was refused or changes nothing', async () => {
    using scene = start({ text: '[scanning]\nclamd = "auto"\n' });
    const long = Array.from({ length: 100 }, (_, index) => `/folder/${index}`);
    await scene.save(
      { name: 'scanning.clamd', value: '127.0.0.1:3310' },
      { name: 'watch.exclude', value: long },
      { name: 'scaling.max_workers', value: 0 },
    );
    expect(scene.notes).toEqual([
      {
        kind: 'settings_changed',
        actor: 'user eve',
        text: 'Settings were changed: scanning.clamd, watch.exclude.',
        details: {
          changes: [
            { name: 'scanning.clamd', from: '"auto"', to: '"127.0.0.1:3310"' },
            { name: 'watch.exclude', from: expect.any(String), to: JSON.stringify(long).slice(0, 200) },
          ],
        },
      },
    ]);
    await expect(scene.save({ name: 'scaling.max_workers', value: -1 })).rejects.toThrow(/max_workers/);
    expect(scene.notes.length).toBe(1);
  });

  test('is told which of the changed keys count from the next start, and only of those that changed', async () => {
    using scene = start({ text: '# mine\n[scanning]\nenable_yara = false # slow machine\n' });
    const restart = settingDescriptions.find(({ name }) => name === 'scanning.enable_clamav');
    expect(restart?.effect).toBe('restart');
    expect(
      await scene.save(
        { name: 'scanning.enable_clamav', value: false },
        { name: 'scanning.enable_yara', value: false },
        { name: 'watch.enabled', value: false },
      ),
    ).toEqual({ revision: 1, restart: ['scanning.enable_clamav'] });
    expect(scene.text()).toContain('enable_yara = false # slow machine');
  });

  test('saves all or none, and names each key that is wrong with what was expected', async () => {
    using scene = start({ text: '[scaling]\nmax_workers = 4\n' });
    const before = scene.text();
    const refused = await scene
      .save(
        { name: 'scaling.max_workers', value: -1 },
        { name: 'scaling.max_worker', value: 1 },
        { name: 'watch.enabled', value: false },
      )
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'CONFIG_INVALID',
      details: {
        problems: [
          { name: 'scaling.max_workers', message: expect.stringContaining('expected a whole number') },
          { name: null, message: expect.stringContaining('max_workers') },
        ],
      },
    });
    expect([scene.text(), scene.changed]).toEqual([before, []]);
  });

  test('is told of the key when two values contradict each other', async () => {
    using scene = start();
    await expect(scene.save({ name: 'watch.settle_ms', value: 20_000 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { problems: [{ name: 'watch.settle_ms', message: expect.stringContaining('longer than') }] },
    });
  });

  test('cannot change what a variable, an overlay or the command line sets, and is told which', async () => {
    using scene = start({
      text: '[scaling]\nmax_workers = 4\n[env.prod.watch]\nenabled = false\n',
      env: { VEDETTE_SCALING_MAX_WORKERS: '6' },
      overlay: 'prod',
      commandLine: new Map([['response.action', 'quarantine']]),
    });
    const before = scene.text();
    expect(await scene.show('scaling.max_workers')).toMatchObject({
      value: 6,
      origin: 'variable',
      locked: 'The environment variable VEDETTE_SCALING_MAX_WORKERS sets it.',
    });
    expect(await scene.show('watch.enabled')).toMatchObject({
      value: false,
      origin: 'overlay',
      locked: 'The overlay [env.prod] of the file sets it.',
    });
    expect(await scene.show('response.action')).toMatchObject({
      value: 'quarantine',
      origin: 'default',
      locked: 'The command line sets it.',
    });
    for (const change of [
      { name: 'scaling.max_workers', value: 5 },
      { name: 'watch.enabled', value: null },
      { name: 'response.action', value: 'ask' },
    ]) {
      await expect(scene.save({ name: 'watch.settle_ms', value: 400 }, change)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { problems: [{ name: change.name, message: expect.stringMatching(/sets it\.$/u) }] },
      });
    }
    expect(scene.text()).toBe(before);
  });

  test('leaves the file as it was where a variable makes the whole of it wrong', async () => {
    using scene = start({
      text: '[watch]\nsettle_ms = 400 # quick\n',
      env: { VEDETTE_WATCH_SETTLE_MAX_SECONDS: '1' },
    });
    const before = scene.text();
    await expect(scene.save({ name: 'watch.settle_ms', value: 2000 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(scene.text()).toBe(before);
    expect([scene.live.problem, scene.live.current.watch.settle_ms]).toEqual([null, 400]);
    await expect(scene.save({ name: 'watch.settle_ms', value: 500 })).resolves.toMatchObject({ revision: 1 });
  });

  test('is told that a file which is broken has to be corrected before anything can be saved', async () => {
    using scene = start({ text: '[scaling]\nmax_workers = 4\n' });
    const broken = '[scaling]\nmax_workers = 4\nnot toml\n';
    writeFileSync(scene.file, broken);
    await expect(scene.save({ name: 'watch.enabled', value: false })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^the settings file has to be corrected first: .+config\.toml:3:/),
    });
    expect([scene.text(), scene.live.problem !== null]).toEqual([broken, true]);
    writeFileSync(scene.file, '[scaling]\nmax_workers = "x"\n');
    await scene.save({ name: 'scaling.max_workers', value: 3 });
    expect([scene.text(), scene.live.problem]).toEqual(['[scaling]\nmax_workers = 3\n', null]);
  });

  test('takes no key twice', async () => {
    using scene = start();
    await expect(
      scene.save({ name: 'watch.enabled', value: false }, { name: 'watch.enabled', value: true }),
    ).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });

  test('is told what is wrong with the file, and of what it should know', async () => {
    using scene = start({ text: '[scaling]\nmax_workers = 4\n', env: { VEDETTE_SCALLING: '1' } });
    expect(await scene.calls['settings.show']({})).toMatchObject({
      notices: [expect.stringContaining('VEDETTE_SCALLING')],
    });
  });
});
