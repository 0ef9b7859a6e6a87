import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { declareApiClient } from '../../../../src/api/service/api-client.ts';
import { RateLimit, registerRateLimit } from '../../../../src/api/service/rate-limit.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';

const settings = { ...settingsSchema.parse({}).api, rate_limit_rpm: 1, rate_limit_burst: 0 };

/** Statuses of one request each, the token's name and the address before the port. */
async function statusesOf(asks: readonly (readonly [string, string])[]): Promise<readonly number[]> {
  await using app = fastify();
  declareApiClient(app);
  app.addHook('onRequest', async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) request.apiClient = { name: authorization, scopes: new Set() };
  });
  await registerRateLimit(app, new RateLimit({ settings: () => settings }));
  app.setErrorHandler((_error, _request, reply) => reply.code(429).send());
  app.get('/', (_request, reply) => reply.send());
  const statuses: number[] = [];
  for (const [authorization, remoteAddress] of asks) {
    const headers = {
      ...(authorization === '' ? {} : { authorization }),
      // What anybody may write.
      'x-forwarded-for': `203.0.113.${statuses.length}`,
    };
    statuses.push((await app.inject({ url: '/', remoteAddress, headers })).statusCode);
  }
  return statuses;
}

describe('a client of the rate limit', () => {
  test('is a token at an address, and who has none is its address alone', async () => {
    const asks = [
      ['one', '192.0.2.1'],
      ['one', '192.0.2.1'],
      ['two', '192.0.2.1'],
      ['one', '192.0.2.2'],
      ['', '192.0.2.1'],
      ['', '192.0.2.1'],
    ] as const;
    expect(await statusesOf(asks)).toEqual([200, 429, 200, 200, 200, 429]);
  });

  test('is a whole network of IPv6, and the same over IPv4 and IPv6 sockets', async () => {
    const asks = [
      ['', '2001:db8:0:1::1'],
      ['', '2001:db8:0:1:ffff::2'],
      ['', '2001:db8:0:2::1'],
      ['', '192.0.2.1'],
      ['', '::ffff:192.0.2.1'],
    ] as const;
    expect(await statusesOf(asks)).toEqual([200, 429, 200, 200, 429]);
  });
});
