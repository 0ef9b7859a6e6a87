import { describe, expect, test } from 'vitest';
import { remoteCaller, requestFor } from '../../../../src/cli/remote/remote-caller.ts';
import { ServiceClient } from '../../../../src/cli/remote/service-client.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';
import { callRoutes } from '../../../../src/shared/api-routes.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { FakeService, fakeToken, refuse } from '../../../helpers/fake-service.ts';
import { finding, job, outcome } from '../sample-reports.ts';

const id = 'ab'.repeat(16);

function callerOf(service: FakeService, onWait: (waitMs: number) => void = () => {}) {
  const url = parseServiceUrl(service.url, false);
  return remoteCaller({
    client: new ServiceClient({ url, token: fakeToken, onWait }),
    answerMsOf: () => 5000,
  });
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new TypeError('it did not fail');
}

describe('a request', () => {
  test('has the fields of its path there, and the others in the query of a GET', () => {
    expect(requestFor(callRoutes['jobs.show'], { id: 7 })).toEqual({
      method: 'GET',
      path: '/api/v1/jobs/7',
      body: null,
    });
    const input = { states: ['open', 'gone'], job: null, limit: 5 };
    expect(requestFor(callRoutes['findings.list'], input).path).toBe(
      '/api/v1/findings?states=open&states=gone&limit=5',
    );
    expect(requestFor(callRoutes['coverage.files'], { reason: 'a/b?c' }).path).toBe(
      '/api/v1/coverage/a%2Fb%3Fc',
    );
  });

  test('has the fields of a POST in its body, but not who acts', () => {
    const { path, body } = requestFor(callRoutes['jobs.pause'], { id: 7, actor: 'user me' });
    expect([path, Buffer.concat([...(body?.parts() ?? [])]).toString()]).toEqual([
      '/api/v1/jobs/7/pause',
      '{}',
    ]);
    const restore = requestFor(callRoutes['quarantine.restore'], { ids: [id], to: '/x', actor: 'user me' });
    expect(JSON.parse(Buffer.concat([...(restore.body?.parts() ?? [])]).toString())).toEqual({
      ids: [id],
      to: '/x',
    });
  });
});

describe('a call', () => {
  test('is answered by the handler behind its route, who acts being the token', async () => {
    await using service = await FakeService.start({
      answers: {
        'findings.list': () => ({ findings: [finding()], total: 1 }),
        'findings.act': ({ ids }) => ({ outcomes: ids.map((each) => outcome(each)) }),
        'jobs.show': () => job(),
        brake: () => ({ on: false, reason: '' }),
      },
    });
    const call = callerOf(service);
    expect(await call('findings.list', { states: ['open'], before: null })).toMatchObject({ total: 1 });
    await call('findings.act', { ids: [12], action: 'allow', reason: 'ours', actor: 'user me' });
    expect(await call('jobs.show', { id: 3 })).toEqual(job());
    expect(await call('brake', {})).toEqual({ on: false, reason: '' });
    expect(service.asked).toEqual([
      { name: 'findings.list', input: { states: ['open'], job: null, before: null, limit: 100 } },
      {
        name: 'findings.act',
        input: { ids: [12], action: 'allow', reason: 'ours', confirmed: false, actor: 'api test' },
      },
      { name: 'jobs.show', input: { id: 3 } },
      { name: 'brake', input: {} },
    ]);
    expect(service.seen.every(({ headers }) => headers['accept-encoding'] === undefined)).toBe(true);
  });

  test('keeps names that are not UTF-8', async () => {
    const path = '/srv/\uDCFF';
    await using service = await FakeService.start({
      answers: {
        'findings.list': () => ({ findings: [finding({ path })], total: 1 }),
        'jobs.start': () => job(),
      },
    });
    const call = callerOf(service);
    expect((await call('findings.list', {})).findings[0]?.path).toBe(path);
    await call('jobs.start', { kind: 'custom', roots: [path], actor: 'user me' });
    expect(service.asked[1]?.input).toMatchObject({ roots: [path] });
  });

  test('that no route leads to is refused before anything is sent', async () => {
    await using service = await FakeService.start();
    const error = await errorOf(callerOf(service)('settings.show', {}));
    expect([error.code, error.message]).toEqual([
      'BAD_USAGE',
      expect.stringContaining('run the command there'),
    ]);
    expect(service.seen).toEqual([]);
  });

  test('fails with the code and the words of the service, made safe', async () => {
    await using service = await FakeService.start({
      answers: {
        brake: () => {
          throw new AppError('VAULT_REFUSED', 'It is\n\u001b[2J gone.', { details: { a: 1 } });
        },
      },
    });
    const error = await errorOf(callerOf(service)('brake', {}));
    expect([error.code, error.details['a']]).toEqual(['VAULT_REFUSED', 1]);
    expect(error.message).toBe(`${service.url}: It is<U+000A><U+001B>[2J gone`);
  });

  test.each([
    ['NOT_ADMITTED', 401, '--token-file'],
    ['NOT_ALLOWED', 403, ': Lacks something'],
    ['NOT_ADMITTED', 421, ': Lacks something'],
  ] as const)('that is refused with %s %i says why, or what to do', async (code, status, remedy) => {
    await using service = await FakeService.start();
    service.intercept = (_request, response) => {
      refuse(response, new AppError(code, 'Lacks something.'), {}, status);
      return true;
    };
    const error = await errorOf(callerOf(service)('brake', {}));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(remedy)]);
  });

  test.each([
    ['a page', 200, 'text/html', '<html>', 'no service of Vedette'],
    ['a page that is not there', 404, 'text/html', '<html>', 'no service of Vedette (404, text/html)'],
    ['JSON of another program', 200, 'application/json', '{"on":"maybe"}', 'not what the contract says'],
    ['a proxy', 502, 'text/html', 'Bad Gateway', 'the service behind it does not answer'],
  ])('answered by %s is CALL_FAILED', async (_what, status, type, text, told) => {
    await using service = await FakeService.start();
    service.intercept = (_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(text);
      return true;
    };
    const error = await errorOf(callerOf(service)('brake', {}));
    expect([error.code, error.message]).toEqual(['CALL_FAILED', expect.stringContaining(told)]);
  });

  test('is not sent on to where the service does not stand: the token would go with it', async () => {
    await using service = await FakeService.start();
    service.intercept = (_request, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example/' }).end();
      return true;
    };
    const error = await errorOf(callerOf(service)('brake', {}));
    expect(error.message).toContain('sends on to https://elsewhere.example/');
  });

  test('waits as long as the service says when it limits requests, and goes on', async () => {
    await using service = await FakeService.start({ answers: { brake: () => ({ on: false, reason: '' }) } });
    let refusals = 0;
    service.intercept = (_request, response) => {
      if (refusals > 0) return false;
      refusals += 1;
      refuse(response, new AppError('RATE_LIMITED', 'Too many.'), { 'retry-after': '0' });
      return true;
    };
    const waits: number[] = [];
    expect(await callerOf(service, (waitMs) => waits.push(waitMs))('brake', {})).toEqual({
      on: false,
      reason: '',
    });
    expect([refusals, waits.length]).toEqual([1, 1]);
  });

  test('that nobody hears says so', async () => {
    const service = await FakeService.start();
    const call = callerOf(service);
    await service[Symbol.asyncDispose]();
    const error = await errorOf(call('brake', {}));
    expect([error.code, error.message]).toEqual([
      'CALL_FAILED',
      expect.stringContaining('is the service running there (vedette serve)?'),
    ]);
  });

  test('is not made twice when the connection breaks: it may be done already', async () => {
    await using service = await FakeService.start();
    let asked = 0;
    service.intercept = (request) => {
      asked += 1;
      request.socket.destroy();
      return true;
    };
    const error = await errorOf(callerOf(service)('brake.release', { actor: 'user me' }));
    expect([error.code, asked]).toEqual(['CALL_FAILED', 1]);
  });

  test('has a deadline', async () => {
    await using service = await FakeService.start();
    service.intercept = () => true;
    const url = parseServiceUrl(service.url, false);
    const client = new ServiceClient({ url, token: fakeToken });
    const error = await errorOf(remoteCaller({ client, answerMsOf: () => 50 })('brake', {}));
    expect([error.code, error.message]).toEqual([
      'CALL_FAILED',
      expect.stringContaining('did not answer within'),
    ]);
  });
});
