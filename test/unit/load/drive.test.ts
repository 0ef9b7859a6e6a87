// The generator against a server that misbehaves in a known way: nothing of it may be missing in the figures.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { drive, type DriveOptions } from '../../load/drive.ts';

class Stand implements AsyncDisposable {
  readonly #server;
  #port = 0;

  private constructor(answer: RequestListener) {
    this.#server = createServer(answer);
  }

  static async on(answer: RequestListener): Promise<Stand> {
    const stand = new Stand(answer);
    stand.#server.listen(0, '127.0.0.1');
    await once(stand.#server, 'listening');
    const address = stand.#server.address();
    if (typeof address === 'object' && address !== null) stand.#port = address.port;
    return stand;
  }

  drive(options: Partial<DriveOptions>) {
    const target = { url: `http://127.0.0.1:${this.#port}`, token: 'secret', pid: process.pid };
    return drive(target, {
      name: 'step',
      rate: 100,
      seconds: 1,
      warmUpSeconds: 1,
      connections: 4,
      requests: () => [
        { kind: 'lookup', method: 'GET', path: '/one', body: null },
        { kind: 'batch lookup', method: 'POST', path: '/many', body: '{"sha256":[]}' },
      ],
      ...options,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

test.concurrent('the rate is kept, the kinds are told apart, and what is refused counts as failed', async () => {
  const seen = new Set<string>();
  let count = 0;
  await using stand = await Stand.on((request, response) => {
    const { authorization, 'accept-encoding': encoding, 'content-type': type } = request.headers;
    seen.add(`${request.method} ${request.url} ${authorization} ${encoding} ${type}`);
    count += 1;
    response.writeHead(count % 4 === 0 ? 503 : 200);
    response.end('text');
  });
  const figures = await stand.drive({});
  expect(seen).toEqual(
    new Set(['GET /one Bearer secret gzip undefined', 'POST /many Bearer secret gzip application/json']),
  );
  // On a busy machine the timers of the generator come late.
  expect(Math.abs(figures.answered - 100)).toBeLessThan(30);
  const kinds = figures.kinds.map(({ kind, answered }) => [kind, answered / figures.answered]);
  expect(Object.fromEntries(kinds)).toEqual({
    lookup: expect.closeTo(0.5, 0),
    'batch lookup': expect.closeTo(0.5, 0),
  });
  expect(figures).toMatchObject({ wantedRate: 100, broken: 0, refused: { 503: expect.any(Number) } });
  expect(Math.abs(figures.errorShare - 0.25)).toBeLessThan(0.1);
  expect(figures.serviceShare).toBeGreaterThan(0);
});

test.concurrent('connections that are closed without an answer count as failed, however they are closed', async () => {
  let count = 0;
  await using stand = await Stand.on((request, response) => {
    count += 1;
    // In an orderly way and with a reset, in turn.
    if (count % 10 === 0) request.socket.end();
    else if (count % 10 === 5) request.socket.resetAndDestroy();
    else response.end('text');
  });
  const figures = await stand.drive({});
  expect(figures.broken).toBeGreaterThan(20);
  expect(figures.errorShare).toBeGreaterThan(0.1);
});

test.concurrent('a stall is seen by all that should have been sent meanwhile', async () => {
  let stalledUntilMs = 0;
  await using stand = await Stand.on((_request, response) => {
    const nowMs = performance.now();
    // After the second for the warm-up, when all connections are there.
    if (stalledUntilMs === 0) stalledUntilMs = nowMs + 1600;
    const leftMs = stalledUntilMs - nowMs;
    if (leftMs > 0 && leftMs < 700) setTimeout(() => response.end(), leftMs);
    else response.end('text');
  });
  const figures = await stand.drive({ connections: 2 });
  // Two requests were under way in the stall; without the due times nobody else would have noticed.
  expect(figures.p95Ms).toBeGreaterThan(200);
});

test.concurrent('what is never answered counts as failed', async () => {
  await using stand = await Stand.on(() => {});
  expect(await stand.drive({})).toMatchObject({ answered: 0, broken: 4, errorShare: 1 });
});

test.concurrent('without a rate every connection sends as soon as it has its answer', async () => {
  await using stand = await Stand.on((_request, response) => response.end('text'));
  const figures = await stand.drive({ rate: null });
  expect(figures).toMatchObject({ wantedRate: null, broken: 0, errorShare: 0 });
  expect(figures.reachedRate).toBeGreaterThan(150);
});
