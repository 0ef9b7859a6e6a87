// The routes of the API on a real socket: what stands in docs/api.md is sent as it stands there, and every wrong request is told why.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examples, requestOf } from '../../src/api/service/openapi/examples.ts';
import { listRoutes, type ListedRoute } from '../../src/api/service/openapi/route-list.ts';
import { calls, type CallName, type Handlers } from '../../src/shared/contract.ts';
import { errorReplySchema } from '../../src/shared/service-documents.ts';
import { ask, json, post, refused } from '../helpers/ask-api.ts';
import { findProgram, runProgram } from '../helpers/run-program.ts';
import { sampleOf } from '../helpers/sample-of.ts';
import { serveRoutes, type ServedRoutes } from '../helpers/served-routes.ts';

/** Every call answers the plainest document of the contract. */
function answersToAll(): Partial<Handlers> {
  const names = Object.keys(calls).filter((name): name is CallName => Object.hasOwn(calls, name));
  return Object.fromEntries(names.map((name) => [name, () => sampleOf(calls[name].output)]));
}

describe('the routes', () => {
  let served: ServedRoutes;
  beforeAll(async () => {
    served = await serveRoutes({ answers: answersToAll() });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.calls.length = 0;
    served.asked.length = 0;
    served.logged.length = 0;
  });

  const routes = listRoutes().filter(({ name }) => name !== 'events');
  test.each(routes.map((listed): [string, ListedRoute] => [listed.name, listed]))(
    'the example of %s is answered as it is described',
    async (_name, { name, facts, answer }) => {
      const example = examples[name];
      const { method, target, body } = requestOf(facts, example);
      // Here the allowed folder is a temporary one.
      const written = body?.replaceAll('/srv/uploads', served.allowed) ?? null;
      const type = example.file === undefined ? 'application/json' : 'application/octet-stream';
      const content = example.file === undefined ? written : 'bytes of a file';
      const reply = await ask(served, target, {
        method,
        ...(content === null ? {} : { headers: { 'content-type': type }, body: content }),
      });
      const status = answer.kind === 'json' ? answer.status : 200;
      expect([reply.status, reply.status === status ? '' : reply.text]).toEqual([status, '']);
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
      expect(reply.type).toContain(answer.kind === 'text' ? answer.type : 'application/json');
      // The look-ups send the text that they are given: a made-up one here.
      const isMadeUp = answer.kind === 'text' || name === 'lookup' || name === 'batch.lookup';
      expect(isMadeUp ? undefined : answer.schema.safeParse(reply.body).error).toBeUndefined();
    },
  );

  test.skipIf(findProgram('curl') === null)('docs/api.md can be copied into a shell as it is', async () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8');
    const blocks = [...page.matchAll(/^```sh\n(?<text>curl [\s\S]*?)\n```$/gm)].map(
      ({ groups }) => groups?.['text'] ?? '',
    );
    // Events have no end.
    const commands = blocks.filter((block) => !block.includes('/events'));
    expect([blocks.length, commands.length]).toEqual([listRoutes().length, listRoutes().length - 1]);
    const invoice = served.folder.write('shell/invoice.pdf', 'bytes of a file');
    const script = [
      'set -eu',
      `cd '${dirname(invoice)}'`,
      'curl() { command curl -sS --max-time 10 -o answer -w "%{http_code}\\n" "$@"; }',
      ...commands,
    ].join('\n');
    const { stdout } = await runProgram('sh', ['-c', script.replaceAll('/srv/uploads', served.allowed)], {
      timeoutMs: 60_000,
      env: { ...process.env, VEDETTE: served.origin, TOKEN: 'secret' },
    });
    const statuses = stdout.toString().trim().split('\n');
    expect(statuses).toHaveLength(commands.length);
    expect(statuses.filter((status) => !/^20[02]$/.test(status))).toEqual([]);
    expect(served.asked).toContainEqual({
      name: 'upload',
      input: expect.objectContaining({ name: 'invoice.pdf', bytes: 'bytes of a file' }),
    });
  });

  test('fields of path, query and body come to the handler, and who acts from the token', async () => {
    await ask(served, '/api/v1/findings?states=open&states=gone&limit=5');
    await ask(served, '/api/v1/jobs/7/cancel', { method: 'POST' });
    await ask(served, '/api/v1/protection/pause', post({ seconds: 60 }));
    await ask(served, '/api/v1/coverage/encrypted?limit=3');
    expect(served.calls).toEqual([
      { name: 'findings.list', input: { states: ['open', 'gone'], job: null, before: null, limit: 5 } },
      { name: 'jobs.cancel', input: { id: 7, actor: 'api pipeline' } },
      { name: 'protection.pause', input: { seconds: 60, actor: 'api pipeline' } },
      { name: 'coverage.files', input: { reason: 'encrypted', limit: 3 } },
    ]);
  });

  test.each([
    ['/api/v1/jobs/7/cancel', { actor: 'user root' }, 'actor'],
    ['/api/v1/jobs/7/cancel', { id: 8 }, 'id'],
    ['/api/v1/jobs/7/cancel', { nothing: 8 }, 'nothing'],
    ['/api/v1/jobs/x/cancel', {}, 'id'],
    ['/api/v1/protection/pause', {}, 'seconds'],
    ['/api/v1/protection/pause?seconds=5', { seconds: 5 }, 'seconds'],
    ['/api/v1/batch/scan', { paths: [] }, 'paths'],
    ['/api/v1/batch/scan', { paths: ['/a'], actor: 'x' }, 'actor'],
    ['/api/v1/batch/lookup', { sha256: ['abc'] }, 'sha256'],
    ['/api/v1/batch/lookup?fresh=true', { sha256: ['0'.repeat(64)] }, 'fresh'],
    ['/api/v1/batch/cache/warm', {}, 'name paths or hashes'],
    ['/api/v1/scan?name=x', { path: '/a' }, 'name'],
    ['/api/v1/sweep', [], 'JSON object'],
    ['/api/v1/sweep', 'text', 'JSON object'],
  ])('POST %s with %j is refused by the name of %s', async (target, body, name) => {
    const reply = await ask(served, target, post(body));
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', name)]);
    expect([...served.calls, ...served.asked]).toEqual([]);
  });

  test.each([
    ['/api/v1/findings?limit=0', 'limit'],
    ['/api/v1/findings?state=open', 'state'],
    ['/api/v1/status?x=1', 'x'],
    ['/api/v1/statistics?x=1', 'x'],
    ['/api/v1/openapi.json?x=1', 'x'],
    ['/api/v1/batch/detections/recent?severity=worst', 'severity'],
    ['/api/v1/lookup/abc', 'sha256'],
    [`/api/v1/lookup/${'0'.repeat(64)}?fresh=true`, 'fresh'],
    ['/api/v1/events?all=yes', 'all'],
  ])('GET %s is refused by the name of %s', async (target, name) => {
    const reply = await ask(served, target);
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', name)]);
    expect([...served.calls, ...served.asked]).toEqual([]);
  });

  test('__proto__ in a body is a field that is not known', async () => {
    const body = '{"__proto__":{"actor":"user root"}}';
    const reply = await ask(served, '/api/v1/sweep', { method: 'POST', headers: json, body });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', '')]);
  });

  test('a hash is looked up as it is written, and the text goes out as it is', async () => {
    const hash = 'aB'.repeat(32);
    const reply = await ask(served, `/api/v1/lookup/${hash}`);
    expect(reply).toMatchObject({
      status: 200,
      type: 'application/json; charset=utf-8',
      text: `{"known":"${hash}"}`,
    });
    const many = await ask(served, '/api/v1/batch/lookup', post({ sha256: [hash, hash] }));
    expect(many).toMatchObject({ status: 200, text: '{"total_processed":2}' });
  });

  test.each([
    ['application/octet-stream', '?name=a%20b.exe&fresh=true', { name: 'a b.exe', fresh: true }],
    ['application/x-www-form-urlencoded', '', { name: 'unnamed', fresh: false }],
    ['text/plain', '', { name: 'unnamed', fresh: false }],
  ])('a body of the type %s is a file', async (type, query, facts) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: 'bytes=1' };
    expect((await ask(served, `/api/v1/scan${query}`, init)).status).toBe(200);
    const expected = { ...facts, maxBytes: 4096, actor: 'api pipeline', bytes: 'bytes=1' };
    expect(served.asked).toEqual([{ name: 'upload', input: expected }]);
  });

  test('an empty file is a file', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream' } };
    expect((await ask(served, '/api/v1/scan', init)).status).toBe(200);
    expect(served.asked).toMatchObject([{ name: 'upload', input: { bytes: '' } }]);
  });

  test('no body at all is no file', async () => {
    const reply = await ask(served, '/api/v1/scan', { method: 'POST' });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'path')]);
  });

  test('multipart is refused with how to send the bytes', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const reply = await ask(served, '/api/v1/scan', { method: 'POST', headers, body: '--x--' });
    expect([reply.status, reply.body]).toEqual([415, refused('CALL_INVALID', 'application/octet-stream')]);
    expect(served.asked).toEqual([]);
  });

  test.each(['/api/v1/batch/scan', '/api/v1/sweep', '/api/v1/allow'])(
    '%s takes only JSON',
    async (target) => {
      for (const type of ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
        const headers = { 'content-type': type };
        const reply = await ask(served, target, { method: 'POST', headers, body: '{}' });
        expect([reply.status, reply.body]).toEqual([415, refused('CALL_INVALID', 'application/json')]);
      }
    },
  );

  test('a body that is not JSON is told so', async () => {
    const reply = await ask(served, '/api/v1/sweep', { method: 'POST', headers: json, body: '{"a":' });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'not JSON')]);
  });

  test.each([
    ['/api/v1/batch/scan', 'application/json'],
    ['/api/v1/scan', 'application/json'],
    ['/api/v1/scan', 'application/octet-stream'],
  ])('%s refuses a body of the type %s that is too large', async (target, type) => {
    const headers = { 'content-type': type };
    const reply = await ask(served, target, { method: 'POST', headers, body: ' '.repeat(4097) });
    expect(reply.status).toBe(413);
    expect(errorReplySchema.parse(reply.body).error.code).toBe('TOO_LARGE');
    expect(reply.headers.get('connection')).toBe('close');
    expect(served.asked).toEqual([]);
  });

  test('jobs and restores keep to the allowed folders', async () => {
    const { allowed, folder } = served;
    const inside = join(allowed, 'new');
    const outside = join(folder.path, 'elsewhere');
    const id = '0'.repeat(32);
    const attempts = [
      ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [inside, outside] })),
      ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [`${allowed}/../elsewhere`] })),
      ask(served, '/api/v1/quarantine/restore', post({ ids: [id], to: outside })),
    ];
    for (const reply of await Promise.all(attempts)) {
      expect(reply.status).toBe(403);
      expect(errorReplySchema.parse(reply.body).error.code).toBe('NOT_ALLOWED');
    }
    expect(served.calls).toEqual([]);
    expect((await ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [inside] }))).status).toBe(200);
    const back = await ask(served, '/api/v1/quarantine/restore', post({ ids: [id], to: inside }));
    expect(back.status).toBe(200);
    expect(served.calls.map(({ name }) => name)).toEqual(['jobs.start', 'quarantine.restore']);
  });

  test('an export has a bare name and lands in the folder for exports', async () => {
    const fields = { ids: ['0'.repeat(32)], password: 'infected' };
    for (const file of ['/tmp/a.zip', '../a.zip', 'a.exe', '.zip', 'a\\b.zip']) {
      const reply = await ask(served, '/api/v1/quarantine/export', post({ ...fields, file }));
      expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'file')]);
    }
    await ask(served, '/api/v1/quarantine/export', post({ ...fields, file: 'a.zip' }));
    const file = join(served.folder.path, 'exports', 'a.zip');
    expect(served.calls).toEqual([
      { name: 'quarantine.export', input: { ...fields, file, actor: 'api pipeline' } },
    ]);
  });

  test('a warming that is not there is not found', async () => {
    const reply = await ask(served, '/api/v1/batch/cache/warm/other');
    expect([reply.status, reply.body]).toEqual([404, refused('NOT_FOUND', 'other')]);
  });
});
