// `--remote` as a person uses it: commands, and scans of this machine's files, through a real `vedette serve` and through services that fail.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { scanReportSchema, type ScanResult } from '../../src/shared/scan-report.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { act, allow, history, onlyRecord, threats } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { FakeService } from '../helpers/fake-service.ts';
import { outcomeOf, runVedette, startVedette, type Run } from '../helpers/run-vedette.ts';
import { temporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.ts';
import { WatchedHome } from '../helpers/watching.ts';

const addressSchema = z.object({ address: z.string() });
const upload = '/api/v1/scan';

/** What does not depend on when, and by whom, it was looked at. */
function factsOf({ path, path_base64: base64, verdict, reason, size_bytes: size, sha256 }: ScanResult) {
  return [path, base64, verdict, reason, size, sha256].join(' ');
}

async function reportOf(run: Promise<Run>) {
  const { code, stdout, stderr } = await run;
  return { code, stderr, ...scanReportSchema.parse(JSON.parse(stdout)) };
}

describe.skipIf(process.platform === 'win32')('through a service', () => {
  let home: WatchedHome;
  let here: TemporaryFolder;
  let url: string;
  let token: string;
  beforeAll(async () => {
    buildIfStale();
    home = new WatchedHome();
    here = temporaryFolder();
    home.configure({
      watch: { folders: [home.files], canary_interval_minutes: 0 },
      api: { enable_rate_limiting: false, max_request_size: 100_000 },
    });
    const child = startVedette(['serve', '--clamd', 'none', '--listen', '127.0.0.1:0', '--json'], {
      home: home.path,
    });
    const lines = createInterface({ input: child.stdout });
    const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(30_000) });
    url = addressSchema.parse(JSON.parse(String(line))).address;
    token = readFileSync(join(home.dataDir, 'api', 'owner.token'), 'utf8').trim();
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    here[Symbol.dispose]();
  });

  function run(...args: readonly string[]): Promise<Run> {
    return runVedette(args, { home: here.path, env: { VEDETTE_REMOTE: url, VEDETTE_TOKEN: token } });
  }

  test('files of this machine get the verdicts that this machine would give them', async () => {
    here.write('mine/infected', Buffer.concat([eicar(), Buffer.from(' ')]));
    here.write('mine/sub/clean', 'nothing');
    here.write('mine/sub/same', 'nothing');
    here.write('mine/empty');
    here.write('mine/left.iso', 'nothing');
    const mine = join(here.path, 'mine');
    symlinkSync('infected', join(mine, 'link'));
    if (process.platform === 'linux') {
      writeFileSync(encodePath(join(mine, 'sub', '\uDCFF')), 'bytes');
      execFileSync('mkfifo', [join(mine, 'fifo')]);
    }
    const args = ['scan', '--json', '--all', '--exclude=*.iso', '--', mine];
    const remotely = await reportOf(run(...args));
    const locally = await reportOf(
      runVedette(['scan', '--clamd', 'none', ...args.slice(1)], { home: here.path }),
    );
    expect([remotely.code, remotely.stderr]).toEqual([1, '']);
    expect(remotely.results.map(factsOf).toSorted()).toEqual(locally.results.map(factsOf).toSorted());
    const { files, clean, infected, unscannable, bytes, passed_over: passedOver } = locally.summary;
    expect(remotely.summary).toMatchObject({
      files,
      clean,
      infected,
      unscannable,
      bytes,
      passed_over: passedOver,
    });
    expect(remotely.summary.engines.map(({ name, state }) => [name, state])).toEqual(
      locally.summary.engines.map(({ name, state }) => [name, state]),
    );
    expect(remotely.summary.notices).toEqual([`the engines are those of ${url}`]);
    expect(remotely.results.find(({ verdict }) => verdict === 'infected')?.hybrid).toBe(false);
    expect(existsSync(join(mine, 'infected'))).toBe(true);

    const again = await reportOf(run(...args));
    expect(again.results.map(factsOf).toSorted()).toEqual(locally.results.map(factsOf).toSorted());
    expect(again.summary.from_cache).toBe(files - unscannable - 1);
    const events = await history({ run }, 'detection');
    expect(events.map(({ path }) => path)).toEqual(['upload:infected']);
  });

  test('what is too large for it is partial, and never clean', async () => {
    const path = here.write('large', 'x'.repeat(100_001));
    const { stdout, code } = await run('scan', path);
    expect([code, stdout]).toEqual([
      2,
      expect.stringContaining(`${path}: partial too_large (100001 bytes, more than`),
    ]);
  });

  test('its own files are looked at by their paths, and what was found is acted on, by who has the token', async () => {
    const path = home.write('found', eicar());
    const outside = home.write('outside', 'x', home.path);
    const report = await reportOf(
      run('scan', '--remote-paths', '--json', '--all', path, outside, home.files),
    );
    expect([report.code, report.results.map(({ verdict, reason }) => reason ?? verdict)]).toEqual([
      1,
      ['infected', 'not_allowed', 'special_file'],
    ]);
    const ids = (await threats({ run })).filter((each) => each.path === path).map(({ id }) => String(id));
    expect((await act({ run }, 'threats', 'quarantine', ...ids)).outcomes).toMatchObject([{ ok: true }]);
    expect(existsSync(path)).toBe(false);
    const { id } = await onlyRecord({ run });
    const [event] = await history({ run }, 'quarantined');
    expect(event?.actor).toBe('api owner');

    const exported = await act({ run }, 'quarantine', 'export', id, '--output', 'sample.zip');
    expect(exported.outcomes).toMatchObject([{ ok: true }]);
    expect(existsSync(join(here.path, 'sample.zip'))).toBe(false);
    expect((await act({ run }, 'quarantine', 'restore', id, '--allow')).outcomes).toMatchObject([
      { ok: true },
    ]);
    expect(existsSync(path)).toBe(true);
  });

  test('other commands are about it too, and end when they are done', async () => {
    await allow({ run }, 'path', '/srv/ours');
    const { stdout } = await runVedette(['allow'], { home: home.path });
    expect(stdout).toContain('/srv/ours');
    const job = await run('jobs', 'start', '--follow', home.files);
    expect([job.code, job.stdout]).toEqual([expect.any(Number), expect.stringContaining('is done.')]);
    expect(existsSync(join(here.path, 'data', 'vault'))).toBe(false);
  });

  test('a token may do no more than it was made for', async () => {
    const file = join(home.path, 'reader');
    await home.run('token', 'create', 'reader', '--scope', 'read', '--file', file);
    function asReader(...args: readonly string[]): Promise<Run> {
      return runVedette([...args, '--remote', url, '--token-file', file], { home: here.path });
    }
    expect((await asReader('brake')).code).toBe(0);
    const paused = await asReader('pause');
    expect([paused.code, paused.stderr]).toEqual([2, expect.stringContaining('vedette token create')]);
    const path = here.write('unknown', `unknown ${Math.random()}`);
    const scanned = await asReader('scan', path);
    expect([scanned.code, scanned.stdout]).toEqual([2, expect.stringContaining('unscannable interrupted')]);
  });
});

describe.skipIf(process.platform === 'win32')('a scan through a service', () => {
  test('that goes away ends with 2 and a whole report, in which nothing more is clean', async () => {
    using here = temporaryFolder();
    here.write('mine/a', 'a');
    await using service = await FakeService.start();
    service.intercept = (request, response) => {
      if (request.url?.startsWith(upload) !== true) return false;
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>');
      return true;
    };
    const args = ['scan', '--json', '--all', join(here.path, 'mine')];
    const report = await reportOf(runVedette(args, { home: here.path, env: service.env }));
    expect(report.code).toBe(2);
    expect(report.stderr).toContain('no service of Vedette (404, text/html)');
    expect(report.summary).toMatchObject({ files: 1, clean: 0, unscannable: 1, interrupted: true });
  });

  test('ends with what is known so far on Ctrl-C', async () => {
    using here = temporaryFolder();
    here.write('mine/a', 'a');
    await using service = await FakeService.start();
    const sent = Promise.withResolvers<void>();
    service.intercept = (request) => {
      if (request.url?.startsWith(upload) !== true) return false;
      sent.resolve();
      return true;
    };
    const child = startVedette(['scan', join(here.path, 'mine')], { home: here.path, env: service.env });
    const ended = outcomeOf(child);
    await sent.promise;
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout, stderr]).toEqual([
      2,
      expect.stringContaining('Stopped before any file was looked at.'),
      expect.stringContaining('here is what is known so far'),
    ]);
  });

  test('whose certificate is named in NODE_EXTRA_CA_CERTS is trusted', async () => {
    using here = temporaryFolder();
    const tls = makeCertificate();
    await using service = await FakeService.start({ tls });
    const path = here.write('mine/a', 'a');
    const NODE_EXTRA_CA_CERTS = here.write('ca.pem', tls.cert);
    const run = await runVedette(['scan', path], {
      home: here.path,
      env: { ...service.env, NODE_EXTRA_CA_CERTS },
    });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('Nothing found')]);
  });

  test.each([
    [['--clamd', 'none'], 'the engines are those of the service'],
    [['--remote', 'http://scanner.example'], '--allow-plain-http'],
  ])('with %j is bad usage', async (options, told) => {
    using here = temporaryFolder();
    const env = { VEDETTE_REMOTE: 'https://scanner.example', VEDETTE_TOKEN: 'vdt_something' };
    const run = await runVedette(['scan', ...options, '.'], { home: here.path, env });
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining(told)]);
  });
});
