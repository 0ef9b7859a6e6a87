import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ConfigPlace } from '../../../../src/core/config/config-place.ts';
import { LiveSettings, type LiveSettingsOptions } from '../../../../src/core/config/live-settings.ts';
import { settingsSchema, type Settings } from '../../../../src/shared/settings.ts';
import { changedKeys } from '../../../../src/shared/settings/changed-keys.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const defaults = settingsSchema.parse({});

function textWith(workers: number): string {
  return `[scaling]\nmax_workers = ${workers}\n`;
}

interface Happening {
  readonly kind: 'changed' | 'problem' | 'solved';
  /** Workers that are allowed now, or what was said. */
  readonly what: number | string;
}

/** Live settings whose happenings can be awaited, in order. */
function live(file: string, options: Partial<LiveSettingsOptions> & { readonly mustExist?: boolean } = {}) {
  const happened: Happening[] = [];
  const waiting: ((happening: Happening) => void)[] = [];
  function tell(happening: Happening): void {
    const listener = waiting.shift();
    if (listener === undefined) happened.push(happening);
    else listener(happening);
  }
  const { mustExist = false, ...rest } = options;
  const place: ConfigPlace = { file, mustExist, overlay: null, env: {} };
  const settings = new LiveSettings({
    place,
    whenInvalid: 'refuse',
    onChange: ({ scaling }) => tell({ kind: 'changed', what: scaling.max_workers }),
    onProblem: ({ message }) => tell({ kind: 'problem', what: message }),
    onSolved: () => tell({ kind: 'solved', what: '' }),
    pollIntervalMs: 50,
    debounceMs: 10,
    ...rest,
  });
  async function next(): Promise<Happening> {
    const ready = happened.shift();
    if (ready !== undefined) return ready;
    const { promise, resolve } = Promise.withResolvers<Happening>();
    waiting.push(resolve);
    return promise;
  }
  return { settings, next, happened, [Symbol.dispose]: () => settings[Symbol.dispose]() };
}

describe('a saved file counts at once', () => {
  test('when it is written in place', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file);
    expect(running.settings.current.scaling.max_workers).toBe(3);
    folder.write('c.toml', textWith(4));
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
    expect(running.settings.current.scaling.max_workers).toBe(4);
  });

  test('when another is renamed over it, again and again', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file);
    for (const workers of [4, 5, 6]) {
      renameSync(folder.write('new.toml', textWith(workers)), file);
      expect(await running.next()).toEqual({ kind: 'changed', what: workers });
    }
  });

  test('by the event alone, long before the next look', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file, { pollIntervalMs: 3_600_000 });
    folder.write('c.toml', textWith(4));
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
  });

  test('by the look alone, where no event comes: behind a link', async () => {
    using folder = temporaryFolder();
    const target = folder.write('dotfiles/c.toml', textWith(3));
    const link = join(folder.path, 'c.toml');
    symlinkSync(target, link);
    using running = live(link);
    writeFileSync(target, textWith(4));
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
  });

  test('when it is made later, with its folder', async () => {
    using folder = temporaryFolder();
    using running = live(join(folder.path, 'later/c.toml'));
    expect(running.settings.current).toEqual(defaults);
    folder.write('later/c.toml', textWith(4));
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
  });

  test('when its folder is replaced', async () => {
    using folder = temporaryFolder();
    const file = folder.write('own/c.toml', textWith(3));
    using running = live(file);
    rmSync(join(folder.path, 'own'), { recursive: true });
    expect(await running.next()).toEqual({ kind: 'changed', what: 0 });
    folder.write('own/c.toml', textWith(4));
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
    folder.write('own/c.toml', textWith(5));
    expect(await running.next()).toEqual({ kind: 'changed', what: 5 });
  });

  test('and tells which keys changed, and which of them need a restart', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    const changed = Promise.withResolvers<ReturnType<typeof changedKeys>>();
    function onChange(next: Settings, previous: Settings): void {
      changed.resolve(changedKeys(previous, next));
    }
    using _running = live(file, { onChange });
    folder.write('c.toml', `${textWith(4)}[scanning]\nenable_yara = false\n`);
    expect(await changed.promise).toEqual({
      live: ['scaling.max_workers'],
      restart: ['scanning.enable_yara'],
    });
  });

  test('but what changes no value is no change', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file);
    folder.write('c.toml', `# more to say\n${textWith(3)}`);
    running.settings.reload();
    expect(running.happened).toEqual([]);
    expect(running.settings.configuration.origins.get('scaling.max_workers')).toEqual({
      kind: 'file',
      line: 3,
    });
  });
});

describe('an invalid file changes nothing', () => {
  test('and is said once; the next valid one counts', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file);
    renameSync(folder.write('new.toml', textWith(65)), file);
    const said = await running.next();
    expect(said).toEqual({
      kind: 'problem',
      what: expect.stringContaining(`${file}:2: scaling.max_workers: `),
    });
    expect(running.settings.current.scaling.max_workers).toBe(3);
    expect(running.settings.problem?.message).toBe(said.what);
    for (let time = 1; time <= 3; time += 1) running.settings.reload();
    expect(running.happened).toEqual([]);

    renameSync(folder.write('new.toml', textWith(66)), file);
    expect(await running.next()).toEqual({ kind: 'problem', what: expect.stringContaining('found 66') });
    renameSync(folder.write('new.toml', textWith(4)), file);
    expect(await running.next()).toEqual({ kind: 'solved', what: '' });
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
    expect(running.settings.problem).toBeNull();
  });

  test.each<[string, (file: string) => void]>([
    ['no TOML', (file) => writeFileSync(file, '[scaling\n')],
    ['10 MB', (file) => writeFileSync(file, Buffer.alloc(10_000_000, '# \n'))],
    ['a folder', (file) => (rmSync(file), mkdirSync(file))],
    ['a named pipe', (file) => (rmSync(file), execFileSync('mkfifo', [file]))],
    ['a version of the future', (file) => writeFileSync(file, 'config_version = 99\n')],
  ])('where there is %s now', async (_name, spoil) => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file);
    spoil(file);
    expect(await running.next()).toMatchObject({ kind: 'problem' });
    expect(running.settings.current.scaling.max_workers).toBe(3);
    rmSync(file, { recursive: true });
    folder.write('c.toml', textWith(4));
    expect(await running.next()).toMatchObject({ kind: 'solved' });
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
  });

  test('and a named file that is gone is a problem, not a reason for defaults', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file, { mustExist: true });
    rmSync(file);
    expect(await running.next()).toMatchObject({ kind: 'problem' });
    expect(running.settings.current.scaling.max_workers).toBe(3);
  });

  test('and is looked at twice: half a file, for a moment, is not even said', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(3));
    using running = live(file, { debounceMs: 100, pollIntervalMs: 1000 });
    for (const end of ['mended', 'broken']) {
      folder.write('c.toml', '[scaling');
      vi.advanceTimersByTime(1000);
      // The look and the event are real; either makes the timer of the check.
      while (vi.getTimerCount() < 2) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(100);
      expect([running.happened, running.settings.problem]).toEqual([[], null]);
      if (end === 'mended') folder.write('c.toml', textWith(4));
      vi.advanceTimersByTime(300);
      expect(running.happened.splice(0).map(({ kind }) => kind)).toEqual([
        end === 'mended' ? 'changed' : 'problem',
      ]);
      while (vi.getTimerCount() > 1) vi.advanceTimersByTime(100);
    }
  });
});

describe('an invalid file at the start', () => {
  test('is refused by who asks for that', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(65));
    expect(() => live(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(readdirSync(folder.path)).toEqual(['c.toml']);
  });

  test('leaves protection on with the defaults, is said, and is kept as .bad until it is mended', async () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(65));
    using running = live(file, { whenInvalid: 'defaults' });
    expect(running.settings.current).toEqual(defaults);
    expect(running.settings.problem?.code).toBe('CONFIG_INVALID');
    expect(await running.next()).toMatchObject({ kind: 'problem' });
    expect(readFileSync(file, 'utf8')).toBe(textWith(65));
    expect(readFileSync(`${file}.bad`, 'utf8')).toBe(textWith(65));
    folder.write('c.toml', textWith(4));
    expect(await running.next()).toMatchObject({ kind: 'solved' });
    expect(await running.next()).toEqual({ kind: 'changed', what: 4 });
  });

  test('leaves the variables in force, unless it is they that are wrong', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', textWith(65));
    function workersWith(value: string): number {
      const place = { file, mustExist: false, overlay: null, env: { VEDETTE_SCALING_MAX_WORKERS: value } };
      using running = live(file, { whenInvalid: 'defaults', place });
      return running.settings.current.scaling.max_workers;
    }
    expect([workersWith('5'), workersWith('66')]).toEqual([5, 0]);
  });

  test.each<[string, (file: string) => void]>([
    ['a folder', (file) => mkdirSync(file)],
    ['a named pipe', (file) => execFileSync('mkfifo', [file])],
    ['10 MB', (file) => writeFileSync(file, Buffer.alloc(10_000_000, '# \n'))],
    ['bytes that are no text', (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1]))],
  ])('may be anything: %s', (_name, make) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'c.toml');
    make(file);
    using running = live(file, { whenInvalid: 'defaults' });
    expect(running.settings.current).toEqual(defaults);
    expect(running.settings.problem).not.toBeNull();
  });
});

test('after its end nothing is told, and nothing is left that keeps a process alive', () => {
  using folder = temporaryFolder();
  const file = folder.write('c.toml', textWith(3));
  const running = live(file);
  folder.write('c.toml', textWith(4));
  running[Symbol.dispose]();
  running.settings.reload();
  expect(running.happened).toEqual([]);
  expect(running.settings.current.scaling.max_workers).toBe(3);
});

test('a process with live settings ends when its work is done', () => {
  using folder = temporaryFolder();
  const file = folder.write('c.toml', textWith(3));
  const source = new URL('../../../../src/core/config/live-settings.ts', import.meta.url).href;
  const program = `
    import { LiveSettings } from ${JSON.stringify(source)};
    const place = { file: ${JSON.stringify(file)}, mustExist: true, overlay: null, env: {} };
    new LiveSettings({ place, whenInvalid: 'refuse', onChange() {}, onProblem() {} });
    console.log('done');`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
  expect(output.toString()).toBe('done\n');
});
