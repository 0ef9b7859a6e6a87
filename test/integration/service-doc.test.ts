// docs/service.md as its reader follows it: every block is run as it is printed, in order, against a `vedette serve`; only address and folder are the test's.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { loadConfigurationAt } from '../../src/core/config/load-configuration.ts';
import {
  batchScanAnswerSchema,
  errorReplySchema,
  lookupResultSchema,
  maxBatchItems,
  scanAnswerSchema,
} from '../../src/shared/service-documents.ts';
import { apiSchema } from '../../src/shared/settings/api.ts';
import { zipOf } from '../helpers/archives.ts';
import { blocksIn, type DocBlock } from '../helpers/doc-blocks.ts';
import { eicar } from '../helpers/eicar.ts';
import { ServingHome } from '../helpers/serving-home.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'service.md'), 'utf8');
const blocks = blocksIn(page);
const scripts = blocks.filter(({ language }) => language === 'sh');
const programs = blocks.filter(({ language }) => language === 'python');
const canRun =
  process.platform === 'linux' &&
  ['bash', 'curl', 'python3'].every((name) => spawnSync(name, ['--version']).status === 0);

const printedAddress = `http://${apiSchema.parse({}).listen}`;
const printedFolder = '/srv/incoming';
const runLimitMs = 50_000;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a reader sees: by heading, one for each block of `sh` under it. */
const seen: Readonly<Record<string, readonly ((run: Run) => void)[]>> = {
  'Start it and make a token': [
    ({ stdout, stderr }) => {
      expect([stdout, stderr]).toEqual(['', expect.stringContaining('pipeline.token')]);
      expect(statSync(join(folder, 'pipeline.token')).mode & 0o777).toBe(0o600);
    },
    ({ stdout }) => expect(stdout).toBe(''),
    ({ stdout }) => expect(stdout).toMatch(/^\{"status":"ok"\}\s*\{"status":"ready".*\}$/),
  ],
  'Look up a content': [
    ({ stdout }) =>
      expect(lookupResultSchema.parse(JSON.parse(stdout))).toMatchObject({ known: false, verdict: null }),
  ],
  'Scan an upload': [
    ({ stdout }) => {
      const { result } = scanAnswerSchema.parse(JSON.parse(stdout));
      expect(result).toMatchObject({ path: 'upload:invoice.pdf', verdict: 'clean' });
    },
  ],
  'Scan files where they are': [
    ({ stdout }) => {
      const { results, ...sums } = batchScanAnswerSchema.parse(JSON.parse(stdout));
      expect(sums).toMatchObject({ total_processed: 2, total_infected: 0 });
      expect(results.map(({ path, verdict }) => [path, verdict])).toEqual([
        [join(folder, 'invoice.pdf'), 'clean'],
        [join(folder, 'letter.txt'), 'clean'],
      ]);
    },
  ],
  'From Python, without packages': [
    ({ stdout }) => expect(stdout).toBe('invoice.pdf clean \nletter.txt clean \n'),
    ({ stdout }) => expect(stdout).toMatch(/^\d+ files, 0 not clean\n$/),
    ({ stdout, stderr }) => expect([stdout, stderr]).toEqual([expect.stringContaining('2 files'), '']),
  ],
  'Errors, and too many requests': [
    ({ stdout }) => {
      expect(errorReplySchema.parse(JSON.parse(stdout)).error.code).toBe('NOT_ADMITTED');
      const [printed = ''] = /^ {4}\{"error".*$/m.exec(page) ?? [];
      const [first = ''] = /^.*?(?=…)/.exec(printed.trim()) ?? [];
      expect(stdout.startsWith(first)).toBe(true);
    },
  ],
  'Rotate a token': [({ stdout }) => expect(stdout).toBe('')],
};

let folder = '';

describe.runIf(canRun)('docs/service.md', () => {
  let home: ServingHome;
  let address = '';

  beforeAll(async () => {
    buildIfStale();
    home = new ServingHome();
    folder = home.folder('incoming');
    const watched = home.folder('watched');
    home.write('incoming/invoice.pdf', '%PDF-1.4 an invoice\n');
    home.write('incoming/letter.txt', 'a letter\n');
    const [api] = blocks.filter(({ language }) => language === 'toml');
    const settings = `${asHere(api?.text ?? '')}[watch]\nfolders = [${JSON.stringify(watched)}]\nwatch_removable = false\n`;
    home.write('.config/vedette/rt_protection_config.toml', settings);
    address = await home.serve();
    for (const { info, text } of programs) home.write(`incoming/${info}`, asHere(text));
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
  });

  function asHere(text: string): string {
    return text.replaceAll(printedAddress, address).replaceAll(printedFolder, folder);
  }

  async function shell(script: string, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...home.env, PYTHONDONTWRITEBYTECODE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: runLimitMs,
      killSignal: 'SIGKILL',
    });
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      textOf(child.stdout),
      textOf(child.stderr),
    ]);
    return { code: typeof code === 'number' ? code : null, stdout, stderr };
  }

  /** Names that later blocks use. */
  const names = scripts.find(({ text }) => text.startsWith('VEDETTE='))?.text ?? '';

  test('has nothing that is neither run nor read here', () => {
    const headings = scripts.map(({ heading }) => heading);
    const expected = Object.entries(seen).flatMap(([heading, checks]) => checks.map(() => heading));
    expect(headings).toEqual(expected);
    const others = blocks.filter(({ language }) => !['sh', 'python', 'toml'].includes(language));
    expect(others).toEqual([]);
    expect(names).toContain('ask()');
  });

  test('says under which name each program is to be saved, and runs or imports it', () => {
    expect(programs.length).toBe(3);
    const unsaid = programs.filter(
      ({ info }) => !/^\w+\.py$/.test(info) || !page.includes(`Save it as \`${info}\``),
    );
    expect(unsaid).toEqual([]);
    const all = [...scripts, ...programs].map(({ text }) => text).join('');
    const unused = programs.filter(
      ({ info }) =>
        !all.includes(`python3 ${info}`) && !all.includes(`from ${info.replace('.py', '')} import`),
    );
    expect(unused).toEqual([]);
  });

  test('prints settings that are allowed', () => {
    const printed = blocks.filter(({ language }) => language === 'toml');
    expect(printed.length).toBe(2);
    for (const { text } of printed) {
      const file = home.write('printed.toml', text);
      const place = { file, mustExist: true, overlay: null, env: {} };
      const { settings } = loadConfigurationAt(place, { saveMigration: false });
      expect(settings.api).not.toEqual(apiSchema.parse({}));
    }
  });

  test('names the limits that hold where nobody changed them', () => {
    const limits = apiSchema.parse({});
    expect(page).toContain(
      `${limits.rate_limit_rpm} requests a minute and client, ${limits.rate_limit_burst} more in a burst`,
    );
    expect(page).toContain(`\`[api] max_request_size\` (${limits.max_request_size / 1024 / 1024} MiB`);
    expect(page).toContain(`up to ${maxBatchItems} in a request`);
  });

  test.each(scripts.map((block, index) => ({ ...block, place: `${index + 1}, ${block.heading}` })))(
    'block $place: works as it is printed',
    async (block) => {
      const script = block.text === names ? names : `${names}\n${block.text}`;
      const run = await shell(asHere(script));
      expect(run).toMatchObject({ code: 0 });
      checkOf(block)(run);
    },
  );

  function checkOf(block: DocBlock): (run: Run) => void {
    const siblings = scripts.filter(({ heading }) => heading === block.heading);
    const check = seen[block.heading]?.[siblings.findIndex(({ text }) => text === block.text)];
    if (check === undefined) throw new Error(`nobody says what is seen under ${block.heading}`);
    return check;
  }

  test('the script for uploads lets only clean files through', async () => {
    home.write('incoming/eicar.com', eicar());
    const secret = { name: 'secret.txt', bytes: Buffer.from('nobody can look'), encrypted: true };
    home.write('incoming/locked.zip', zipOf([secret]));
    const run = await shell('python3 check_uploads.py eicar.com letter.txt locked.zip');
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'eicar.com infected',
      'letter.txt clean',
      'locked.zip partial',
      '',
    ]);
  });

  test('the script for folders names what is not clean, and what it may not look at', async () => {
    const inside = await shell(asHere('python3 check_folder.py /srv/incoming'));
    expect([inside.code, inside.stderr]).toEqual([1, '']);
    expect(inside.stdout).toContain(`${join(folder, 'eicar.com')} infected`);
    expect(inside.stdout).toContain(`${join(folder, 'locked.zip')} partial encrypted`);
    const elsewhere = home.folder('elsewhere');
    home.write('elsewhere/file', 'x');
    const outside = await shell(`python3 check_folder.py ${elsewhere}`);
    expect([outside.code, outside.stdout]).toEqual([
      1,
      `${join(elsewhere, 'file')} unscannable not_allowed\n1 files, 1 not clean\n`,
    ]);
  });

  test('the function for Python says what an error says', async () => {
    const run = await shell(`python3 -c 'from vedette_api import ask; ask("/api/v1/brake/release", {})'`);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/RuntimeError: NOT_ALLOWED: .*manage.* \(request [\w.-]+\)/);
  });

  test('the function for Python waits as long as it is told, and asks again', async () => {
    const asked: number[] = [];
    await using busy = createServer((request, response) => {
      asked.push(performance.now());
      request.resume();
      if (asked.length === 1) response.writeHead(429, { 'retry-after': '1' }).end('{}');
      else response.end('{"second": true}');
    }).listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = z.object({ port: z.number() }).parse(busy.address());
    const run = await shell(`python3 -c 'from vedette_api import ask; print(ask("/", {}))'`, {
      VEDETTE: `http://127.0.0.1:${port}`,
    });
    expect(run).toEqual({ code: 0, stdout: "{'second': True}\n", stderr: '' });
    const [first = 0, second = 0] = asked;
    expect(second - first).toBeGreaterThan(950);
  });

  test('the service itself had nothing to complain of', () => {
    expect(home.stderr).toBe('');
  });
});
