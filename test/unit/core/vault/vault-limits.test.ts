import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectsToExpire, type StoredObject } from '../../../../src/core/vault/vault-limits.ts';

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const off = { expireDays: 0, maxBytes: 0, nowMs };

function object(id: string, ageDays: number, storedBytes: number): StoredObject {
  return { id, quarantinedAtMs: nowMs - ageDays * dayMs, storedBytes };
}

const three = [object('new', 1, 10), object('old', 30, 10), object('mid', 10, 10)];

describe('what is deleted from the vault', () => {
  test.each([
    ['nothing when there is no limit', three, off, []],
    ['nothing of an empty vault', [], { ...off, expireDays: 1, maxBytes: 1 }, []],
    ['what is older than the days allow', three, { ...off, expireDays: 9 }, ['old', 'mid']],
    ['nothing that is exactly as old', three, { ...off, expireDays: 30 }, []],
    ['also the newest, for its age', [object('a', 3, 1)], { ...off, expireDays: 2 }, ['a']],
    [
      'nothing from the future, after a clock was put back',
      [object('a', -5, 1)],
      { ...off, expireDays: 1 },
      [],
    ],
    ['the oldest until the rest fits', three, { ...off, maxBytes: 25 }, ['old']],
    ['nothing when it just fits', three, { ...off, maxBytes: 30 }, []],
    [
      'what is expired first, and then no more than needed',
      three,
      { expireDays: 20, maxBytes: 20, nowMs },
      ['old'],
    ],
    [
      'not the newest for its size alone, nor the others for it',
      [...three, object('giant', 0, 99)],
      { ...off, maxBytes: 30 },
      [],
    ],
    [
      'a giant, once it is not the newest, and had its week',
      [object('giant', 8, 99), ...three],
      { ...off, maxBytes: 30 },
      ['giant'],
    ],
    ['all but the newest where only that fits', three, { ...off, maxBytes: 10 }, ['old', 'mid']],
    [
      'nothing that was caught within the week, however much there is',
      [object('a', 6, 10), object('b', 6, 99), object('c', 5, 10)],
      { ...off, maxBytes: 10 },
      [],
    ],
    [
      'one of equal age by its number',
      [object('b', 8, 10), object('a', 8, 10)],
      { ...off, maxBytes: 10 },
      ['a'],
    ],
  ])('is %s', (_name, objects, limits, expected) => {
    expect(objectsToExpire(objects, limits)).toEqual(expected);
  });

  test('leaves a vault within its limits, with the newest in it, and deletes nothing that it need not', () => {
    const objects = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1, maxLength: 4 }),
        quarantinedAtMs: fc.integer({ min: 0, max: 50 }),
        storedBytes: fc.nat(100),
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    fc.assert(
      fc.property(objects, fc.integer({ min: 1, max: 200 }), (stored, maxBytes) => {
        const gone = objectsToExpire(stored, { ...off, maxBytes });
        const kept = stored.filter(({ id }) => !gone.includes(id));
        const sum = kept.reduce((bytes, { storedBytes }) => bytes + storedBytes, 0);
        expect(kept.length > 0).toBe(stored.length > 0);
        const giants = kept.filter(({ storedBytes }) => storedBytes > maxBytes);
        expect(giants.length).toBeLessThanOrEqual(1);
        expect(sum - (giants[0]?.storedBytes ?? 0)).toBeLessThanOrEqual(maxBytes);
        const total = stored.reduce((bytes, { storedBytes }) => bytes + storedBytes, 0);
        expect(gone.length > 0 && total <= maxBytes).toBe(false);
        expect(new Set(gone).size).toBe(gone.length);
      }),
    );
  });
});
