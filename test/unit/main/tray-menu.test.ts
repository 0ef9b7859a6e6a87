import { describe, expect, test } from 'vitest';
import { trayIcons, trayView, type TrayItem } from '../../../src/main/tray-menu.ts';
import type { Protection, ProtectionState } from '../../../src/shared/protection.ts';

function protection(
  state: ProtectionState,
  { enabled = true, isPaused = false, sentence = 'Protected: 3 folders watched.' } = {},
): Protection {
  return {
    state,
    sentence,
    advice: [],
    evidence: {
      enabled,
      pause: isPaused ? { until: null, since: 1, actor: 'user a' } : null,
      engines: [],
      signature_age_days: 0,
      watcher: { state: 'running', restarts: 0, loop_delay_ms: 0, folders: [] },
      sweep: { state: 'idle', cause: '', files: 0, started_at: null, ended_at: null, next_at: null },
      backlog: 0,
      put_off: 0,
      lost_events: 0,
      open_findings: 0,
      brake: { on: false, reason: '' },
      problems: [],
    },
  };
}

function flat(items: readonly TrayItem[]): readonly TrayItem[] {
  return items.flatMap((item) => (item.kind === 'menu' ? [item, ...flat(item.items)] : [item]));
}

function find(items: readonly TrayItem[], id: string): TrayItem | undefined {
  return flat(items).find((item) => item.kind !== 'line' && item.id === id);
}

describe('the tray', () => {
  test.each([
    ['protected', 'protected'],
    ['reduced', 'protected'],
    ['attention', 'attention'],
    ['threat', 'threat'],
    ['paused', 'paused'],
    ['off', 'paused'],
    ['not_running', 'paused'],
  ] as const)('shows %s by the shape %s', (state, icon) => {
    expect(trayIcons[state]).toBe(icon);
    expect(trayView(protection(state)).icon).toBe(icon);
  });

  test('says the state first, and offers everything while it protects', () => {
    const { items, tooltip } = trayView(protection('protected'));
    expect(tooltip).toBe('Vedette: Protected: 3 folders watched.');
    expect(items[0]).toEqual({ kind: 'text', id: 'state', label: 'Protected: 3 folders watched.' });
    expect(flat(items).map((item) => (item.kind === 'line' ? '-' : item.id))).toEqual([
      'state',
      '-',
      'protection',
      'pause',
      'pause-15-minutes',
      'pause-1-hour',
      'pause-until-restart',
      '-',
      'scan-quick',
      'open',
      'export',
      '-',
      'quit',
    ]);
    expect(find(items, 'protection')).toMatchObject({
      isChecked: true,
      action: { kind: 'switch', on: false },
    });
    expect(find(items, 'pause-1-hour')).toMatchObject({ action: { kind: 'pause', seconds: 3600 } });
    expect(find(items, 'pause-until-restart')).toMatchObject({ action: { kind: 'pause', seconds: null } });
  });

  test('ends a pause by its own item and by the switch', () => {
    const { items } = trayView(protection('paused', { isPaused: true }));
    expect(find(items, 'protection')).toMatchObject({ isChecked: false, action: { kind: 'resume' } });
    expect(find(items, 'resume')).toMatchObject({ isEnabled: true, action: { kind: 'resume' } });
    expect(find(items, 'pause')).toBeUndefined();
  });

  test('switches on what is off, which cannot be paused', () => {
    const { items } = trayView(protection('off', { enabled: false }));
    expect(find(items, 'protection')).toMatchObject({
      isChecked: false,
      action: { kind: 'switch', on: true },
    });
    expect(find(items, 'pause')).toMatchObject({ isEnabled: false });
  });

  test('offers only the window and the end while Vedette starts', () => {
    const enabled = flat(trayView(null).items).flatMap((item) =>
      'isEnabled' in item && item.isEnabled ? [item.id] : [],
    );
    expect(enabled).toEqual(['open', 'quit']);
  });

  test('cuts what is too long for a menu or a tooltip', () => {
    const { items, tooltip } = trayView(protection('threat', { sentence: 'x'.repeat(500) }));
    expect(tooltip).toHaveLength(127);
    expect(find(items, 'state')).toMatchObject({ label: `${'x'.repeat(89)}…` });
  });
});
