// `vedette config …` and what other commands do with a configuration, as a user meets them.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toolDocumentSchemas } from '../../src/shared/tool-documents.ts';
import { runVedette } from '../helpers/run-vedette.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const usual = 'vedette/rt_protection_config.toml';

/** Windows has no modes. */
const privateMode = process.platform === 'win32' ? 0o666 : 0o600;

describe('vedette config check', () => {
  test('has nothing to say against a valid file', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '[scaling]\nmax_workers = 3\n');
    const run = await runVedette(['config', 'check', '--quiet', file], { home: home.path });
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('names each problem as file, line, key and what was expected, and ends with 3', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '[scanning]\nenable_yarra = true\n\n[scaling]\nmax_workers = 65\n');
    const run = await runVedette(['config', 'check', file], { home: home.path });
    expect(run).toEqual({
      code: 3,
      stdout:
        `${file}:2: scanning.enable_yarra: unknown key; did you mean 'enable_yara'?\n` +
        `${file}:5: scaling.max_workers: expected a whole number, 0 … 64 (workers), found 65\n`,
      stderr: '',
    });
  });

  test('looks at the file that Vedette would use, and says when there is none', async () => {
    using home = temporaryFolder();
    const none = await runVedette(['config', 'check'], { home: home.path });
    expect([none.code, none.stdout]).toEqual([
      0,
      expect.stringContaining('there is no such file; the defaults hold.'),
    ]);
    home.write(usual, 'nonsense');
    expect((await runVedette(['config', 'check'], { home: home.path })).code).toBe(3);
  });

  test('warns of keys without effect and of variables that set nothing', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '[fleet]\nnum_workers = 2\n');
    const env = { VEDETTE_SCALING_MAX_WORKRES: '3' };
    const run = await runVedette(['config', 'check', '--json', file], { home: home.path, env });
    const report = toolDocumentSchemas['vedette.config-check/1'].strict().parse(JSON.parse(run.stdout));
    expect(run.code).toBe(0);
    expect(report).toMatchObject({
      format: 'vedette.config-check/1',
      file,
      exists: true,
      valid: true,
      problems: [],
    });
    expect(report).toHaveProperty(
      'warnings',
      expect.arrayContaining([
        { kind: 'pending_key', message: `${file}:2: fleet.num_workers has no effect in this version` },
        {
          kind: 'unknown_variable',
          message: 'VEDETTE_SCALING_MAX_WORKRES sets nothing; did you mean VEDETTE_SCALING_MAX_WORKERS?',
        },
      ]),
    );
  });

  test('gives programs the problems as JSON', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '[scaling]\nmax_workers = -1\n');
    const [json, lines] = await Promise.all(
      ['--json', '--ndjson'].map((form) => runVedette(['config', 'check', form, file], { home: home.path })),
    );
    const problem = {
      place: `${file}:2`,
      line: 2,
      key: 'scaling.max_workers',
      message: 'expected a whole number, 0 … 64 (workers), found -1',
    };
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ valid: false, problems: [problem] });
    expect(JSON.parse(lines?.stdout ?? '')).toEqual({ problem });
    expect([json?.code, lines?.code]).toEqual([3, 3]);
  });

  test('leaves a file of an older version as it is', async () => {
    using home = temporaryFolder();
    const text = '[scanning]\nworker_memory_limit = 200_000_000\n';
    const file = home.write('c.toml', text);
    const run = await runVedette(['config', 'check', file], { home: home.path });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('is of version 1')]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(`${file}.v1`)).toBe(false);
  });
});

describe('vedette config explain', () => {
  test('says what a key does, what it may be, what it is and why', async () => {
    using home = temporaryFolder();
    const file = home.write(usual, '[env.dev.scaling]\nmax_workers = 3\n');
    const run = await runVedette(['config', 'explain', 'max_workers', '--env', 'dev'], { home: home.path });
    expect(run).toEqual({
      code: 0,
      stdout:
        'scaling.max_workers = 3\n' +
        '  Most scan workers; 0 for as many as processors, from 2 to 8.\n' +
        '  May be: a whole number, 0 … 64 (workers). Default: 0.\n' +
        `  Set by: [env.dev], ${file}:2.\n` +
        '  A change takes effect at once.\n' +
        '  Variable: VEDETTE_SCALING_MAX_WORKERS\n',
      stderr: '',
    });
  });

  test('explains a section, or everything, and says what has no effect yet', async () => {
    using home = temporaryFolder();
    const [section, all] = await Promise.all([
      runVedette(['config', 'explain', 'fleet', '--ndjson'], { home: home.path }),
      runVedette(['config', 'explain', '--json'], { home: home.path }),
    ]);
    const keys: unknown[] = section.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(keys).toContainEqual(
      expect.objectContaining({
        name: 'fleet.session_timeout_ms',
        value: 30_000,
        unit: 'milliseconds',
        pending: true,
        origin: { kind: 'default' },
      }),
    );
    const document: unknown = JSON.parse(all.stdout);
    expect(toolDocumentSchemas['vedette.config-explain/1'].strict().parse(document)).toMatchObject({
      settings: expect.arrayContaining([expect.objectContaining({ name: 'cache.max_files', minimum: 1000 })]),
    });
    const text = await runVedette(['config', 'explain', 'fleet.session_timeout_ms'], { home: home.path });
    expect(text.stdout).toContain('No effect in this version.');
  });

  test('knows what was meant', async () => {
    using home = temporaryFolder();
    const run = await runVedette(['config', 'explain', 'max_wokers'], { home: home.path });
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining("did you mean 'max_workers'?") });
  });

  test('explains also when the file is broken, which it says', async () => {
    using home = temporaryFolder();
    home.write(usual, '[scaling]\nmax_workers = 65\n');
    const run = await runVedette(['config', 'explain', 'scaling.max_workers'], { home: home.path });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('found 65');
    expect(run.stdout).toMatch(/^scaling\.max_workers\n {2}Most scan workers/);
  });
});

describe('vedette config init', () => {
  test('writes a file that is valid, changes nothing and is the user’s alone', async () => {
    using home = temporaryFolder();
    const run = await runVedette(['config', 'init'], { home: home.path });
    const file = join(home.path, usual);
    expect(run).toEqual({ code: 0, stdout: `Written: ${file}\n`, stderr: '' });
    expect(statSync(file).mode & 0o777).toBe(privateMode);
    const check = await runVedette(['config', 'check', '--json'], { home: home.path });
    expect(JSON.parse(check.stdout)).toMatchObject({ file, exists: true, valid: true });
  });

  test('does not overwrite a file, unless forced to, and then keeps its text', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '# mine\n');
    const refused = await runVedette(['config', 'init', file], { home: home.path });
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--force') });
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
    const forced = await runVedette(['config', 'init', '--force', '--json', file], { home: home.path });
    expect(
      toolDocumentSchemas['vedette.config-init/1'].strict().parse(JSON.parse(forced.stdout)),
    ).toMatchObject({
      file,
      kept: `${file}.old`,
    });
    expect(readFileSync(`${file}.old`, 'utf8')).toBe('# mine\n');
    expect(readFileSync(file, 'utf8')).toContain('config_version = 2');
  });
});

describe('other commands', () => {
  test('refuse an invalid configuration', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '[scaling]\nmin_workers = 4\nmax_workers = 3\n');
    const run = await runVedette(['scan', '--config', file, home.path], { home: home.path });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(
      `${file}:2: scaling.min_workers: min_workers (4) must not be more than max_workers (3)`,
    );
  });

  test('bring a file of an older version up to date, and say so once', async () => {
    using home = temporaryFolder();
    const file = home.write('c.toml', '# mine\n[scanning]\nworker_memory_limit = 200_000_000 # enough\n');
    if (process.platform !== 'win32') chmodSync(file, 0o640);
    const rules = home.write('r.yar', 'rule r { condition: true }');
    const args = ['rules', 'check', '--config', file, rules];
    const first = await runVedette(args, { home: home.path });
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`the old text is ${file}.v1`)]);
    expect(readFileSync(file, 'utf8')).toContain('[scaling]\nworker_memory_limit = 200_000_000 # enough\n');
    expect((await runVedette(args, { home: home.path })).stderr).toBe('');
    writeFileSync(file, 'config_version = 3\n');
    expect(await runVedette(args, { home: home.path })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('version 3 is newer than this Vedette knows'),
    });
  });
});
