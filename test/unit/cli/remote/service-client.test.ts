import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { remoteAnswering } from '../../../../src/cli/remote/remote-answering.ts';
import { ServiceClient, type ServiceClientOptions } from '../../../../src/cli/remote/service-client.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';
import { serviceRoutes } from '../../../../src/shared/api-routes.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { makeCertificate } from '../../../helpers/certificate.ts';
import { FakeService, fakeToken, refuse } from '../../../helpers/fake-service.ts';

let service: FakeService;
beforeAll(async () => {
  service = await FakeService.start({ answers: { brake: () => ({ on: false, reason: '' }) } });
});
beforeEach(() => {
  service.intercept = () => false;
});
afterAll(() => service[Symbol.asyncDispose]());

const { method, path } = serviceRoutes.statistics;

function clientWith(options: Partial<ServiceClientOptions> = {}): ServiceClient {
  return new ServiceClient({ url: parseServiceUrl(service.url, false), token: fakeToken, ...options });
}

function tooMany(details: Record<string, unknown> = {}): AppError {
  return new AppError('RATE_LIMITED', 'Too many.', { details });
}

describe('a service that limits requests', () => {
  test('is waited for once by all requests together, and none asks before', async () => {
    let turnedAway = 0;
    service.intercept = (_request, response) => {
      if (turnedAway === 8) return false;
      turnedAway += 1;
      refuse(response, tooMany(), { 'retry-after': '0' });
      return true;
    };
    using client = clientWith({ connections: 8 });
    const before = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => client.askJson('figures', { method, path })));
    const tookMs = performance.now() - before;
    expect(client.waitedMs).toBeGreaterThan(40);
    expect(client.waitedMs).toBeLessThanOrEqual(tookMs);
  });

  test('may say how long in the details', async () => {
    const waits: number[] = [];
    let isFirst = true;
    service.intercept = (_request, response) => {
      if (!isFirst) return false;
      isFirst = false;
      refuse(response, tooMany({ retry_after_seconds: 0.01 }));
      return true;
    };
    await clientWith({ onWait: (waitMs) => waits.push(waitMs) }).askJson('figures', { method, path });
    expect(waits).toEqual([expect.closeTo(60, -1)]);
  });

  test('is not waited for without end', async () => {
    service.intercept = (_request, response) => {
      refuse(response, tooMany(), { 'retry-after': '0' });
      return true;
    };
    await expect(clientWith({ patienceMs: 120 }).askJson('figures', { method, path })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('[api] rate_limit_rpm there'),
    });
  });

  test('is waited for no longer than a minute at a time, and not after an abort', async () => {
    const ending = new AbortController();
    const waits: number[] = [];
    service.intercept = (_request, response) => {
      refuse(response, tooMany(), { 'retry-after': '86400' });
      return true;
    };
    const client = clientWith({
      onWait(waitMs) {
        waits.push(waitMs);
        ending.abort();
      },
    });
    await expect(client.askJson('figures', { method, path, signal: ending.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(waits).toEqual([expect.closeTo(60_000, -3)]);
  });
});

describe('a service with a certificate', () => {
  test('of nobody who is trusted here gets no token', async () => {
    await using secure = await FakeService.start({ tls: makeCertificate() });
    const asked = clientWith({ url: parseServiceUrl(secure.url, false) }).askJson('figures', {
      method,
      path,
    });
    await expect(asked).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    expect(secure.seen).toEqual([]);
  });

  test('is not asked over http, nor one without over https', async () => {
    await using secure = await FakeService.start({ tls: makeCertificate() });
    const wrong = [secure.url.replace('https:', 'http:'), service.url.replace('http:', 'https:')];
    const errors = wrong.map((url) =>
      clientWith({ url: parseServiceUrl(url, false) })
        .askJson('figures', { method, path })
        .catch((error: unknown) => error),
    );
    expect(await Promise.all(errors)).toEqual([
      expect.objectContaining({ code: 'CALL_FAILED' }),
      expect.objectContaining({ message: expect.stringContaining('http instead of https') }),
    ]);
  });
});

test('a command that has ended listens to nothing any more: its process would not end', async () => {
  const url = parseServiceUrl(service.url, false);
  const ended = Promise.withResolvers<void>();
  service.intercept = (request, response) => {
    if (request.url?.startsWith('/api/v1/events') === true) response.on('close', ended.resolve);
    return false;
  };
  {
    using answering = remoteAnswering({ url, token: fakeToken, isQuiet: true, answerMsOf: () => 5000 });
    answering.listenTo(false, new AbortController().signal);
    // Not before the events are listened to.
    await answering.call('brake', {});
    const targets = service.seen.map(({ target }) => target);
    expect(targets.slice(-2)).toEqual(['/api/v1/events?all=false', '/api/v1/brake']);
  }
  await ended.promise;
});

test('a command asks nothing that it would not be told of: what cannot be listened to fails first', async () => {
  const url = parseServiceUrl(service.url, false);
  service.intercept = (request, response) => {
    if (request.url?.startsWith('/api/v1/events') !== true) return false;
    refuse(response, new AppError('NOT_ALLOWED', 'It lacks a scope.'));
    return true;
  };
  using answering = remoteAnswering({ url, token: fakeToken, isQuiet: true, answerMsOf: () => 5000 });
  answering.listenTo(false, new AbortController().signal);
  await expect(answering.call('brake', {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
});

test('an answer that does not end is not read to its end', async () => {
  const part = Buffer.alloc(4 * 1024 * 1024, ' ');
  const broken = Promise.withResolvers<void>();
  service.intercept = (_request, response) => {
    response.on('close', broken.resolve);
    function writeOn(): void {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', writeOn);
    writeOn();
    return true;
  };
  await expect(clientWith().askJson('figures', { method, path })).rejects.toThrow('more than 67108864 bytes');
  await broken.promise;
});
