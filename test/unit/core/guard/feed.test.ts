import { expect, test } from 'vitest';
import { Feed } from '../../../../src/core/guard/feed.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { FeedEvent } from '../../../../src/shared/contract.ts';

const event: FeedEvent = { kind: 'verdict', at: 1, origin: 'realtime', result: {}, latency_ms: null };

test('every listener hears every event until it ends, and somebody is known to listen', () => {
  const feed = new Feed(silentLogger);
  const heard: string[] = [];
  expect(feed.isHeard).toBe(false);
  feed.emit(event);
  const end = feed.subscribe(({ kind }) => heard.push(`one ${kind}`));
  const endOther = feed.subscribe(({ kind }) => heard.push(`two ${kind}`));
  feed.emit(event);
  end();
  end();
  feed.emit(event);
  expect(heard).toEqual(['one verdict', 'two verdict', 'two verdict']);
  expect(feed.isHeard).toBe(true);
  endOther();
  expect(feed.isHeard).toBe(false);
});

test('a listener that fails is logged, and keeps neither the others nor the line waiting', () => {
  const errors: unknown[] = [];
  const feed = new Feed({ ...silentLogger, error: (fields) => errors.push(fields) });
  const heard: FeedEvent[] = [];
  feed.subscribe(() => {
    throw new Error('unlucky');
  });
  feed.subscribe((told) => heard.push(told));
  feed.emit(event);
  expect([heard, errors]).toEqual([[event], [{ cause: 'unlucky' }]]);
});
