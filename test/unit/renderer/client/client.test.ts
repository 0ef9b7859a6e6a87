import { afterEach, describe, expect, test, vi } from 'vitest';
import { Client } from '../../../../src/renderer/client/client.ts';
import type { PageReply } from '../../../../src/shared/page-transport.ts';
import { FakeTransport, FakeVisibility } from './fake-transport.ts';

function refusal(code: 'NOT_ADMITTED' | 'CALL_FAILED'): PageReply {
  return { ok: false, error: { code, message: 'Not now.', details: { why: 'locked' } } };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('calls of the pages', () => {
  test('what is refused is thrown with its code, its sentence and its details', async () => {
    const transport = new FakeTransport();
    transport.reply = refusal('CALL_FAILED');
    using client = new Client(transport, new FakeVisibility());
    await expect(client.call('brake', {})).rejects.toMatchObject({
      name: 'CallError',
      code: 'CALL_FAILED',
      message: 'Not now.',
      details: { why: 'locked' },
    });
    expect(client.store.connection).toBe('connecting');
  });

  test('a call without a session ends all of them', async () => {
    const transport = new FakeTransport('service');
    transport.reply = refusal('NOT_ADMITTED');
    using client = new Client(transport, new FakeVisibility());
    await expect(client.call('brake', {})).rejects.toThrow('Not now.');
    expect([client.store.connection, transport.follower]).toEqual(['refused', undefined]);
  });

  test('a browser whose stream ended asks once whether it still has a session', async () => {
    const transport = new FakeTransport('service');
    transport.reply = refusal('NOT_ADMITTED');
    using client = new Client(transport, new FakeVisibility());
    transport.follower?.lose();
    await Promise.resolve();
    await Promise.resolve();
    expect([transport.calls, client.store.connection]).toEqual([['app.state'], 'refused']);
  });

  test('it asks at every loss: a Vedette that is back may know the session no more', async () => {
    vi.useFakeTimers();
    const transport = new FakeTransport('service');
    transport.reply = refusal('CALL_FAILED');
    using client = new Client(transport, new FakeVisibility());
    transport.follower?.lose();
    await vi.advanceTimersByTimeAsync(500);
    expect(client.store.connection).toBe('lost');
    transport.reply = refusal('NOT_ADMITTED');
    transport.follower?.lose();
    await vi.advanceTimersByTimeAsync(0);
    expect(client.store.connection).toBe('refused');
  });

  test('it does not ask again while nobody has answered', async () => {
    vi.useFakeTimers();
    const transport = new FakeTransport('service');
    const answer = Promise.withResolvers<PageReply>();
    transport.call = (name) => {
      transport.calls.push(name);
      return answer.promise;
    };
    using client = new Client(transport, new FakeVisibility());
    for (let round = 0; round < 4; round += 1) {
      transport.follower?.lose();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(transport.calls).toEqual(['app.state']);
    answer.resolve(refusal('CALL_FAILED'));
    await vi.advanceTimersByTimeAsync(0);
    transport.follower?.lose();
    expect([transport.calls.length, client.store.connection]).toEqual([2, 'lost']);
  });

  test('the window needs no session, and does not ask', () => {
    const transport = new FakeTransport('desktop');
    using client = new Client(transport, new FakeVisibility());
    transport.follower?.lose();
    expect([transport.calls, client.store.connection]).toEqual([[], 'lost']);
  });
});
