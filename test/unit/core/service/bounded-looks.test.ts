import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BoundedLooks } from '../../../../src/core/service/bounded-looks.ts';

const answer = { is: 'there' };

function hang(): Promise<never> {
  return new Promise(() => {});
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe('a look', () => {
  test('has the answer, or the error', async () => {
    const looks = new BoundedLooks();
    expect(await looks.ask('a', async () => answer)).toBe(answer);
    const bug = new Error('a bug');
    await expect(looks.ask('a', () => Promise.reject(bug))).rejects.toBe(bug);
    expect(await looks.ask('a', async () => answer)).toBe(answer);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('at what hangs ends at the deadline, and the next one there at once', async () => {
    const looks = new BoundedLooks({ deadlineMs: 1000 });
    const hung = looks.ask('a', hang);
    const behind = vi.fn<() => Promise<typeof answer>>();
    const waiting = looks.ask('a', behind);
    await pass(1000);
    expect([await hung, await waiting]).toEqual([null, null]);
    expect(await looks.ask('a', behind)).toBeNull();
    expect(behind).not.toHaveBeenCalled();
  });

  test('is taken again once the place has answered', async () => {
    const looks = new BoundedLooks({ deadlineMs: 1000 });
    const { promise, resolve } = Promise.withResolvers<typeof answer>();
    const late = looks.ask('a', () => promise);
    await pass(1000);
    expect([await late, await looks.ask('a', async () => answer)]).toEqual([null, null]);
    resolve(answer);
    await pass(0);
    expect(await looks.ask('a', async () => answer)).toBe(answer);
  });
});

describe('looks', () => {
  test('at one place are taken one after the other', async () => {
    const looks = new BoundedLooks();
    let atOnce = 0;
    let most = 0;
    async function look(): Promise<typeof answer> {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await Promise.resolve();
      atOnce -= 1;
      return answer;
    }
    expect(await Promise.all(Array.from({ length: 5 }, () => looks.ask('a', look)))).toHaveLength(5);
    expect(most).toBe(1);
  });

  test('at other places go on beside one that hangs', async () => {
    const looks = new BoundedLooks({ deadlineMs: 1000 });
    const hung = looks.ask('a', hang);
    expect(await looks.ask('b', async () => answer)).toBe(answer);
    await pass(1000);
    await hung;
    expect(await looks.ask('b', async () => answer)).toBe(answer);
  });

  test('hang with two threads at most, whatever is asked for', async () => {
    const looks = new BoundedLooks({ deadlineMs: 1000 });
    const look = vi.fn<() => Promise<never>>(hang);
    const asked = ['a', 'b', 'c', 'd', 'a'].map((place) => looks.ask(place, look));
    await pass(1000);
    expect(await Promise.all(asked)).toEqual([null, null, null, null, null]);
    expect(await looks.ask('e', look)).toBeNull();
    expect(look).toHaveBeenCalledTimes(2);
  });
});
