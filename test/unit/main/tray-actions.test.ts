import { describe, expect, test, vi } from 'vitest';
import {
  performTrayAction,
  type CoreAction,
  type TrayActionPorts,
  type TrayCalls,
} from '../../../src/main/tray-actions.ts';
import { AppError } from '../../../src/shared/errors.ts';

function scene(failure?: AppError) {
  const asked: unknown[] = [];
  const say = vi.fn<(title: string, body: string) => void>();
  function answer<Answer>(name: string, value: Answer): (input: unknown) => Promise<Answer> {
    return async (input) => {
      asked.push([name, input]);
      if (failure !== undefined) throw failure;
      return value;
    };
  }
  const calls: TrayCalls = {
    'settings.save': answer('settings.save', null),
    'protection.pause': answer('protection.pause', null),
    'protection.resume': answer('protection.resume', null),
    'jobs.start': answer('jobs.start', null),
    'metrics.export': answer('metrics.export', { path: '/data/metrics/a\nb.json' }),
  };
  const ports: TrayActionPorts = { calls: async () => calls, actor: 'user a', say };
  return { asked, say, act: (action: CoreAction) => performTrayAction(action, ports) };
}

describe('a click in the tray', () => {
  test.each([
    [
      { kind: 'switch', on: false },
      ['settings.save', { changes: [{ name: 'watch.enabled', value: false }], actor: 'user a' }],
    ],
    [{ kind: 'pause', seconds: 900 }, ['protection.pause', { seconds: 900, actor: 'user a' }]],
    [{ kind: 'resume' }, ['protection.resume', { actor: 'user a' }]],
    [{ kind: 'quick_scan' }, ['jobs.start', { kind: 'quick', roots: [], actor: 'user a' }]],
    [{ kind: 'export' }, ['metrics.export', {}]],
  ] as const)('%j makes one call', async (action, call) => {
    const { asked, act } = scene();
    await act(action);
    expect(asked).toEqual([call]);
  });

  test('tells where an export is, with no character that steers', async () => {
    const { say, act } = scene();
    await act({ kind: 'export' });
    expect(say.mock.calls).toEqual([['Metrics exported', '/data/metrics/a<U+000A>b.json']]);
  });

  test('tells why it did not work', async () => {
    const { say, act } = scene(new AppError('CALL_REFUSED', 'a variable sets this'));
    await act({ kind: 'switch', on: true });
    expect(say.mock.calls).toEqual([['That did not work', 'A variable sets this.']]);
  });
});
