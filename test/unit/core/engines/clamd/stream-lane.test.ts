// Bounds and ends of the lane for large files; the rest of it is seen through the client.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../src/core/engines/clamd/address.ts';
import type { Connection } from '../../../../../src/core/engines/clamd/address.ts';
import { StreamLane } from '../../../../../src/core/engines/clamd/stream-lane.ts';
import { FakeClamd } from '../../../../helpers/fake-clamd.ts';

const unavailable = { kind: 'failed', reason: 'engine_unavailable' };

async function* chunk(): AsyncGenerator<Buffer> {
  yield Buffer.from('x');
}

function laneWith(connect: () => Promise<Connection>): StreamLane {
  return new StreamLane({
    connect,
    maxStreams: 1,
    maxWaiting: 1,
    requestTimeoutMs: 10_000,
    onSent: () => undefined,
    onUnreachable: () => undefined,
  });
}

describe('StreamLane', () => {
  it('refuses more than may wait, at once', async () => {
    using lane = laneWith(() => new Promise(() => undefined));
    void lane.submit(() => chunk(), 1);
    void lane.submit(() => chunk(), 1);
    expect(await lane.submit(() => chunk(), 1)).toMatchObject(unavailable);
  });

  it('sends nothing on a connection that comes after the request has failed', async () => {
    await using fake = await FakeClamd.start();
    const connected = Promise.withResolvers<Connection>();
    using lane = laneWith(() => connected.promise);
    const outcome = lane.submit(() => chunk(), 1);
    const connection = await openConnection(fake.address, 1000);
    if (connection.kind === 'failed') throw new Error(connection.failure);
    const { socket } = connection;
    const failed = { kind: 'failed', reason: 'engine_unavailable', detail: 'gone' } as const;
    lane.failAll(failed, failed);
    connected.resolve(connection);
    await once(socket, 'close');
    expect([await outcome, fake.requests.length, socket.bytesWritten]).toEqual([failed, 0, 0]);
  });
});
