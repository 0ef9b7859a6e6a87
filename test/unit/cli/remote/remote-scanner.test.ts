import { symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Told } from '../../../../src/cli/remote/known-contents.ts';
import { scanPaths } from '../../../../src/cli/remote/path-scanner.ts';
import { RemoteScanner } from '../../../../src/cli/remote/remote-scanner.ts';
import { ScanClient } from '../../../../src/cli/remote/scan-client.ts';
import { ServiceClient } from '../../../../src/cli/remote/service-client.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';
import { walk, type WalkEntry } from '../../../../src/core/intake/walk.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { FakeService, fakeToken, knownContent, refuse, sha256Of } from '../../../helpers/fake-service.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { detection } from '../sample-reports.ts';

interface Outcome {
  readonly told: ReadonlyMap<string, Told>;
  /** `PATH: verdict reason`, in the order of the paths. */
  readonly lines: readonly string[];
  readonly error: unknown;
}

const upload = '/api/v1/scan';
const lookup = '/api/v1/batch/lookup';

async function scan(
  service: FakeService,
  roots: readonly string[],
  {
    maxFileSizeBytes = 1e9,
    ending = new AbortController(),
    groups = [walk(roots)] as Iterable<WalkEntry>[],
  } = {},
): Promise<Outcome> {
  const url = parseServiceUrl(service.url, false);
  using client = new ServiceClient({ url, token: fakeToken, connections: 8, retryAfterMs: [1, 1] });
  const told = new Map<string, Told>();
  const scanner = new RemoteScanner({
    service: new ScanClient(client, ending.signal),
    maxFileSizeBytes,
    ending,
    onTold: (path, one) => {
      if (told.has(path)) throw new TypeError(`${path} is told twice`);
      told.set(path, one);
    },
    beforeEach: () => undefined,
  });
  let error: unknown = null;
  await scanner.scan(each(groups)).catch((reason: unknown) => (error = reason));
  const lines = [...told]
    .map(([path, { verdict }]) => `${path.slice((roots[0]?.length ?? 0) + 1)}: ${wordsOf(verdict)}`)
    .toSorted();
  return { told, lines, error };
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function wordsOf({ judgement }: Told['verdict']): string {
  return 'reason' in judgement ? `${judgement.kind} ${judgement.reason}` : judgement.kind;
}

describe('a remote scan', () => {
  test('asks about all contents at once and sends only what nobody knows, each content once', async () => {
    using folder = temporaryFolder();
    folder.write('known', 'known');
    folder.write('bad', 'bad');
    folder.write('new', 'new');
    folder.write('same', 'new');
    folder.write('empty');
    await using service = await FakeService.start({ answers: { 'allow.list': () => ({ entries: [] }) } });
    service.known.set(sha256Of('known'), knownContent(sha256Of('known')));
    service.known.set(sha256Of('bad'), knownContent(sha256Of('bad'), [detection()]));
    service.judge = (bytes) =>
      String(bytes) === 'new' ? { verdict: 'suspicious', detections: [detection()] } : {};
    const { lines, told, error } = await scan(service, [folder.path]);
    expect([error, lines]).toEqual([
      null,
      ['bad: infected', 'empty: clean', 'known: clean', 'new: suspicious', 'same: suspicious'],
    ]);
    expect(service.sent(lookup)).toHaveLength(1);
    expect(service.sent(upload).map(({ body }) => String(body))).toEqual(['new']);
    expect(service.sent(upload)[0]?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '3',
    });
    const cached = [...told.values()].filter(({ verdict }) => verdict.cachedFrom !== null);
    expect(cached).toHaveLength(3);
    expect(told.get(join(folder.path, 'known'))?.verdict).toMatchObject({
      sha256: sha256Of('known'),
      sizeBytes: 5,
      engines: ['hash', 'yara'],
    });
  });

  test('judges here what is no regular file, too large, or may not be read', async () => {
    using folder = temporaryFolder();
    folder.write('large', 'x'.repeat(11));
    symlinkSync('nowhere', join(folder.path, 'link'));
    await using service = await FakeService.start();
    const groups = [
      walk([folder.path]),
      [
        { kind: 'file', path: join(folder.path, 'gone') },
        { kind: 'file', path: join(folder.path, 'link') },
        { kind: 'file', path: folder.path },
      ] as const,
    ];
    const { lines } = await scan(service, [folder.path], { maxFileSizeBytes: 10, groups });
    expect(lines).toEqual([
      ': unscannable special_file',
      'gone: unscannable vanished',
      'large: partial too_large',
      'link: unscannable symbolic_link',
    ]);
    expect(service.seen).toEqual([]);
  });

  test('looks at names and contents of any kind, and more than one batch', async () => {
    using folder = temporaryFolder();
    await using service = await FakeService.start();
    for (let number = 0; number < 520; number += 1) {
      folder.write(`f${number}`, `content ${number}`);
      const sha256 = sha256Of(`content ${number}`);
      if (number % 20 !== 0) service.known.set(sha256, knownContent(sha256));
    }
    folder.write('large', 'x'.repeat(700_000));
    const { told, error } = await scan(service, [folder.path]);
    expect([error, told.size]).toEqual([null, 521]);
    expect(service.sent(lookup).length).toBe(2);
    expect(service.sent(upload)).toHaveLength(27);
    expect([...told.values()].every(({ verdict }) => verdict.judgement.kind === 'clean')).toBe(true);
  });

  test('calls a file too large that the service does not take, and tries no larger one', async () => {
    using folder = temporaryFolder();
    const paths = [
      folder.write('a', 'x'.repeat(2_000_000)),
      folder.write('b', 'y'.repeat(2_000_001)),
      folder.write('c', 'small'),
    ];
    await using service = await FakeService.start();
    let refused = 0;
    service.intercept = (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 1_000_000) return false;
      refused += 1;
      const error = new AppError('TOO_LARGE', 'Too large.', { details: { max_bytes: 1_000_000 } });
      refuse(response, error, { connection: 'close' });
      return true;
    };
    // One after another: the first refusal is known when the second file comes.
    const groups = paths.map((path) => walk([path]));
    const { lines, error } = await scan(service, [folder.path], { groups });
    expect([error, lines]).toEqual([null, ['a: partial too_large', 'b: partial too_large', 'c: clean']]);
    expect(refused).toBeGreaterThan(0);
  });

  test('hears a refusal although the connection broke while it was sending', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'x'.repeat(8_000_000));
    await using service = await FakeService.start();
    const expected: (string | undefined)[] = [];
    service.intercept = (request, response) => {
      if (!request.url?.startsWith(upload)) return false;
      expected.push(request.headers.expect);
      // The answer of the first is lost with its connection.
      if (expected.length === 1) request.socket.resetAndDestroy();
      else refuse(response, new AppError('TOO_LARGE', 'Too large.'), { connection: 'close' });
      return true;
    };
    const { lines } = await scan(service, [path]);
    expect(lines).toEqual([': partial too_large']);
    expect(expected).toEqual([undefined, '100-continue']);
  });

  test('takes the word of a service only for the bytes that were sent', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'mine');
    await using service = await FakeService.start();
    service.judge = () => ({ sha256: sha256Of('other') });
    expect((await scan(service, [path])).lines).toEqual([': partial unstable']);
    expect(service.sent(upload)).toHaveLength(3);
  });

  test('takes no verdict that names no bytes', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'mine');
    await using service = await FakeService.start();
    service.judge = () => ({ sha256: null });
    expect((await scan(service, [path])).lines).toEqual([': unscannable protocol_error']);
  });

  test('sends a file again that changed on its way, and calls one unstable that always does', async () => {
    using folder = temporaryFolder();
    const [once, always] = [folder.write('1', 'before'), folder.write('2', 'start')];
    await using service = await FakeService.start();
    service.judge = (bytes) => {
      if (String(bytes) === 'before') writeFileSync(once, 'afterwards');
      if (String(bytes).startsWith('start')) writeFileSync(always, `start ${service.seen.length}`);
      return String(bytes) === 'afterwards' ? { verdict: 'infected', detections: [detection()] } : {};
    };
    const { lines } = await scan(service, [folder.path]);
    expect(lines).toEqual(['1: infected', '2: partial unstable']);
    expect(service.sent(upload)).toHaveLength(5);
  });

  test('does not call clean what is gone by then, but a finding stays one', async () => {
    using folder = temporaryFolder();
    const [good, bad] = [folder.write('good', 'good'), folder.write('bad', 'bad')];
    await using service = await FakeService.start();
    service.judge = (bytes) => {
      unlinkSync(String(bytes) === 'good' ? good : bad);
      return String(bytes) === 'good' ? {} : { verdict: 'infected', detections: [detection()] };
    };
    expect((await scan(service, [folder.path])).lines).toEqual([
      'bad: infected',
      'good: unscannable vanished',
    ]);
  });

  test('sends again what became shorter while it was sent', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'x'.repeat(8_000_000));
    await using service = await FakeService.start();
    service.intercept = (request) => {
      if (request.url?.startsWith(upload) === true && request.headers['content-length'] === '8000000')
        truncateSync(path, 1000);
      return false;
    };
    const { lines, told } = await scan(service, [path]);
    expect([lines, told.get(path)?.verdict.sizeBytes]).toEqual([[': clean'], 1000]);
  });

  test('tells that the allow-list of the service names what it knows', async () => {
    using folder = temporaryFolder();
    const path = folder.write('bad', 'bad');
    const sha256 = sha256Of('bad');
    const facts = { id: 1, reason: 'ours', author: 'user a', created_at: 1 };
    await using service = await FakeService.start({
      answers: { 'allow.list': () => ({ entries: [{ ...facts, kind: 'hash', value: sha256 }] }) },
    });
    service.known.set(sha256, knownContent(sha256, [detection()]));
    const { told } = await scan(service, [path]);
    expect(told.get(path)).toMatchObject({
      verdict: { judgement: { kind: 'infected' } },
      allowed: { kind: 'hash', value: sha256, reason: 'ours', author: 'user a' },
    });
  });

  test('goes on after a service that was away for a moment, and one that limits requests', async () => {
    using folder = temporaryFolder();
    folder.write('a', 'a');
    folder.write('b', 'b');
    await using service = await FakeService.start();
    let requests = 0;
    service.intercept = (request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else if (requests === 2) refuse(response, new AppError('SHUTTING_DOWN', 'Later.'));
      else if (requests === 4)
        refuse(response, new AppError('RATE_LIMITED', 'Later.'), { 'retry-after': '0' });
      else return false;
      return true;
    };
    const { lines, error } = await scan(service, [folder.path]);
    expect([error, lines]).toEqual([null, ['a: clean', 'b: clean']]);
  });

  test('tells what was in hand as interrupted when the service goes away, and nothing as clean', async () => {
    using folder = temporaryFolder();
    for (let number = 0; number < 20; number += 1) folder.write(`f${number}`, `content ${number}`);
    await using service = await FakeService.start();
    service.intercept = (request) => {
      if (service.sent(upload).length < 3 || !request.url?.startsWith(upload)) return false;
      request.socket.destroy();
      return true;
    };
    const { lines, error } = await scan(service, [folder.path]);
    expect(error).toMatchObject({ code: 'CALL_FAILED' });
    expect(lines).toHaveLength(20);
    const clean = lines.filter((line) => line.endsWith(': clean'));
    const interrupted = lines.filter((line) => line.endsWith('unscannable interrupted'));
    expect([clean.length + interrupted.length, interrupted.length > 10]).toEqual([20, true]);
  });

  test.each([
    ['NOT_ADMITTED', 401],
    ['NOT_ALLOWED', 403],
  ] as const)('ends with %s: no other file would be taken either', async (code, status) => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'a');
    await using service = await FakeService.start();
    service.intercept = (request, response) => {
      if (!request.url?.startsWith(upload)) return false;
      refuse(response, new AppError(code, 'No.'), {}, status);
      return true;
    };
    const { lines, error } = await scan(service, [path]);
    expect([lines, error]).toEqual([[': unscannable interrupted'], expect.objectContaining({ code })]);
  });

  test('calls a file that the service failed at unscannable, and goes on', async () => {
    using folder = temporaryFolder();
    folder.write('a', 'a');
    folder.write('b', 'b');
    await using service = await FakeService.start();
    service.judge = (bytes) => {
      if (String(bytes) === 'a') throw new AppError('FILE_UNWRITABLE', 'The disk is full.');
      return {};
    };
    const { lines, error } = await scan(service, [folder.path]);
    expect([error, lines]).toEqual([null, ['a: unscannable protocol_error', 'b: clean']]);
  });

  test('does not believe an answer about other contents', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'a');
    await using service = await FakeService.start();
    service.known.set(sha256Of('a'), knownContent(sha256Of('b')));
    const { lines, error } = await scan(service, [path]);
    expect([lines, error]).toEqual([
      [': unscannable interrupted'],
      expect.objectContaining({ code: 'CALL_FAILED' }),
    ]);
  });

  test('tells nothing more after an abort, and is no failure', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'a');
    await using service = await FakeService.start();
    const ending = new AbortController();
    service.intercept = (request) => {
      if (!request.url?.startsWith(upload)) return false;
      ending.abort();
      return true;
    };
    const { lines, error } = await scan(service, [path], { ending });
    expect([lines, error]).toEqual([[], null]);
  });

  test('finishes what it has when no more entries can be had, and says why', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'a');
    await using service = await FakeService.start();
    function* broken(): Generator<WalkEntry> {
      yield { kind: 'file', path };
      throw new AppError('FILE_UNREADABLE', 'the list');
    }
    const { lines, error } = await scan(service, [path], { groups: [broken()] });
    expect([lines, error]).toEqual([[': clean'], expect.objectContaining({ code: 'FILE_UNREADABLE' })]);
  });
});

describe('files on the machine of the service', () => {
  test('are asked for a thousand at a time, and told under the names that were given', async () => {
    await using service = await FakeService.start();
    service.judge = (_bytes, path) =>
      path === '/srv/\uDCFF'
        ? { verdict: 'unscannable', reason: 'not_allowed', detail: 'outside', sha256: null }
        : {};
    const url = parseServiceUrl(service.url, false);
    using client = new ServiceClient({ url, token: fakeToken });
    const { signal } = new AbortController();
    const told: [string, string][] = [];
    const paths = [...Array.from({ length: 1000 }, (_, index) => `/srv/${index}`), '/srv/\uDCFF'];
    await scanPaths(each([paths]), {
      service: new ScanClient(client, signal),
      signal,
      onTold: (path, { verdict }) => void told.push([path, wordsOf(verdict)]),
      beforeEach: () => undefined,
    });
    expect(service.seen).toHaveLength(2);
    expect(told.map(([path]) => path)).toEqual(paths);
    expect([told[0]?.[1], told.at(-1)?.[1]]).toEqual(['clean', 'unscannable not_allowed']);
  });

  test('are told as interrupted when nobody answers', async () => {
    const service = await FakeService.start();
    const url = parseServiceUrl(service.url, false);
    await service[Symbol.asyncDispose]();
    using client = new ServiceClient({ url, token: fakeToken });
    const { signal } = new AbortController();
    const told: string[] = [];
    const work = scanPaths(each([['/a', '/b']]), {
      service: new ScanClient(client, signal),
      signal,
      onTold: (_path, { verdict }) => void told.push(wordsOf(verdict)),
      beforeEach: () => undefined,
    });
    await expect(work).rejects.toMatchObject({ code: 'CALL_FAILED' });
    expect(told).toEqual(['unscannable interrupted', 'unscannable interrupted']);
  });
});
