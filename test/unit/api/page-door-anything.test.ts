// Whatever a page sends, the door answers, and what comes through is what the contract says, down to its keys.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageDoor } from '../../../src/api/page-door.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { isCallName } from '../../../src/core/control/control-message.ts';
import { calls } from '../../../src/shared/contract.ts';
import { fakeHandlers } from '../../helpers/fake-handlers.ts';

const shapes = new Map<string, readonly string[]>(
  Object.entries(calls).map(([name, { input }]) => [name, Object.keys(input.shape)]),
);

/** What a hostile page may send: `structuredClone` carries all of it. */
const value = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  fc.constantFrom(
    '/etc/passwd',
    '../..',
    'a\0b',
    '\ud800',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    [],
    {},
    'x'.repeat(5000),
  ),
);
const key = fc.constantFrom('__proto__', 'constructor', 'toString', 'actor', 'path', 'ids');

/** Keys that the call knows, for the most part, so that some of it is nearly right. */
const call = fc.constantFrom(...shapes.keys(), 'constructor', '__proto__', 'toString', '').chain((name) =>
  fc.tuple(
    fc.constant(name),
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.dictionary(fc.constantFrom(...(shapes.get(name) ?? []), 'x'), value, { maxKeys: 5 }),
      },
      { weight: 1, arbitrary: fc.dictionary(key, value, { maxKeys: 3 }) },
      { weight: 1, arbitrary: value },
    ),
  ),
);

test('of what a page may send nothing comes to a handler but what the contract says; nothing is thrown', async () => {
  const { handlers, asked } = fakeHandlers({});
  const door = new PageDoor({ handlers, actor: 'user ada', logger: silentLogger });
  let heardCount = 0;
  await fc.assert(
    fc.asyncProperty(call, async ([name, input]) => {
      asked.length = 0;
      const reply = await door.answer(name, input);
      expect(reply).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^[A-Z_]+$/) } });
      for (const heard of asked) {
        heardCount += 1;
        const schema = isCallName(heard.name) ? calls[heard.name].input : null;
        expect(schema?.safeParse(heard.input).success).toBe(true);
        for (const given of Object.keys(Object(heard.input))) expect(shapes.get(heard.name)).toContain(given);
        expect(Object.getPrototypeOf(heard.input)).toBe(Object.prototype);
      }
    }),
    { numRuns: 1500 },
  );
  expect(heardCount).toBeGreaterThan(20);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Reflect.get({}, 'actor')).toBeUndefined();
});
