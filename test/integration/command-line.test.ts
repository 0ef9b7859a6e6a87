// The command line from outside: what it prints, how it ends, and that it leaves nothing running.
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { scanResultSchema, scanSummarySchema } from '../../src/shared/scan-report.ts';
import { toolDocumentSchemas } from '../../src/shared/tool-documents.ts';
import { z } from 'zod';
import { eicar } from '../helpers/eicar.ts';
import { vedette } from '../helpers/faults/scene.ts';
import { isAlive, processesNaming, until } from '../helpers/processes.ts';
import { runProgram } from '../helpers/run-program.ts';
import {
  markOf,
  outcomeOf,
  runVedette,
  scanReport,
  startVedette,
  type RunningVedette,
  type RunOptions,
} from '../helpers/run-vedette.ts';
import { temporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.ts';

const marker = 'vedette-marker-31aa';
/** For what has nothing to do with them: to load them takes longer than all else. */
const noRules = '--no-yara';
const markerRule = `rule Marker { meta: severity = "low" strings: $a = "${marker}" condition: $a }\n`;

let folder: TemporaryFolder;
let options: RunOptions;
beforeEach(() => {
  folder = temporaryFolder();
  options = { home: folder.path };
  return () => folder[Symbol.dispose]();
});

/** Verdicts by name below the folder. */
function verdictsIn(results: readonly { readonly path: string; readonly verdict: string }[]) {
  return Object.fromEntries(
    results.map(({ path, verdict }) => [path.replace(`${folder.path}/`, ''), verdict]),
  );
}

describe('vedette scan', () => {
  test('ends with 0 when nothing was found, and lists only what matters', async () => {
    folder.write('tree/a', 'a');
    const run = await runVedette(['scan', '--clamd', 'none', 'tree'], options);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(
      'Nothing found by yara and hash (reduced: without clamav).\n1 file, 1 B in ',
    );
    expect(run.stdout).not.toContain(`${folder.path}/tree/a`);
  });

  test('ends with 1 when something was found, and names it', async () => {
    const path = folder.write('tree/bad', eicar());
    folder.write('tree/good', 'x');
    const run = await runVedette(['scan', '--clamd', 'none', '--quiet', 'tree'], options);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(/^[^\n]*\n$/);
    expect(run.stdout).toContain(`${path}: infected `);
    expect(run.stdout).toContain('Vedette.Test.EICAR (hash, high)');
  });

  test('ends with 2 when a path is not there, or with 0 when that is allowed', async () => {
    const { code, report } = await scanReport([noRules, 'missing'], options);
    expect(code).toBe(2);
    expect(report.results).toEqual([
      expect.objectContaining({
        path: join(folder.path, 'missing'),
        verdict: 'unscannable',
        reason: 'not_found',
      }),
    ]);
    expect((await scanReport([noRules, '--allow-partial', 'missing'], options)).code).toBe(0);
  });

  test.each([
    [['scan'], 'nothing to scan'],
    [['scan', '--no-such-option', '.'], "unknown option '--no-such-option'"],
    [['scan', '--max-file-size', 'big', '.'], "'big' is not a size"],
    [['scan', '-0', '.'], '-0 is about the names in --files-from'],
    [['scan', '--clamd', 'perhaps', '.'], "--clamd 'perhaps' is not understood"],
    [['scan', '--json', '--ndjson', '.'], 'cannot be used with'],
    [['scan', '--env', 'moon', '.'], "'moon' is no environment"],
    [['scan', '--action', 'shred', '.'], 'Allowed choices are report, quarantine'],
    [['frobnicate'], "unknown command 'frobnicate'"],
  ])('bad usage ends with 3 and says what was wrong: %j', async (args, expected) => {
    const run = await runVedette(args, options);
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(expected);
    expect(run.stderr).not.toContain('    at ');
  });

  test('with a wrong configuration ends with 3, and names file, line and key', async () => {
    const config = folder.write('c.toml', '[scanning]\nenable_yara = "perhaps"\n');
    const run = await runVedette(['scan', '--config', config, '.'], options);
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(`${config}:2: scanning.enable_yara: `);
  });

  test('--json prints one document of the published form, with every verdict under --all', async () => {
    folder.write('tree/good', 'x');
    folder.write('tree/empty');
    folder.write('tree/bad', eicar());
    const { code, report } = await scanReport(['tree'], options);
    expect(code).toBe(1);
    expect(verdictsIn(report.results)).toEqual({
      'tree/good': 'clean',
      'tree/empty': 'clean',
      'tree/bad': 'infected',
    });
    expect(report.summary).toMatchObject({ files: 3, clean: 2, infected: 1, bytes: 69 });
    expect(report.summary).not.toHaveProperty('interrupted');
    expect(report.results.find(({ verdict }) => verdict === 'infected')?.sha256).toBe(
      hash('sha256', eicar()),
    );
  });

  test('--ndjson prints a document on each line, the summary last', async () => {
    folder.write('tree/a\nb', 'x');
    folder.write('tree/c', 'y');
    const run = await runVedette(['scan', '--clamd', 'none', '--ndjson', '--all', 'tree'], options);
    const lines = run.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(verdictsIn(lines.slice(0, -1).map((line) => scanResultSchema.parse(line)))).toEqual({
      'tree/a\nb': 'clean',
      'tree/c': 'clean',
    });
    expect(z.object({ summary: scanSummarySchema }).parse(lines.at(-1)).summary.files).toBe(2);
  });

  test('never lets a name reach the terminal as it is', async () => {
    folder.write('tree/\u001b[2J\u009b31m\nok: clean', eicar());
    const run = await runVedette(['scan', '--clamd', 'none', '--quiet', 'tree'], options);
    expect(run.stdout).toContain('tree/\\x1b[2J\\u{9b}31m\\nok: clean: infected');
    expect(run.stdout).toBe(stripVTControlCharacters(run.stdout));
    expect(run.stdout.split('\n')).toHaveLength(2);
  });

  test('--exclude leaves out files and folders, and counts them', async () => {
    for (const name of ['tree/a.log', 'tree/sub/b.log', 'tree/cache/c', 'tree/keep'])
      folder.write(name, name);
    const { report } = await scanReport([noRules, 'tree', '--exclude', '*.log', 'cache'], options);
    expect(verdictsIn(report.results)).toEqual({ 'tree/keep': 'clean' });
    expect(report.summary.passed_over.excluded).toBe(3);
  });

  test('leaves out its own data folder', async () => {
    folder.write('data/strikes.json', '{}');
    folder.write('a', 'a');
    const { report } = await scanReport([noRules, '.'], options);
    expect(verdictsIn(report.results)).toEqual({ a: 'clean' });
  });

  test('--max-file-size does not open a larger file', async () => {
    folder.write('tree/at', Buffer.alloc(1024, 'a'));
    folder.write('tree/over', Buffer.alloc(1025, 'b'));
    const sparse = folder.write('tree/sparse');
    truncateSync(sparse, 100 * 1024 ** 3);
    const { code, report } = await scanReport([noRules, '--max-file-size', '1K', 'tree'], options);
    expect(code).toBe(2);
    expect(verdictsIn(report.results)).toEqual({
      'tree/at': 'clean',
      'tree/over': 'partial',
      'tree/sparse': 'partial',
    });
    expect(new Set(report.results.map(({ reason }) => reason))).toEqual(new Set([null, 'too_large']));
  });

  test('--hash-list finds what it names, --known-good passes it, and what both name is bad', async () => {
    folder.write('tree/one', 'one');
    folder.write('tree/two', `two ${marker}`);
    folder.write('tree/both', 'both');
    const bad = folder.write('bad.txt', `${hash('sha256', 'one')}  Test.One\n${hash('sha256', 'both')}\n`);
    const good = folder.write('good.txt', `${hash('sha256', `two ${marker}`)}\n${hash('sha256', 'both')}\n`);
    const rules = folder.write('marker.yar', markerRule);
    const { report } = await scanReport(
      ['tree', '--hash-list', bad, '--known-good', good, '--rules', rules],
      options,
    );
    expect(verdictsIn(report.results)).toEqual({
      'tree/one': 'infected',
      'tree/two': 'clean',
      'tree/both': 'infected',
    });
  });

  test('a hash list with a wrong line is refused before anything is scanned', async () => {
    const list = folder.write('bad.txt', '# fine\nnot a hash\n');
    const run = await runVedette(['scan', '--clamd', 'none', '--json', '.', '--hash-list', list], options);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(`${list} is not valid in line 2`);
  });

  test('--rules adds rules to the built-in ones; --no-yara does without all of them', async () => {
    folder.write('tree/a', `x ${marker}`);
    const rules = folder.write('marker.yar', markerRule);
    const { code, report } = await scanReport(['tree', '--rules', rules], options);
    expect([code, report.results[0]?.verdict, report.results[0]?.detections[0]?.name]).toEqual([
      1,
      'suspicious',
      'Marker',
    ]);
    const without = await scanReport(['tree', '--no-yara', '--rules', rules], options);
    expect([without.code, without.report.results[0]?.engines]).toEqual([0, ['hash']]);
    expect(without.report.summary.generation).not.toBe(report.summary.generation);
  });

  test('a clamd that was asked for and is not there makes every verdict partial', async () => {
    folder.write('tree/a', 'a');
    const { code, report } = await scanReport(['--clamd', join(folder.path, 'no.sock'), 'tree'], options);
    expect(code).toBe(2);
    expect(report.results).toEqual([
      expect.objectContaining({ verdict: 'partial', reason: 'engine_unavailable' }),
    ]);
  });

  test('two at once in one data folder do not disturb each other', async () => {
    folder.write('tree/good', 'x');
    folder.write('tree/bad', eicar());
    const both = await Promise.all([1, 2].map(() => scanReport([noRules, 'tree'], options)));
    for (const { code, report } of both) {
      expect(code).toBe(1);
      expect(verdictsIn(report.results)).toEqual({ 'tree/good': 'clean', 'tree/bad': 'infected' });
    }
  });
});

describe('vedette scan --files-from', () => {
  test('- reads names line by line from standard input', async () => {
    const paths = ['tree/a', 'tree/b c'].map((name) => folder.write(name, name));
    const { report } = await scanReport([noRules, '--files-from', '-'], {
      ...options,
      stdin: `${paths.join('\n')}\n\n`,
    });
    expect(verdictsIn(report.results)).toEqual({ 'tree/a': 'clean', 'tree/b c': 'clean' });
  });

  test('- -0 reads names byte for byte, with newlines and bytes that are not UTF-8', async () => {
    const raw = `${folder.path}/tree/\uDCFF\uDCE9`;
    const newline = folder.write('tree/a\nb', 'x');
    writeFileSync(encodePath(raw), eicar());
    const name = Buffer.concat([Buffer.from(`${folder.path}/tree/`), Buffer.of(0xff, 0xe9)]);
    const stdin = Buffer.concat([Buffer.from(`${newline}\0`), name, Buffer.of(0)]);
    const { report } = await scanReport([noRules, '--files-from', '-', '-0'], { ...options, stdin });
    expect(verdictsIn(report.results)).toEqual({ 'tree/a\nb': 'clean', 'tree/\uFFFD\uFFFD': 'infected' });
    const found = report.results.find(({ verdict }) => verdict === 'infected');
    expect(found?.path_base64).toBe(name.toString('base64'));
  });

  test('reads a file, beside paths that are named', async () => {
    const list = folder.write('list', `${folder.write('tree/a', 'a')}\n${folder.path}/tree/gone\n`);
    folder.write('other/b', 'b');
    const { code, report } = await scanReport([noRules, '--files-from', list, 'other'], options);
    expect(code).toBe(2);
    expect(verdictsIn(report.results)).toEqual({
      'other/b': 'clean',
      'tree/a': 'clean',
      'tree/gone': 'unscannable',
    });
  });

  test('that cannot be read ends with 2 and says so', async () => {
    const run = await runVedette(['scan', '--clamd', 'none', '--files-from', 'missing'], options);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('the list of files in missing cannot be read');
  });
});

describe('a scan of a large tree', () => {
  const fileCount = 3000;
  const large = temporaryFolder();
  beforeAll(() => {
    for (let index = 0; index < fileCount; index += 1) {
      if (index % 500 === 0) mkdirSync(join(large.path, `tree/${index / 500}`), { recursive: true });
      writeFileSync(join(large.path, `tree/${Math.floor(index / 500)}/${index}`), `file ${index}`);
    }
  });
  afterAll(() => large[Symbol.dispose]());

  /** A scan that has told its first file, and is far from its last. */
  async function underWay(format: string): Promise<{ child: RunningVedette; first: Buffer }> {
    const args = ['scan', '--clamd', 'none', '--no-cache', '--all', format, join(large.path, 'tree')];
    const child = startVedette(args, options);
    const [first]: unknown[] = await once(child.stdout, 'data');
    if (!(first instanceof Buffer)) throw new TypeError('no bytes');
    child.stdout.unshift(first);
    return { child, first };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('ends at %s with what is known so far', async (signal) => {
    const { child } = await underWay('--json');
    child.kill(signal);
    const { code, stdout, stderr } = await outcomeOf(child);
    const { summary, results } = z
      .object({ summary: scanSummarySchema, results: z.array(scanResultSchema) })
      .parse(JSON.parse(stdout));
    expect(code).toBe(2);
    expect(stderr).toContain('stopping');
    expect(summary.interrupted).toBe(true);
    expect(summary.files).toBe(results.length);
    expect(summary.files).toBeGreaterThan(0);
    expect(summary.files).toBeLessThan(fileCount);
    await until(() => processesNaming(markOf(folder.path)).length === 0);
  });

  test('ends at once at a second Ctrl-C, and leaves no worker behind', async () => {
    const { child } = await underWay('--ndjson');
    child.stdout.resume();
    // With workers that do nothing more it cannot be over before the second one comes.
    const workers = processesNaming(markOf(folder.path)).filter((pid) => pid !== child.pid);
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    child.kill('SIGINT');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    child.stderr.resume();
    const [, signal]: unknown[] = await once(child, 'exit');
    for (const pid of workers.filter(isAlive)) process.kill(pid, 'SIGCONT');
    expect(signal).toBe('SIGINT');
    await until(() => processesNaming(markOf(folder.path)).length === 0);
  });

  test('leaves no worker behind when it is killed', async () => {
    const { child } = await underWay('--ndjson');
    expect(processesNaming(markOf(folder.path)).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await until(() => processesNaming(markOf(folder.path)).length === 0);
  });

  test('ends quietly when nobody reads on', async () => {
    const { child, first } = await underWay('--ndjson');
    expect(JSON.parse(first.toString('utf8').split('\n')[0] ?? '')).toHaveProperty('verdict', 'clean');
    child.stdout.destroy();
    const stderr: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    const [code]: unknown[] = await once(child, 'close');
    expect([code, stderr]).toEqual([2, []]);
    await until(() => processesNaming(markOf(folder.path)).length === 0);
  });
});

// Ends only when standard input does: the list has to be given the signal and let go of its stream.
test('a scan that waits for more names ends at Ctrl-C', async () => {
  const child = startVedette(
    ['scan', '--clamd', 'none', noRules, '--ndjson', '--all', '--files-from', '-'],
    options,
  );
  try {
    child.stdin.write(`${folder.write('tree/a', 'a')}\n`);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([2, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

describe('vedette rules', () => {
  test('check says what does not compile, in which file and line, and ends with 2', async () => {
    const bad = folder.write('bad.yar', 'rule Good { condition: true }\nrule Bad { condition: nope }\n');
    const run = await runVedette(['rules', 'check', bad, folder.write('good.yar', markerRule)], options);
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(new RegExp(`^${RegExp.escape(bad)}:2:\\d+: error E009: `));
    expect(run.stdout).toContain('1 of 2 files compile, with 1 rule ');
  });

  test('check ends with 0 when all compile, also with the built-in ones', async () => {
    const run = await runVedette(['rules', 'check', '--json'], options);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { files } = toolDocumentSchemas['vedette.rules-check/1'].strict().parse(JSON.parse(run.stdout));
    expect(files.length).toBeGreaterThan(1);
    expect(files.every(({ ok, rules }) => ok && rules > 0)).toBe(true);
  });

  test('check of a path that is not there ends with 2', async () => {
    expect((await runVedette(['rules', 'check', join(folder.path, 'no.yar')], options)).code).toBe(2);
  });

  test('shows with `test` what matches, and where', async () => {
    const file = folder.write('a', `xx${marker}`);
    const rules = folder.write('marker.yar', markerRule);
    // A link that is named is followed, as by a scan.
    const link = join(folder.path, 'link');
    symlinkSync(file, link);
    const run = await runVedette(['rules', 'test', link, '--rules', rules], options);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(
      new RegExp(`^Marker \\(low\\)\\n  \\$a +at 2, ${marker.length} bytes: [\\da-f]+\\n$`),
    );
    const none = await runVedette(['rules', 'test', folder.write('b', 'x'), '--rules', rules], options);
    expect(none).toMatchObject({ code: 0, stdout: 'No rule matches. 1 rule was tried.\n' });
  });

  test('ends with 2 at the `test` of a file that is not there', async () => {
    const run = await runVedette(['rules', 'test', join(folder.path, 'missing')], options);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('cannot be tested');
  });
});

describe('vedette', () => {
  const doctorSchema = toolDocumentSchemas['vedette.doctor/1'].strict();

  test('doctor --json tells what works', async () => {
    const run = await runVedette(['doctor', '--json'], {
      ...options,
      env: { VEDETTE_SCANNING_CLAMD: 'none' },
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { findings, engines } = doctorSchema.parse(JSON.parse(run.stdout));
    expect(findings.every(({ ok }) => ok)).toBe(true);
    expect(engines.map(({ name, state }) => [name, state])).toEqual([
      ['clamav', 'unavailable'],
      ['yara', 'ready'],
      ['hash', 'ready'],
    ]);
  });

  test('doctor ends with 2 and the cause when the workers cannot work', async () => {
    const list = folder.write('list', 'no hash\n');
    const env = { VEDETTE_SCANNING_CLAMD: 'none', VEDETTE_SCANNING_KNOWN_BAD_LISTS: list };
    const run = await runVedette(['doctor', '--json'], { ...options, env });
    expect(run.code).toBe(2);
    const { findings } = doctorSchema.parse(JSON.parse(run.stdout));
    expect(findings.find(({ ok }) => !ok)?.detail).toContain(`${list} is not valid in line 1`);
  });

  test.runIf(process.platform === 'linux')('that cannot say what it has to say ends with 2', async () => {
    const command = `exec '${vedette}' doctor --help > /dev/full`;
    const run = await runProgram('/bin/sh', ['-c', command], { timeoutMs: 20_000, expected: [2] });
    expect(run.stderr).toMatch(/^vedette: the output cannot be written: ENOSPC/);
  });

  test('that fails in a way nobody foresaw ends with 2: 1 says that something was found', async () => {
    const bug = folder.write(
      'bug.mjs',
      `process.once('beforeExit', () => { throw new TypeError('a bug'); });`,
    );
    const env = { NODE_OPTIONS: `--import=${bug}` };
    const run = await runVedette(['--version'], { ...options, env });
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^vedette: internal error: a bug\n/),
    });
  });

  test('--version and --help end with 0', async () => {
    const runs = await Promise.all(
      [['--version'], ['--help'], ['scan', '--help']].map((args) => runVedette(args, options)),
    );
    expect(runs.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(['0', '0', '0']);
  });
});
