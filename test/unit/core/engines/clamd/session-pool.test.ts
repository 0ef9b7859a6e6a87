// What the pool does with connections it cannot get; the rest of it is seen through the client.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../src/core/engines/clamd/address.ts';
import type { Connection } from '../../../../../src/core/engines/clamd/address.ts';
import { SessionPool } from '../../../../../src/core/engines/clamd/session-pool.ts';
import type { EngineOutcome } from '../../../../../src/core/engines/scan-engine.ts';
import { FakeClamd, properAnswer } from '../../../../helpers/fake-clamd.ts';

describe('SessionPool', () => {
  it.each([
    ['busy', 0],
    ['refused', 1],
  ] as const)('%s is reported as unreachable %i times', async (failure, times) => {
    const attempts: Connection[] = [];
    let unreachable = 0;
    using pool = new SessionPool({
      async connect() {
        const connection: Connection = { kind: 'failed', failure };
        // One failure a round, the second for good: a pool that asks again at once would never let the timers run.
        if (attempts.push(connection) > 1) await new Promise(() => undefined);
        return connection;
      },
      maxSessions: 1,
      maxInFlight: 1,
      maxWaiting: 1,
      requestTimeoutMs: 50,
      idleMs: 1000,
      onSent: () => undefined,
      onUnreachable() {
        unreachable += 1;
      },
    });
    const outcome = await pool.submit(() => Promise.resolve({ kind: 'lost' }));
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'engine_unavailable' });
    expect(unreachable).toBe(times);
  });

  it('does not use a connection that was being opened when another was lost', async () => {
    await using fake = await FakeClamd.start({
      answer: (request) => (request.connection === 1 ? null : properAnswer(request)),
    });
    const late = Promise.withResolvers<void>();
    const sockets: Socket[] = [];
    using pool = new SessionPool({
      async connect() {
        const connection = await openConnection(fake.address, 5000);
        if (connection.kind === 'connected' && sockets.push(connection.socket) === 2) await late.promise;
        return connection;
      },
      maxSessions: 2,
      maxInFlight: 1,
      maxWaiting: 10,
      requestTimeoutMs: 10_000,
      idleMs: 1000,
      onSent: () => undefined,
      onUnreachable: () => undefined,
    });
    function scan(): Promise<EngineOutcome> {
      return pool.submit((session) => session.scanBytes(Buffer.from('x')));
    }
    const outcomes = [scan(), scan()];
    await fake.until(() => fake.connections === 2 && fake.requests.length === 1);
    const lost = once(sockets[0] ?? new Socket(), 'close');
    fake.requests[0]?.socket.destroy();
    await lost;
    late.resolve();
    expect(await Promise.all(outcomes)).toEqual([{ kind: 'nothing' }, { kind: 'nothing' }]);
    expect(fake.requests.map(({ connection }) => connection)).not.toContain(2);
  });
});
