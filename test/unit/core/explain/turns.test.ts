import { describe, expect, test } from 'vitest';
import { Turns } from '../../../../src/core/explain/turns.ts';

/** Every work ends when it is told to. */
function scene() {
  const turns = new Turns<string, number>({ atOnce: 2, maxWaiting: 3 });
  const begun: {
    readonly key: string;
    readonly end: (answer: number) => void;
    readonly fail: () => void;
  }[] = [];
  function ask(key: string): Promise<number> {
    return turns.ask(key, () => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      begun.push({ key, end: resolve, fail: () => reject(new Error('failed')) });
      return promise;
    });
  }
  return { ask, begun, keys: () => begun.map(({ key }) => key) };
}

describe('turns', () => {
  test('are taken so many at a time, in order', async () => {
    const { ask, begun, keys } = scene();
    const answers = ['a', 'b', 'c', 'd'].map(ask);
    expect(keys()).toEqual(['a', 'b']);
    begun[1]?.end(2);
    expect(await answers[1]).toBe(2);
    await expect.poll(() => keys()).toEqual(['a', 'b', 'c']);
    begun[0]?.fail();
    await expect(answers[0]).rejects.toThrow('failed');
    await expect.poll(() => keys()).toEqual(['a', 'b', 'c', 'd']);
    begun[2]?.end(3);
    begun[3]?.end(4);
    expect(await Promise.all(answers.slice(2))).toEqual([3, 4]);
    const next = ask('e');
    expect(keys().at(-1)).toBe('e');
    begun[4]?.end(5);
    expect(await next).toBe(5);
  });

  test('are shared by who waits for the same, and not with what has begun', async () => {
    const { ask, begun, keys } = scene();
    const [first, , second, third] = ['a', 'b', 'a', 'a'].map(ask);
    begun[0]?.end(1);
    expect(await first).toBe(1);
    await expect.poll(() => keys()).toEqual(['a', 'b', 'a']);
    begun[2]?.end(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
  });

  test('are refused when too many wait', async () => {
    const { ask } = scene();
    ['a', 'b', 'c', 'd', 'e'].forEach((key) => void ask(key));
    void ask('e');
    await expect(ask('f')).rejects.toMatchObject({ code: 'CALL_REFUSED' });
  });
});
