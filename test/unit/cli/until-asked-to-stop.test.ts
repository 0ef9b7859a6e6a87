// One asking, however often it is handed on; a second one a while later ends the process.
import { expect, test, vi } from 'vitest';
import { untilAskedToStop } from '../../../src/cli/until-asked-to-stop.ts';

function scene() {
  const clock = { nowMs: 0 };
  const before = process.listenerCount('SIGINT');
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  return {
    clock,
    kill,
    stop: untilAskedToStop(() => clock.nowMs),
    listeners: () => process.listenerCount('SIGINT') - before,
    [Symbol.dispose]: () => kill.mockRestore(),
  };
}

test('is asked once by a signal that comes twice at the same time', async () => {
  using at = scene();
  process.emit('SIGINT', 'SIGINT');
  at.clock.nowMs = 900;
  process.emit('SIGINT', 'SIGINT');
  await at.stop.asked;
  expect([at.stop.signal.aborted, at.kill.mock.calls, at.listeners()]).toEqual([true, [], 1]);
  at.stop[Symbol.dispose]();
  expect(at.listeners()).toBe(0);
});

test('ends at once when it is asked again', () => {
  using at = scene();
  process.emit('SIGTERM', 'SIGTERM');
  at.clock.nowMs = 1100;
  process.emit('SIGINT', 'SIGINT');
  expect([at.stop.signal.aborted, at.kill.mock.calls]).toEqual([true, [[process.pid, 'SIGINT']]]);
  expect(at.listeners()).toBe(0);
});
