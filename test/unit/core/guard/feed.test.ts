import { expect, test } from 'vitest';
import { Feed } from '../../../../src/core/guard/feed.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { FeedEvent } from '../../../../src/shared/contract.ts';
import type { Finding } from '../../../../src/shared/finding.ts';
import { badRule } from './samples.ts';

const someFinding: Finding = {
  id: 1,
  path: '/a',
  identity: '1:1:1:1:1',
  sha256: null,
  size_bytes: 1,
  verdict: 'infected',
  severity: 'high',
  detections: [badRule],
  origin: 'realtime',
  state: 'open',
  note: '',
  vault_id: null,
  found_at: 1,
  seen_at: 1,
};
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

test('who wants no verdicts hears everything else, and no verdict is put together for it', () => {
  const feed = new Feed(silentLogger);
  const heard: string[] = [];
  const end = feed.subscribe(({ kind }) => heard.push(kind), { verdicts: false });
  expect([feed.isHeard, feed.hearsVerdicts]).toEqual([true, false]);
  const endOther = feed.subscribe(() => {});
  expect(feed.hearsVerdicts).toBe(true);
  feed.emit(event);
  feed.emit({ kind: 'finding', at: 1, finding: someFinding });
  expect(heard).toEqual(['finding']);
  endOther();
  endOther();
  expect([feed.isHeard, feed.hearsVerdicts]).toEqual([true, false]);
  end();
  expect(feed.isHeard).toBe(false);
});
