// [fleet]: a worker that takes its files from Kafka.
import { z } from 'zod';
import { setting, text, texts, wholeNumber } from './setting.ts';

const restart = { effect: 'restart', pending: true } as const;
const milliseconds = { unit: 'milliseconds', ...restart } as const;
const topic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/);

export const fleetSchema = z
  .strictObject({
    brokers: setting(texts.min(1), ['127.0.0.1:9092'], 'Kafka brokers to begin with: HOST:PORT.', restart),
    group_id: setting(text.min(1), 'vedette', 'Consumer group.', restart),
    request_topic: setting(topic, 'vedette.scan.requests', 'Where scan requests come from.', restart),
    verdict_topic: setting(topic, 'vedette.scan.verdicts', 'Where verdicts go.', restart),
    dead_letter_topic: setting(
      topic,
      'vedette.scan.dead-letter',
      'Where requests go that cannot be processed.',
      restart,
    ),
    num_workers: setting(wholeNumber(1, 64), 4, 'Scan workers of a fleet worker.', {
      unit: 'workers',
      ...restart,
    }),
    max_queue_size: setting(
      wholeNumber(1, 1_000_000),
      1000,
      'Requests in flight; above it partitions are paused.',
      { unit: 'requests', ...restart },
    ),
    session_timeout_ms: setting(
      wholeNumber(1000, 1_800_000),
      30_000,
      'A worker that is silent for this long has left the group.',
      milliseconds,
    ),
    max_poll_interval_ms: setting(
      wholeNumber(1000, 86_400_000),
      300_000,
      'A worker that takes nothing for this long leaves the group.',
      milliseconds,
    ),
    redis_url: setting(text, '', 'Redis or Valkey with the shared verdicts; empty for none.', restart),
  })
  .check(({ value, issues }) => {
    const { session_timeout_ms: session, max_poll_interval_ms: poll } = value;
    if (session <= poll) return;
    const message = `session_timeout_ms (${session}) must not be more than max_poll_interval_ms (${poll})`;
    issues.push({
      code: 'custom',
      path: ['session_timeout_ms'],
      input: session,
      message,
      params: { other: 'max_poll_interval_ms' },
    });
  });
