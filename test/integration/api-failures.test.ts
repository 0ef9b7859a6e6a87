// What goes wrong behind a route of the API, and what its client does: the log has the story, the answer only that it failed.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { ask, json, refused } from '../helpers/ask-api.ts';
import { serveRoutes, type ServedRoutes } from '../helpers/served-routes.ts';

describe('what goes wrong behind a route', () => {
  let served: ServedRoutes;
  const scanning = Promise.withResolvers<AbortSignal>();
  const uploading = Promise.withResolvers<Readable>();
  beforeAll(async () => {
    served = await serveRoutes({
      answers: {
        status: () => {
          throw new TypeError('a bug at /home/ada/vedette.ts:3');
        },
        // The contract says more than this.
        brake: () => JSON.parse('{"on": 3}'),
      },
      readiness: () => Promise.resolve({ status: 'not_ready', reasons: ['no engine is there'] }),
      scans: {
        many(_input, signal) {
          scanning.resolve(signal);
          return new Promise(() => {});
        },
        async upload(body) {
          uploading.resolve(body);
          await once(body, 'close');
          throw new Error('the body broke off');
        },
      },
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.each(['/api/v1/status', '/api/v1/brake'])(
    'a bug behind %s is logged under the id of the request, and its story is not sent',
    async (target) => {
      served.logged.length = 0;
      const reply = await ask(served, target);
      expect([reply.status, reply.body]).toEqual([502, refused('CALL_FAILED', 'the log of Vedette')]);
      expect(reply.text).not.toContain('ada');
      expect(served.logged).toHaveLength(1);
      expect(JSON.parse(served.logged[0] ?? '')).toMatchObject({
        request_id: 'request-1',
        route: target,
        message: 'a request failed',
      });
    },
  );

  test('who cannot scan is not ready', async () => {
    const reply = await ask(served, '/readyz');
    expect([reply.status, reply.body]).toEqual([
      503,
      { status: 'not_ready', reasons: ['no engine is there'] },
    ]);
    expect(serviceRoutes.readyz.output.safeParse(reply.body).success).toBe(true);
  });

  test('an upload that its client breaks off is no failure of ours', async () => {
    served.logged.length = 0;
    const headers = { 'content-type': 'application/octet-stream', 'content-length': '10' };
    const request = httpRequest(`${served.origin}/api/v1/scan`, { method: 'POST', headers });
    request.on('error', () => {});
    request.write('half');
    const problem = await uploading.promise.then(async (body) => {
      request.destroy();
      return buffer(body).then(
        () => 'whole',
        () => 'broken off',
      );
    });
    expect(problem).toBe('broken off');
    // The next answer comes after the end of the one before it.
    expect((await ask(served, '/healthz')).status).toBe(200);
    expect(served.logged).toEqual([]);
  });

  test('a scan ends when its client is gone', async () => {
    const request = httpRequest(`${served.origin}/api/v1/batch/scan`, { method: 'POST', headers: json });
    request.on('error', () => {});
    request.end(JSON.stringify({ paths: ['/a'] }));
    const signal = await scanning.promise;
    expect(signal.aborted).toBe(false);
    const aborted = once(signal, 'abort');
    request.destroy();
    await aborted;
    expect(signal.aborted).toBe(true);
  });
});
