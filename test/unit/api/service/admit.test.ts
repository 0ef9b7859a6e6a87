import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { admitClient, type Admission, type AskingRequest } from '../../../../src/api/service/admit.ts';
import type { ApiClient } from '../../../../src/api/service/api-client.ts';
import { OwnHosts } from '../../../../src/api/service/own-hosts.ts';
import type { Scope } from '../../../../src/shared/api-routes.ts';

const reader: ApiClient = { name: 'ci', scopes: new Set<Scope>(['read']) };
const loopback = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' };
const find = vi.fn<(token: string, from?: string) => ApiClient | null>((token) =>
  token === 'good' ? reader : null,
);
const door = { tokens: { find }, hosts: new OwnHosts([]), site: { scheme: 'http', port: 8477 } } as const;
const read = { scope: 'read' } as const;

function asking(headers: Record<string, string>, more: Partial<AskingRequest> = {}): AskingRequest {
  return {
    method: 'GET',
    target: '/api/v1/status',
    headers: { host: '127.0.0.1:8477', authorization: 'Bearer good', ...headers },
    socket: loopback,
    ...more,
  };
}

function admit(
  headers: Record<string, string>,
  route: { readonly scope: Scope | null } | null = read,
  more: Partial<AskingRequest> = {},
): Admission {
  find.mockClear();
  return admitClient(asking(headers, more), route, door);
}

function statusOf(admission: Admission): number {
  return admission.kind === 'admitted' ? 200 : admission.status;
}

const challenge = { 'www-authenticate': 'Bearer realm="vedette"' };

describe('who has a good token', () => {
  test('is let in, by its name and scopes', () => {
    expect(admit({})).toEqual({ kind: 'admitted', client: reader });
    expect(find).toHaveBeenCalledWith('good', '127.0.0.1');
  });

  test.each(['bearer good', 'BEARER good', 'Bearer   good  '])('may write %j', (authorization) => {
    expect(statusOf(admit({ authorization }))).toBe(200);
  });

  test('is let in to where nothing is, to hear that', () => {
    expect(admit({}, null)).toEqual({ kind: 'admitted', client: reader });
  });

  test.each(['scan', 'manage'] as const)('is told which scope is missing: %s', (scope) => {
    expect(admit({}, { scope })).toEqual({
      kind: 'refused',
      status: 403,
      code: 'NOT_ALLOWED',
      message: `The token ci lacks the scope ${scope}; vedette token create makes one that has it.`,
      headers: {},
    });
  });
});

describe('who has none', () => {
  test.each([undefined, '', 'good', 'Basic Z29vZA==', 'Bearergood', 'Token good'])(
    'is asked for one: %j',
    (authorization) => {
      const headers = { ...asking({}).headers };
      if (authorization === undefined) delete headers.authorization;
      else headers.authorization = authorization;
      find.mockClear();
      for (const route of [read, null])
        expect(admitClient({ ...asking({}), headers }, route, door)).toEqual({
          kind: 'refused',
          status: 401,
          code: 'NOT_ADMITTED',
          message: expect.stringContaining('vedette token'),
          headers: challenge,
        });
      expect(find).not.toHaveBeenCalled();
    },
  );

  test.each(['Bearer bad', 'Bearer good, Bearer bad', 'Bearer ', 'Bearer good good'])(
    'that counts, neither: %j',
    (authorization) => {
      const refused = admit({ authorization });
      expect(refused).toMatchObject({ status: 401, code: 'NOT_ADMITTED', headers: challenge });
      expect(JSON.stringify(refused)).not.toContain('good');
    },
  );

  test('needs none where nobody does, and nothing is looked up then', () => {
    expect(admit({ authorization: 'Bearer bad' }, { scope: null })).toEqual({
      kind: 'admitted',
      client: null,
    });
    expect(find).not.toHaveBeenCalled();
  });
});

describe('a web page', () => {
  test.each([
    ['GET', { origin: 'https://evil.example' }],
    ['GET', { origin: 'null' }],
    ['GET', { origin: '' }],
    ['GET', { origin: 'http://127.0.0.1:8477', 'sec-fetch-site': 'same-origin' }],
    ['GET', { 'sec-fetch-site': 'cross-site' }],
    ['GET', { 'sec-fetch-site': 'same-site' }],
    ['GET', { 'sec-fetch-site': 'same-origin' }],
    ['GET', { 'sec-fetch-site': '' }],
    ['POST', { 'sec-fetch-site': 'none' }],
    ['POST', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
  ])('is refused before anything else: %s with %j', (method, headers) => {
    for (const [route, host] of [
      [read, '127.0.0.1:8477'],
      [read, 'evil.example'],
      [{ scope: null }, '127.0.0.1:8477'],
      [null, '127.0.0.1:8477'],
    ] as const) {
      expect(admit({ host, ...headers }, route, { method })).toMatchObject({
        status: 403,
        code: 'NOT_ADMITTED',
      });
      expect(find).not.toHaveBeenCalled();
    }
  });

  test('is what a person who types the address is not', () => {
    expect(statusOf(admit({ 'sec-fetch-site': 'none' }, { scope: null }))).toBe(200);
  });
});

test.each([
  [{ host: 'evil.example:8477' }, '/'],
  [{ host: 'evil.example' }, '/healthz'],
  [{}, 'http://127.0.0.1:8477/healthz'],
  [{}, '*'],
])('a name that is not ours is refused before a token is looked at: %j, %s', (headers, target) => {
  for (const route of [read, { scope: null }, null]) {
    expect(admit(headers, route, { target })).toMatchObject({ status: 421, code: 'NOT_ADMITTED' });
    expect(find).not.toHaveBeenCalled();
  }
});

describe('a body that nobody will read', () => {
  test.each([{ 'content-length': '2147483648' }, { 'transfer-encoding': 'chunked' }])(
    'ends the connection: %j',
    (headers) => {
      for (const refused of [
        admit({ ...headers, origin: 'x' }),
        admit({ ...headers, host: 'x' }),
        admit({ ...headers, authorization: 'Bearer bad' }),
        admit({ ...headers }, { scope: 'manage' }),
      ])
        expect(refused).toMatchObject({ kind: 'refused', headers: { connection: 'close' } });
    },
  );

  test('is not there where its length is 0', () => {
    expect(admit({ 'content-length': '0', authorization: 'x' })).toMatchObject({ headers: challenge });
  });

  test('is not taken in: the connection ends behind the answer', { timeout: 10_000 }, async () => {
    await using server = createServer((request, response) => {
      const { method = '', url: target = '', headers, socket } = request;
      const admission = admitClient(
        { method, target, headers, socket },
        { scope: 'scan' },
        { ...door, hosts: { has: () => true } },
      );
      if (admission.kind === 'refused') response.writeHead(admission.status, { ...admission.headers }).end();
      else response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('no port');
    const socket = connect(address.port, '127.0.0.1');
    socket.write('POST /api/v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\nabc');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/connection: close/i);
  });
});
