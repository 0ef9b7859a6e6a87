import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { untilSent } from '../../../../src/api/service/unread-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Seconds until the answer is given, when a byte comes again and again. */
async function secondsWith(everyMs: number): Promise<number> {
  const body = new IncomingMessage(new Socket());
  const startedAtMs = Date.now();
  const sending = setInterval(() => body.push('a'), everyMs);
  const sent = untilSent(body).then(() => (Date.now() - startedAtMs) / 1000);
  await vi.advanceTimersByTimeAsync(60_000);
  clearInterval(sending);
  body.destroy();
  return await sent;
}

describe('the rest of a body that nobody wants', () => {
  test('is waited for while it comes, for five seconds at most', async () => {
    expect(await secondsWith(200)).toBe(5);
  });

  test('is not waited for when it stops', async () => {
    expect(await secondsWith(2000)).toBe(1);
  });
});
