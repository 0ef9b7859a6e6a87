import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  SettingEdits,
  shownValue,
  type SettingChange,
  type SettingEditsOptions,
} from '../../../../src/renderer/pages/settings/setting-edits.ts';
import type { ShownSetting } from '../../../../src/renderer/pages/settings/setting-words.ts';
import { shownSettings } from '../../../renderer/answers/settings.ts';

const maxWorkers = named('scaling.max_workers');
const listen = named('api.listen');

function named(name: string): ShownSetting {
  const setting = shownSettings({ 'scaling.max_workers': { value: 6, origin: 'file' } }).find(
    (each) => each.name === name,
  );
  if (setting === undefined) throw new Error(`no setting ${name}`);
  return setting;
}

type Answer = (changes: readonly SettingChange[]) => Promise<{ readonly restart: readonly string[] }>;

function setUp(answer: Answer = () => Promise.resolve({ restart: [] })) {
  const save = vi.fn<Answer>(answer);
  const onSaved = vi.fn<SettingEditsOptions['onSaved']>();
  return { save, onSaved, edits: new SettingEdits({ save, onSaved }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a change', () => {
  test('is saved once, when nothing more was typed for a moment', async () => {
    const { edits, save } = setUp();
    edits.change(maxWorkers, 7, 500);
    await vi.advanceTimersByTimeAsync(400);
    edits.change(maxWorkers, 8, 500);
    await vi.advanceTimersByTimeAsync(499);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(save.mock.calls).toEqual([[[{ name: 'scaling.max_workers', value: 8 }]]]);
  });

  test('is saved at once when the field is left, and not again', async () => {
    const { edits, save } = setUp();
    edits.change(maxWorkers, 7, 500);
    edits.flush('scaling.max_workers');
    await vi.runAllTimersAsync();
    edits.flush('scaling.max_workers');
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test('waits for the field to be left where it has no moment', async () => {
    const { edits, save } = setUp();
    edits.change(listen, '127.0.0.1:9', null);
    await vi.runAllTimersAsync();
    expect(save).not.toHaveBeenCalled();
    edits.flush('api.listen');
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test('back to what the file holds is none', async () => {
    const { edits, save } = setUp();
    edits.change(maxWorkers, 7, 500);
    edits.change(maxWorkers, 6, 500);
    await vi.runAllTimersAsync();
    expect(save).not.toHaveBeenCalled();
    expect(edits.snapshot().size).toBe(0);
  });

  test('back to what the file held before the last one is saved too', async () => {
    const { edits, save } = setUp();
    edits.change(maxWorkers, 7, 0);
    await vi.runAllTimersAsync();
    edits.change(maxWorkers, 6, 0);
    await vi.runAllTimersAsync();
    expect(save.mock.calls.map(([changes]) => changes[0]?.value)).toEqual([7, 6]);
  });

  test('is shown until the file was read again', async () => {
    const { edits } = setUp();
    edits.change(maxWorkers, 8, 0);
    expect(shownValue(edits.snapshot(), maxWorkers)).toEqual({ value: 8, problem: '', isSaving: true });
    await vi.runAllTimersAsync();
    expect(shownValue(edits.snapshot(), maxWorkers)).toEqual({ value: 8, problem: '', isSaving: false });
    edits.settle();
    expect(shownValue(edits.snapshot(), maxWorkers).value).toBe(6);
  });

  test('is told with what undoes it: the value before, or no key where there was none', async () => {
    const { edits, onSaved } = setUp(() => Promise.resolve({ restart: ['api.listen'] }));
    edits.change(maxWorkers, 8, 0);
    edits.change(listen, '127.0.0.1:9', 0);
    await vi.runAllTimersAsync();
    expect(onSaved.mock.calls).toEqual([
      [{ setting: maxWorkers, before: { name: 'scaling.max_workers', value: 6 }, needsRestart: false }],
      [{ setting: listen, before: { name: 'api.listen', value: null }, needsRestart: true }],
    ]);
  });

  test('follows the one before it: two are never saved at the same time', async () => {
    const running: (() => void)[] = [];
    const { edits, save } = setUp(
      () => new Promise((resolve) => running.push(() => resolve({ restart: [] }))),
    );
    edits.change(maxWorkers, 8, 0);
    edits.change(listen, '127.0.0.1:9', 0);
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(1);
    running[0]?.();
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(2);
  });
});

describe('a change that is refused', () => {
  test('keeps what was typed and says why', async () => {
    const { edits, onSaved } = setUp(() => Promise.reject(new Error('expected HOST:PORT')));
    edits.change(listen, 'nowhere', 0);
    await vi.runAllTimersAsync();
    expect(shownValue(edits.snapshot(), listen)).toEqual({
      value: 'nowhere',
      problem: 'expected HOST:PORT',
      isSaving: false,
    });
    edits.settle();
    expect(shownValue(edits.snapshot(), listen).value).toBe('nowhere');
    expect(onSaved).not.toHaveBeenCalled();
  });

  test('a number out of its range is not even sent', async () => {
    const { edits, save } = setUp();
    edits.change(maxWorkers, 640, 0);
    edits.change(named('scaling.min_workers'), null, 0);
    await vi.runAllTimersAsync();
    expect(save).not.toHaveBeenCalled();
    expect(shownValue(edits.snapshot(), maxWorkers)).toMatchObject({
      value: 640,
      problem: 'It must be at most 64\u00a0workers.',
    });
  });

  test('a late refusal does not take away what was typed meanwhile', async () => {
    const { edits } = setUp(
      () => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('no')), 50)),
    );
    edits.change(listen, 'first', 0);
    await vi.advanceTimersByTimeAsync(10);
    edits.change(listen, 'second', null);
    await vi.runAllTimersAsync();
    expect(shownValue(edits.snapshot(), listen)).toMatchObject({ value: 'second', problem: '' });
  });

  test('does not keep the next one from being saved', async () => {
    const { edits, save } = setUp((changes) =>
      changes[0]?.value === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve({ restart: [] }),
    );
    edits.change(listen, 'bad', 0);
    edits.change(maxWorkers, 8, 0);
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(2);
  });
});

test('reset takes the key out of the file', async () => {
  const { edits, save, onSaved } = setUp();
  edits.reset(maxWorkers);
  await vi.runAllTimersAsync();
  expect(save.mock.calls).toEqual([[[{ name: 'scaling.max_workers', value: null }]]]);
  expect(onSaved.mock.calls[0]?.[0]).toMatchObject({ before: { value: 6 } });
});

test('what was typed is saved when the page is left', async () => {
  const { edits, save } = setUp();
  edits.change(listen, '127.0.0.1:9', null);
  edits[Symbol.dispose]();
  await vi.runAllTimersAsync();
  expect(save).toHaveBeenCalledTimes(1);
});
