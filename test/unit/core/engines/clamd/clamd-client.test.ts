// The client against a peer that misbehaves in every way: each request ends once, in time, and never clean by mistake.
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ClamdClient } from '../../../../../src/core/engines/clamd/clamd-client.ts';
import type { ClamdClientOptions } from '../../../../../src/core/engines/clamd/clamd-client.ts';
import type { ClamdTarget } from '../../../../../src/core/engines/clamd/target.ts';
import type { EngineOutcome } from '../../../../../src/core/engines/scan-engine.ts';
import { silentLogger } from '../../../../../src/core/logger.ts';
import { FakeClamd, properAnswer, targetAt } from '../../../../helpers/fake-clamd.ts';
import type { FakeOptions, FakeRequest } from '../../../../helpers/fake-clamd.ts';

const nothing: EngineOutcome = { kind: 'nothing' };
const protocolFailure = { kind: 'failed', reason: 'protocol_error' };
const unavailable = { kind: 'failed', reason: 'engine_unavailable' };
const timeout = { kind: 'failed', reason: 'timeout' };
const found = { kind: 'found', detections: [{ engine: 'clamav', name: 'Test.Virus' }] };
const clean = Buffer.from('harmless');
const virus = Buffer.from('a virus');

/** Both are stopped when the test ends. */
async function setUp(
  fakeOptions: FakeOptions = {},
  options: Partial<ClamdClientOptions> = {},
): Promise<{ fake: FakeClamd; client: ClamdClient }> {
  const fake = await FakeClamd.start(fakeOptions);
  onTestFinished(() => fake[Symbol.asyncDispose]());
  return { fake, client: clientOf(fake.target, options) };
}

/** A clamd that keeps what it is asked, and answers when the test does. */
async function setUpHeld(
  options: Partial<ClamdClientOptions> = {},
): Promise<{ fake: FakeClamd; client: ClamdClient; held: FakeRequest[] }> {
  const held: FakeRequest[] = [];
  function answer(request: FakeRequest): null {
    held.push(request);
    return null;
  }
  return { ...(await setUp({ answer }, options)), held };
}

function clientOf(target: ClamdTarget, options: Partial<ClamdClientOptions> = {}): ClamdClient {
  const short = { requestTimeoutMs: 5000, reconnectWindowMs: 50, probeTimeoutMs: 1000 };
  const client = new ClamdClient({ target, logger: silentLogger, ...short, ...options });
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

/** Until the test ends; sockets go on as they do. */
function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

async function* chunks(...parts: readonly (Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

async function* onlyChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function* slow(): AsyncGenerator<Buffer> {
  for (let round = 0; ; round += 1) {
    if (round > 100_000) throw new Error('nobody stops it');
    yield clean;
    // The writes of this process and the closing by the peer meet in every order.
    await nextTurn();
  }
}

describe('ClamdClient with a clamd that works', () => {
  it.each([{ tcp: true }, { tcp: false }, { splitsBytes: true }])(
    'scans bytes, paths and streams (%j)',
    async (how) => {
      const { client } = await setUp(how);
      const outcomes = await Promise.all([
        client.scanBytes(clean),
        client.scanBytes(virus),
        client.scanPath('/etc/some: OK'),
        client.scanStream(() => chunks(clean, Buffer.alloc(0), virus), clean.length + virus.length),
        client.scanBytes(Buffer.alloc(0)),
      ]);
      expect(outcomes).toMatchObject([nothing, found, nothing, found, nothing]);
    },
  );

  it('sends exactly the bytes it is given', async () => {
    const { fake, client } = await setUp();
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));
    await client.scanBytes(bytes);
    await client.scanStream(() => chunks(bytes.subarray(0, 1000), bytes.subarray(1000)), bytes.length);
    expect(fake.requests.map((request) => request.bytes.equals(bytes))).toEqual([true, true]);
  });

  it('sends a small file in one write', async () => {
    const { fake, client } = await setUp();
    await client.scanBytes(clean);
    fake.arrivals.length = 0;
    await client.scanBytes(clean);
    expect(fake.arrivals).toEqual(['zINSTREAM\0'.length + 4 + clean.length + 4]);
  });

  it('keeps at most four requests on each of two sessions, in order', async () => {
    const { fake, client, held } = await setUpHeld();
    const outcomes = Array.from({ length: 10 }, (_, index) => client.scanBytes(Buffer.of(index)));
    await fake.until(() => held.length === 8);
    expect(held.map(({ bytes }) => bytes[0]).toSorted((a = 0, b = 0) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    const perConnection = Object.groupBy(held, ({ connection }) => connection);
    expect(Object.values(perConnection).map((list) => list?.length)).toEqual([4, 4]);
    for (const request of held.splice(0)) request.socket.write(properAnswer(request));
    await fake.until(() => held.length === 2);
    for (const request of held) request.socket.write(properAnswer(request));
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 10 }, () => nothing));
    expect(fake.connections).toBe(2);
  });

  it('matches replies that come out of order to their requests', async () => {
    const { fake, client, held } = await setUpHeld();
    const outcomes = [client.scanBytes(virus), client.scanBytes(clean), client.scanBytes(virus)];
    await fake.until(() => held.length === 3);
    for (const request of held.toReversed()) request.socket.write(properAnswer(request));
    expect(await Promise.all(outcomes)).toMatchObject([found, nothing, found]);
  });

  it('asks for the next chunk only when the memory of the last is free', async () => {
    const { fake, client } = await setUp();
    const memory = Buffer.alloc(256 * 1024);
    async function* reused(): AsyncGenerator<Buffer> {
      for (let round = 1; round <= 20; round += 1) {
        memory.fill(round);
        yield memory;
      }
    }
    expect(await client.scanStream(() => reused(), memory.length * 20)).toEqual(nothing);
    const received = fake.requests[0]?.bytes ?? Buffer.alloc(0);
    const rounds = Array.from({ length: 20 }, (_, index) =>
      received
        .subarray(index * memory.length, (index + 1) * memory.length)
        .every((byte) => byte === index + 1),
    );
    expect(rounds).toEqual(Array.from({ length: 20 }, () => true));
  });

  it('ends a session that has nothing to do, and opens another when there is', async () => {
    const { fake, client } = await setUp({}, { idleMs: 20 });
    await client.scanBytes(clean);
    const ended = Promise.withResolvers<void>();
    fake.requests[0]?.socket.once('close', () => ended.resolve());
    await ended.promise;
    expect(await client.scanBytes(virus)).toMatchObject(found);
    expect(fake.connections).toBe(2);
  });

  it('refuses what is longer than clamd takes without a connection', async () => {
    const { fake } = await setUp();
    const client = clientOf(targetAt(fake.address, clean.length - 1));
    const limit = { kind: 'incomplete', reason: 'stream_limit' };
    expect(await client.scanBytes(clean)).toMatchObject(limit);
    expect(await client.scanStream(() => onlyChunk(clean), clean.length)).toMatchObject(limit);
    expect(fake.connections).toBe(0);
    expect(await client.scanPath('/x')).toEqual(nothing);
  });

  it.each(['relative', '/a\0zSHUTDOWN'])('throws for the path %j', async (path) => {
    const { fake, client } = await setUp();
    await expect(client.scanPath(path)).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(fake.connections).toBe(0);
  });
});

describe('ClamdClient with a peer that breaks the protocol', () => {
  const wrong: readonly [string, (request: FakeRequest) => string | Buffer][] = [
    ['garbage', () => 'garbage\0'],
    ['a record without number', () => 'stream: OK\0'],
    ['an unknown number', () => '7: stream: OK\0'],
    ['two records', ({ prefix }) => `${prefix}stream: OK\0${prefix}stream: X FOUND\0`],
    ['an error and OK', ({ prefix }) => `${prefix}Not supported ERROR\0${prefix}stream: OK\0`],
    ['the beginning of a second record', ({ prefix }) => `${prefix}stream: OK\0${prefix}st`],
    ['10 MB', ({ prefix }) => Buffer.concat([Buffer.from(prefix), Buffer.alloc(10e6, 'x'), Buffer.of(0)])],
    ['a null signature', ({ prefix }) => `${prefix}stream: (null) FOUND\0`],
    ['an empty record', () => '\0'],
    ['an empty reply', ({ prefix }) => `${prefix}\0`],
    ['invalid UTF-8', ({ prefix }) => Buffer.from(`${prefix}stream: \xff\xfe FOUND\0`, 'latin1')],
    ['another name', ({ prefix }) => `${prefix}/etc/passwd: OK\0`],
    ['a time-out', () => 'COMMAND READ TIMED OUT\0'],
    ['an unknown command', () => 'UNKNOWN COMMAND\0'],
    ["can't allocate memory", ({ prefix }) => `${prefix}stream: Can't allocate memory ERROR\0`],
  ];

  it.each(wrong)('never calls a file clean after %s', async (_what, answer) => {
    const { client } = await setUp({ answer });
    expect(await client.scanBytes(clean)).toMatchObject(protocolFailure);
  });

  it.each(wrong.filter(([what]) => what !== '10 MB'))(
    'nor when it comes byte by byte: %s',
    async (what, answer) => {
      // What follows a whole reply later cannot take it back; what was answered by then stands.
      const isLate = what === 'two records' || what.startsWith('the beginning');
      const { client } = await setUp({ answer, splitsBytes: true });
      expect(await client.scanBytes(clean)).toMatchObject(isLate ? nothing : protocolFailure);
    },
  );

  it.each(
    wrong.filter(([what]) => !['a record without number', 'the beginning of a second record'].includes(what)),
  )('nor in a stream: %s', async (_what, answer) => {
    const { client } = await setUp({ answer, splitsBytes: false });
    expect(await client.scanStream(() => onlyChunk(clean), clean.length)).toMatchObject(protocolFailure);
  });

  it('fails everything in flight on that connection', async () => {
    const { client } = await setUp({
      answer: (request) => (request.bytes.equals(virus) ? 'garbage\0' : null),
    });
    const outcomes = [client.scanBytes(clean), client.scanBytes(clean), client.scanBytes(virus)];
    expect(await Promise.all(outcomes)).toMatchObject([protocolFailure, protocolFailure, protocolFailure]);
  });

  it.each([
    ['with bytes behind it', (prefix: string) => `${prefix}stream: OK\0st`],
    ['with the number of no request behind it', (prefix: string) => `${prefix}stream: OK\x003`],
    ['with its own number behind it', (prefix: string) => `${prefix}stream: OK\0${prefix}`],
    ['twice in one write', (prefix: string) => `${prefix}stream: OK\0${prefix}stream: OK\0`],
  ])('believes no reply %s, whatever else is in flight', async (_what, replyTo) => {
    const { fake, client, held } = await setUpHeld({ maxSessions: 1 });
    const outcomes = [client.scanBytes(clean), client.scanBytes(clean)];
    await fake.until(() => held.length === 2);
    const [first] = held;
    first?.socket.write(replyTo(first.prefix));
    expect(await Promise.all(outcomes)).toMatchObject([protocolFailure, protocolFailure]);
  });

  it('ends the connection at a second reply to a request that was answered, and believes no other on it', async () => {
    const { fake, client, held } = await setUpHeld({ maxSessions: 1 });
    const outcomes = [client.scanBytes(virus), client.scanBytes(clean), client.scanBytes(clean)];
    await fake.until(() => held.length === 3);
    const [first, second] = held;
    first?.socket.write(properAnswer(first));
    expect(await outcomes[0]).toMatchObject(found);
    first?.socket.write(`${first.prefix}stream: OK\0`);
    second?.socket.write(`${second.prefix}stream: OK\0`);
    expect(await Promise.all(outcomes)).toMatchObject([found, protocolFailure, protocolFailure]);
    const next = client.scanBytes(clean);
    await fake.until(() => held.length === 4);
    expect(held[3]).toMatchObject({ connection: 2, prefix: '1: ' });
    held[3]?.socket.write(properAnswer(held[3]));
    expect(await next).toEqual(nothing);
  });

  it('does not take half a reply at the end for one', async () => {
    const { client } = await setUp({
      answer({ socket, prefix }) {
        socket.end(`${prefix}stream: OK`);
        return null;
      },
    });
    expect(await client.scanBytes(clean)).toMatchObject(protocolFailure);
    expect(await client.scanStream(() => onlyChunk(clean), clean.length)).toMatchObject(protocolFailure);
  });

  it('does not believe OK before all the bytes were sent', async () => {
    const { client } = await setUp({
      onConnection(socket) {
        socket.once('data', (chunk) => {
          const isSession = chunk.includes('IDSESSION');
          socket.pause();
          socket.write(isSession ? '1: stream: OK\0' : 'stream: OK\0');
        });
        return true;
      },
    });
    const large = Buffer.alloc(10_000_000);
    expect(await client.scanBytes(large)).toMatchObject(protocolFailure);
    expect(await client.scanStream(() => chunks(large, large), large.length * 2)).toMatchObject(
      protocolFailure,
    );
  });

  it('takes an early finding, but sends nothing more on that connection', async () => {
    const { fake, client } = await setUp({
      onConnection(socket, connection) {
        if (connection > 1) return false;
        socket.once('data', () => {
          socket.pause();
          socket.write('1: stream: Test.Virus FOUND\0');
        });
        return true;
      },
    });
    expect(await client.scanBytes(Buffer.alloc(10_000_000))).toMatchObject(found);
    expect(await client.scanBytes(clean)).toEqual(nothing);
    expect(fake.connections).toBe(2);
  });

  it('recognises an HTTP server', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const listening = Promise.withResolvers<void>();
    server.once('listening', () => listening.resolve());
    await listening.promise;
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('not listening');
    const client = clientOf(targetAt({ kind: 'tcp', host: '127.0.0.1', port: bound.port }));
    expect(await client.scanBytes(clean)).toMatchObject(protocolFailure);
    expect(await client.scanStream(() => onlyChunk(clean), clean.length)).toMatchObject(protocolFailure);
    await expect(client.ping()).rejects.toMatchObject({
      code: 'CLAMD_PROTOCOL',
      details: { cause: 'not_clamd' },
    });
  });
});

describe('ClamdClient when a connection breaks', () => {
  it('reads the waiting reply before it gives up a broken write', async () => {
    const { client } = await setUp({
      onConnection(socket) {
        socket.once('data', (chunk) => {
          socket.pause();
          const prefix = chunk.includes('IDSESSION') ? '1: ' : '';
          // Closing with bytes unread makes the client's writes fail with EPIPE or ECONNRESET.
          socket.write(`${prefix}INSTREAM size limit exceeded. ERROR\0`, () => socket.destroy());
        });
        return true;
      },
    });
    const large = Buffer.alloc(8_000_000);
    const limit = { kind: 'incomplete', reason: 'stream_limit' };
    for (let round = 0; round < 10; round += 1) {
      expect(await client.scanBytes(large)).toMatchObject(limit);
      const pieces = Array.from({ length: 80 }, () => large.subarray(0, 100_000));
      expect(await client.scanStream(() => chunks(...pieces), large.length)).toMatchObject(limit);
    }
  });

  it('reads the waiting reply although the write fails at once', async () => {
    const { client } = await setUp({
      onConnection(socket) {
        socket.once('data', () => {
          socket.pause();
          socket.write('INSTREAM size limit exceeded. ERROR\0', () => socket.destroy());
        });
        return true;
      },
    });
    expect(await client.scanStream(() => slow(), 1e7)).toMatchObject({
      kind: 'incomplete',
      reason: 'stream_limit',
    });
  });

  it('sends what was lost once more on a new connection, and no third time', async () => {
    let drops = 0;
    const { fake, client } = await setUp({
      answer(request) {
        if (!request.bytes.equals(virus) || drops >= 3) return properAnswer(request);
        drops += 1;
        request.socket.destroy();
        return null;
      },
    });
    expect(await client.scanBytes(virus)).toMatchObject(unavailable);
    expect(filesSent(fake)).toEqual([1, 3]);
    expect(await client.scanBytes(virus)).toMatchObject(found);
    expect(filesSent(fake)).toEqual([1, 3, 4, 6]);
  });

  it('loses nothing when both connections end at the same time', async () => {
    let held: FakeRequest[] | null = [];
    const { fake, client } = await setUp({
      answer(request) {
        held?.push(request);
        return held === null ? properAnswer(request) : null;
      },
    });
    const outcomes = Array.from({ length: 12 }, () => client.scanBytes(virus));
    await fake.until(() => held?.length === 8);
    held = null;
    fake.dropConnections();
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject(found);
  });

  it('does not send what was lost on a connection that was open then', async () => {
    const held: FakeRequest[] = [];
    const { fake, client } = await setUp(
      {
        answer(request) {
          if (request.connection > 2) return properAnswer(request);
          held.push(request);
          return null;
        },
      },
      { maxInFlight: 2 },
    );
    const outcomes = [1, 2, 3].map(() => client.scanBytes(virus));
    await fake.until(() => held.length === 3);
    const [full] = held.filter(
      ({ connection }) => held.filter((other) => other.connection === connection).length === 2,
    );
    full?.socket.destroy();
    expect(await Promise.all(outcomes.slice(0, 2))).toMatchObject([found, found]);
    expect(filesSent(fake).slice(3)).toEqual([4, 4]);
    const rest = held.find(({ connection }) => connection !== full?.connection);
    rest?.socket.write(properAnswer(rest));
    expect(await outcomes[2]).toMatchObject(found);
  });

  it('does not count a connection that a dying clamd still accepted', async () => {
    const { fake, client } = await setUp(
      {
        onConnection(socket, connection) {
          const isDying = connection > 1 && connection < 5;
          if (isDying) socket.destroy();
          return isDying;
        },
        answer(request) {
          if (request.connection > 1) return properAnswer(request);
          request.socket.destroy();
          return null;
        },
      },
      { reconnectWindowMs: 5000 },
    );
    expect(await client.scanBytes(virus)).toMatchObject(found);
    expect(filesSent(fake)).toEqual([1, 6]);
  });

  it('sends a stream whose connection was lost once more, from the beginning, and not a third time', async () => {
    let opened = 0;
    const { fake, client } = await setUp({
      answer(request) {
        if (request.command === 'PING') return properAnswer(request);
        request.socket.destroy();
        return null;
      },
    });
    function open(): AsyncIterable<Buffer> {
      opened += 1;
      return onlyChunk(clean);
    }
    expect(await client.scanStream(open, clean.length)).toMatchObject(unavailable);
    expect(opened).toBe(2);
    // The second is asked for on the side whether clamd lives.
    expect(fake.connections).toBe(3);
  });

  it.each([clean.length - 1, clean.length + 1])(
    'says unstable for %i bytes announced, 8 sent',
    async (sizeBytes) => {
      const { fake, client } = await setUp();
      expect(await client.scanStream(() => onlyChunk(clean), sizeBytes)).toMatchObject({
        kind: 'incomplete',
        reason: 'unstable',
      });
      expect(fake.requests).toEqual([]);
    },
  );

  it('does not follow a file that grows for ever', async () => {
    const { client } = await setUp();
    let asked = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        asked += 1;
        yield clean;
        await nextTurn();
      }
    }
    expect(await client.scanStream(() => endless(), 80)).toMatchObject({
      kind: 'incomplete',
      reason: 'unstable',
    });
    expect(asked).toBe(11);
  });

  it('passes on what the chunks throw, and ends the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await setUp({
      onConnection(socket: Socket) {
        socket.once('close', () => closed.resolve());
        socket.resume();
        return true;
      },
    });
    const error = new Error('EIO');
    await expect(client.scanStream(() => chunks(clean, error), 100)).rejects.toBe(error);
    await closed.promise;
  });
});

describe('ClamdClient when clamd hangs or is away', () => {
  it('times out the request that hangs and sends its neighbours again', async () => {
    useFakeTimers();
    const { fake, client } = await setUp(
      {
        answer: (request) =>
          request.connection === 1 || request.bytes.equals(virus) ? null : properAnswer(request),
      },
      { requestTimeoutMs: 200 },
    );
    const hung = client.scanBytes(virus);
    await fake.until(() => fake.requests.length === 1);
    vi.advanceTimersByTime(150);
    const neighbours = [client.scanBytes(clean), client.scanPath('/x')];
    await fake.until(() => fake.requests.length === 3);
    vi.advanceTimersByTime(50);
    expect(await hung).toMatchObject(timeout);
    expect(await Promise.all(neighbours)).toEqual([nothing, nothing]);
    expect(fake.requests.filter(({ bytes }) => bytes.equals(virus))).toHaveLength(1);
    expect(filesSent(fake)).toEqual([1, 1, 1, 3, 3]);
  });

  it('times out a stream, also when its chunks never come', async () => {
    useFakeTimers();
    const { fake, client } = await setUp({ answer: () => null }, { requestTimeoutMs: 100 });
    const forever = Promise.withResolvers<Buffer>();
    const asked = Promise.withResolvers<void>();
    async function* never(): AsyncGenerator<Buffer> {
      asked.resolve();
      yield await forever.promise;
    }
    const outcomes = [
      client.scanStream(() => never(), 8),
      client.scanStream(() => onlyChunk(clean), clean.length),
    ];
    await asked.promise;
    await fake.until(() => fake.requests.length === 1);
    vi.advanceTimersByTime(100);
    expect(await Promise.all(outcomes)).toMatchObject([timeout, timeout]);
  });

  it('answers unavailable to what waited until its deadline, because the file is not to blame', async () => {
    useFakeTimers();
    const { fake, client } = await setUp({ answer: () => null }, { maxSessions: 1, maxInFlight: 1 });
    const outcomes = [client.scanBytes(clean), client.scanBytes(clean)];
    await fake.until(() => fake.requests.length === 1);
    vi.advanceTimersByTime(5000);
    expect(await Promise.all(outcomes)).toMatchObject([timeout, unavailable]);
  });

  it('refuses more than may wait', async () => {
    const { client } = await setUp({ answer: () => null }, { requestTimeoutMs: 100, maxWaiting: 2 });
    const outcomes = [1, 2, 3].map(() => client.scanBytes(clean));
    expect(await outcomes[2]).toMatchObject(unavailable);
  });

  it('finds out within the probe that clamd hangs, and fails all at once until it answers again', async () => {
    let hangs = true;
    const { fake, client } = await setUp(
      { answer: (request) => (hangs ? null : properAnswer(request)) },
      {
        requestTimeoutMs: 20_000,
        probeAfterMs: 150,
        probeTimeoutMs: 300,
        firstCooldownMs: 20,
        maxSessions: 1,
      },
    );
    const startedMs = performance.now();
    const outcomes = Array.from({ length: 6 }, () => client.scanBytes(clean));
    const stream = client.scanStream(() => onlyChunk(clean), clean.length);
    expect(await Promise.all(outcomes)).toMatchObject([
      ...Array.from({ length: 4 }, () => timeout),
      ...Array.from({ length: 2 }, () => unavailable),
    ]);
    expect(await stream).toMatchObject(timeout);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(client.breakerState).not.toBe('closed');
    const seen = fake.requests.filter(({ command }) => command !== 'PING').length;
    expect(await client.scanBytes(clean)).toMatchObject(unavailable);
    expect(fake.requests.filter(({ command }) => command !== 'PING')).toHaveLength(seen);
    hangs = false;
    await untilClosed(fake, client);
    expect(await client.scanBytes(virus)).toMatchObject(found);
  });

  it('lets a slow scan go on while clamd answers the probe', async () => {
    const held: FakeRequest[] = [];
    const { fake, client } = await setUp(
      {
        answer(request) {
          if (request.command === 'PING') return 'PONG\0';
          held.push(request);
          return null;
        },
      },
      { probeAfterMs: 20 },
    );
    const outcome = client.scanBytes(virus);
    await fake.until(() => fake.requests.filter(({ command }) => command === 'PING').length >= 3);
    for (const request of held) request.socket.write(properAnswer(request));
    expect(await outcome).toMatchObject(found);
    expect(client.breakerState).toBe('closed');
  });

  it('waits a little for a clamd that is not there yet', async () => {
    const fake = new FakeClamd();
    onTestFinished(() => fake[Symbol.asyncDispose]());
    const client = clientOf(targetAt({ kind: 'unix', path: fake.socketPath }), { reconnectWindowMs: 10_000 });
    const outcome = client.scanBytes(virus);
    await nextTurn();
    await fake.listen();
    expect(await outcome).toMatchObject(found);
  });

  it('opens the breaker when nobody comes, and closes it when clamd is there', async () => {
    const fake = new FakeClamd();
    onTestFinished(() => fake[Symbol.asyncDispose]());
    const target = targetAt({ kind: 'unix', path: fake.socketPath });
    const client = clientOf(target, { firstCooldownMs: 20 });
    const outcomes = [
      client.scanBytes(clean),
      client.scanPath('/x'),
      client.scanStream(() => onlyChunk(clean), 8),
    ];
    expect(await Promise.all(outcomes)).toMatchObject([unavailable, unavailable, unavailable]);
    expect(client.breakerState).not.toBe('closed');
    await fake.listen();
    await untilClosed(fake, client);
    expect(await client.scanBytes(virus)).toMatchObject(found);
  });

  it('answers what is asked while and after it stops', async () => {
    const { fake, client } = await setUp({ answer: () => null });
    const outcomes = [client.scanBytes(clean), client.scanStream(() => onlyChunk(clean), clean.length)];
    await fake.until(() => fake.requests.length === 2);
    await client[Symbol.asyncDispose]();
    expect(await Promise.all(outcomes)).toMatchObject([unavailable, unavailable]);
    expect(await client.scanBytes(clean)).toMatchObject(unavailable);
  });
});

/** The connection of each file that was sent, in order; the PINGs between them left out. */
function filesSent(fake: FakeClamd): number[] {
  return fake.requests.filter(({ command }) => command !== 'PING').map(({ connection }) => connection);
}

/** The probe is answered; the breaker closes a turn of the loop later. */
async function untilClosed(fake: FakeClamd, client: ClamdClient): Promise<void> {
  await fake.until(() =>
    fake.requests.some(({ command, socket }) => command === 'PING' && socket.bytesWritten > 0),
  );
  while (client.breakerState !== 'closed') await nextTurn();
}
