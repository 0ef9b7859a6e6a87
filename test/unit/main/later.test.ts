import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Later } from '../../../src/main/later.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is on its way', () => {
  test('reaches those who asked before it came and after', async () => {
    const later = new Later<number>(30_000, 'too late');
    const early = later.get();
    later.arrived(5);
    expect(await Promise.all([early, later.get()])).toEqual([5, 5]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is waited for no longer than the deadline, and still found later', async () => {
    const later = new Later<number>(30_000, 'Vedette is still starting');
    const waiting = later.get().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await waiting).toMatchObject({ code: 'CALL_FAILED', message: 'Vedette is still starting' });
    later.arrived(5);
    expect(await later.get()).toBe(5);
  });

  test('tells everybody why it does not come', async () => {
    const later = new Later<number>(30_000, 'too late');
    const early = later.get().catch((error: unknown) => error);
    later.failed(new Error('no disk'));
    expect(await early).toEqual(new Error('no disk'));
    await expect(later.get()).rejects.toThrow('no disk');
  });
});
