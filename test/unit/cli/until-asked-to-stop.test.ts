// One asking, however often it is handed on; a second one later ends the process, which only a process of its own can show.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilAskedToStop } from '../../../src/cli/until-asked-to-stop.ts';

const others = new Map<string, readonly unknown[]>();
let kill: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  others.set('SIGINT', process.listeners('SIGINT'));
  kill = vi.spyOn(process, 'kill').mockReturnValue(true);
});

afterEach(() => {
  kill.mockRestore();
  expect(process.listeners('SIGINT')).toEqual(others.get('SIGINT'));
});

test('is asked once by a signal that comes twice at the same time', async () => {
  let nowMs = 0;
  using stop = untilAskedToStop(() => nowMs);
  process.emit('SIGINT', 'SIGINT');
  nowMs = 900;
  process.emit('SIGINT', 'SIGINT');
  await stop.asked;
  expect([stop.signal.aborted, kill.mock.calls]).toEqual([true, []]);
});

test('ends at once when it is asked again', () => {
  let nowMs = 0;
  using stop = untilAskedToStop(() => nowMs);
  process.emit('SIGTERM', 'SIGTERM');
  nowMs = 1100;
  process.emit('SIGINT', 'SIGINT');
  expect([stop.signal.aborted, kill.mock.calls]).toEqual([true, [[process.pid, 'SIGINT']]]);
});
