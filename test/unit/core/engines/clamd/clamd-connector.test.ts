// Back-off ends: by the window, by the deadline, by the signal.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ClamdConnector } from '../../../../../src/core/engines/clamd/clamd-connector.ts';
import { FakeClamd } from '../../../../helpers/fake-clamd.ts';

function connectorTo(path: string, reconnectWindowMs: number): ClamdConnector {
  return new ClamdConnector({ address: { kind: 'unix', path }, reconnectWindowMs, connectTimeoutMs: 1000 });
}

const never = new AbortController().signal;

describe('ClamdConnector', () => {
  it('gives up a missing clamd after the window, and at the deadline when that is sooner', async () => {
    await using fake = new FakeClamd();
    const missing = { kind: 'failed', failure: 'missing' };
    const startedMs = performance.now();
    expect(await connectorTo(fake.socketPath, 100).connect(startedMs + 60_000, never)).toEqual(missing);
    expect(await connectorTo(fake.socketPath, 60_000).connect(performance.now() + 100, never)).toEqual(
      missing,
    );
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  it('does not ask a missing clamd again', async () => {
    await using fake = new FakeClamd();
    const startedMs = performance.now();
    await expect(connectorTo(fake.socketPath, 0).ping(20_000)).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
      details: { cause: 'missing' },
    });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('stops waiting when it is told to', async () => {
    await using fake = new FakeClamd();
    const abort = new AbortController();
    const connection = connectorTo(fake.socketPath, 60_000).connect(performance.now() + 60_000, abort.signal);
    await nextTurn();
    abort.abort();
    expect(await connection).toEqual({ kind: 'failed', failure: 'missing' });
  });

  it('hands out no connection that nobody wants any more', async () => {
    await using fake = await FakeClamd.start();
    const connection = connectorTo(fake.socketPath, 100).connect(
      performance.now() + 1000,
      AbortSignal.abort(),
    );
    expect(await connection).toMatchObject({ kind: 'failed' });
  });
});
