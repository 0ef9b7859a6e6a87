import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOf, listenToService } from '../../../../src/cli/remote/remote-events.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';
import type { FeedEvent } from '../../../../src/shared/contract.ts';
import { FakeService, fakeToken } from '../../../helpers/fake-service.ts';
import { finding, job } from '../sample-reports.ts';

const events: readonly FeedEvent[] = [
  { kind: 'finding', at: 1, finding: finding({ path: '/srv/\u2028\uDCFF' }) },
  { kind: 'job', at: 2, job: job() },
];

let service: FakeService;
beforeAll(async () => {
  service = await FakeService.start();
});
afterAll(() => service[Symbol.asyncDispose]());

function connectionWith(token = fakeToken) {
  return { url: parseServiceUrl(service.url, false), token, agent: false } as const;
}

async function first(count: number, all: AsyncIterable<FeedEvent>): Promise<readonly FeedEvent[]> {
  const heard: FeedEvent[] = [];
  for await (const event of all) {
    heard.push(event);
    if (heard.length === count) break;
  }
  return heard;
}

describe('the events of a service', () => {
  test('come in order, from the moment it is open', async () => {
    const ending = new AbortController();
    const listening = listenToService(connectionWith(), false, ending.signal);
    await listening.open;
    for (const event of events) service.emit(event);
    expect(await first(2, listening.events)).toEqual(events);
    ending.abort();
    expect(service.seen.at(-1)?.target).toBe('/api/v1/events?all=false');
  });

  test('end without an error when nobody wants them any more', async () => {
    const ending = new AbortController();
    const listening = listenToService(connectionWith(), true, ending.signal);
    await listening.open;
    const heard = first(1, listening.events);
    ending.abort();
    expect(await heard).toEqual([]);
  });

  test('fail when the service ends, after what it told', async () => {
    const { signal } = new AbortController();
    const listening = listenToService(connectionWith(), false, signal);
    await listening.open;
    for (const event of events) service.emit(event);
    service.endStreams();
    const heard: FeedEvent[] = [];
    await expect(async () => {
      for await (const event of listening.events) heard.push(event);
    }).rejects.toMatchObject({ code: 'CALL_FAILED' });
    expect(heard).toEqual(events);
  });

  test('are refused like a call', async () => {
    const { signal } = new AbortController();
    const listening = listenToService(connectionWith('vdt_another'), false, signal);
    await expect(listening.open).rejects.toMatchObject({ code: 'NOT_ADMITTED' });
    await expect(first(1, listening.events)).rejects.toMatchObject({ code: 'NOT_ADMITTED' });
  });

  test('fail when one is longer than anything that is told', async () => {
    const { signal } = new AbortController();
    service.intercept = (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(`data: ${'x'.repeat(9_000_000)}`);
      return true;
    };
    const listening = listenToService(connectionWith(), false, signal);
    await expect(first(1, listening.events)).rejects.toThrow('more than 8388608 bytes');
    service.intercept = () => false;
  });
});

describe('a line', () => {
  test.each([':', 'event: x', 'data: {', 'data: {"kind":"of tomorrow","at":1}', 'id: 3', ''])(
    '%j is passed over',
    (line) => {
      expect(eventOf(line)).toBeNull();
    },
  );

  test('may have no space, and end as Windows ends lines', () => {
    const [event] = events;
    expect(eventOf(`data:${JSON.stringify(event)}\r`)).toEqual(event);
  });
});
