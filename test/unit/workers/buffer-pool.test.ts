import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BufferPool, type BufferLease } from '../../../src/workers/buffer-pool.ts';

const mib = 1024 * 1024;

/** What an unsettled promise is worth after all that is ready has run. */
async function settled<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve('waiting' as const)]);
}

describe('a buffer', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, mib, mib + 1, 5 * mib])(
    'for %i bytes is long enough',
    async (size) => {
      using lease = await new BufferPool(64 * mib).acquire(size);
      expect(lease.buffer.length).toBeGreaterThanOrEqual(size);
      expect(lease.buffer.length).toBeLessThanOrEqual(Math.max(65_536, size * 2));
    },
  );

  test('is used again once it is given back, unless it is large', async () => {
    const pool = new BufferPool(64 * mib);
    const sizes = [mib, 8 * mib];
    const again = await Promise.all(
      sizes.map(async (size) => {
        const first = await pool.acquire(size);
        first[Symbol.dispose]();
        using second = await pool.acquire(size);
        return second.buffer === first.buffer;
      }),
    );
    expect(again).toEqual([true, false]);
  });

  test('that is given back twice counts once', async () => {
    const pool = new BufferPool(mib);
    const first = await pool.acquire(mib);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const second = await pool.acquire(mib);
    const third = pool.acquire(mib);
    expect(await settled(third)).toBe('waiting');
    second[Symbol.dispose]();
    (await third)[Symbol.dispose]();
  });
});

describe('whoever finds no room', () => {
  test('waits until there is some, first come first served', async () => {
    const pool = new BufferPool(2 * mib);
    const first = await pool.acquire(mib);
    const large = pool.acquire(2 * mib);
    const small = pool.acquire(1);
    expect(await settled(large)).toBe('waiting');
    // There would be room for it, but it must not overtake.
    expect(await settled(small)).toBe('waiting');
    first[Symbol.dispose]();
    expect(await settled(large)).not.toBe('waiting');
    expect(await settled(small)).toBe('waiting');
    (await large)[Symbol.dispose]();
    expect(await settled(small)).not.toBe('waiting');
  });

  test('gets more than the whole budget when it is alone', async () => {
    const pool = new BufferPool(mib);
    const first = await pool.acquire(1);
    const huge = pool.acquire(3 * mib);
    expect(await settled(huge)).toBe('waiting');
    first[Symbol.dispose]();
    expect((await huge).buffer.length).toBeGreaterThanOrEqual(3 * mib);
  });
});

test('the sum of all leases stays within the budget, and everybody is served in the end', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3 * mib }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), async (wanted, budgetMiB) => {
      const pool = new BufferPool(budgetMiB * mib);
      const open = new Set<BufferLease>();
      let served = 0;
      await Promise.all(
        wanted.map(async (size) => {
          const lease = await pool.acquire(size);
          open.add(lease);
          served += 1;
          const sum = [...open].reduce((total, { buffer }) => total + buffer.length, 0);
          expect(open.size === 1 || sum <= budgetMiB * mib).toBe(true);
          await Promise.resolve();
          open.delete(lease);
          lease[Symbol.dispose]();
        }),
      );
      expect(served).toBe(wanted.length);
    }),
    { numRuns: 40 },
  );
});
