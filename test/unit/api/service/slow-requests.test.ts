import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SlowRequests } from '../../../../src/api/service/slow-requests.ts';
import { anEndedRequest, lookupRoute } from './an-ended-request.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function slowRequests() {
  const limit = { seconds: 1 };
  const count = vi.fn<(route: string) => void>();
  const warn = vi.fn<(fields: Readonly<Record<string, unknown>>, message: string) => void>();
  const slow = new SlowRequests({ thresholdSeconds: () => limit.seconds, count, logger: { warn } });
  return { slow, count, warn, limit };
}

const line = { method: 'GET', route: lookupRoute, status: 200, client: 'owner' };

describe('slow requests', () => {
  test('are counted by route, and told with what names them but for the address', () => {
    const { slow, count, warn } = slowRequests();
    using _slow = slow;
    slow.look(anEndedRequest({ seconds: 1.2344 }));
    expect(count.mock.calls).toEqual([[lookupRoute]]);
    expect(warn.mock.calls).toEqual([
      [{ ...line, request_id: 'id-1', duration_ms: 1234, requests: 1 }, 'a request was slow'],
    ]);
  });

  test('are those above the threshold, as it is at the moment', () => {
    const { slow, count, limit } = slowRequests();
    using _slow = slow;
    slow.look(anEndedRequest({ seconds: 1 }));
    expect(count).not.toHaveBeenCalled();
    limit.seconds = 0.5;
    slow.look(anEndedRequest({ seconds: 0.6 }));
    expect(count).toHaveBeenCalledOnce();
  });

  test('in a flood are one line a second, about the slowest, with their number; then all is quiet', () => {
    const { slow, count, warn } = slowRequests();
    using _slow = slow;
    for (const seconds of [2, 3, 9, 4]) slow.look(anEndedRequest({ seconds, requestId: `id-${seconds}` }));
    expect(warn).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1000);
    slow.look(anEndedRequest({ seconds: 5, requestId: 'id-5' }));
    expect(warn).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(60_000);
    slow.look(anEndedRequest({ seconds: 6, requestId: 'id-6' }));
    expect(warn.mock.calls.map(([fields]) => [fields['request_id'], fields['requests']])).toEqual([
      ['id-2', 1],
      ['id-9', 3],
      ['id-5', 1],
      ['id-6', 1],
    ]);
    expect(count).toHaveBeenCalledTimes(6);
  });

  test('that were not told yet are told at the end', () => {
    const { slow, warn } = slowRequests();
    for (const seconds of [2, 3]) slow.look(anEndedRequest({ seconds }));
    slow[Symbol.dispose]();
    expect(warn).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
