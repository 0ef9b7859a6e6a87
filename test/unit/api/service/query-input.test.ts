// The query of a request means what the schema of the route says, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addressReader } from '../../../../src/api/service/query-input.ts';
import { routedInput } from '../../../../src/shared/api-routes.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { recentDetectionsInput } from '../../../../src/shared/service-documents.ts';

const shape = z.strictObject({
  id: z.number().int(),
  limit: z.number().default(100),
  all: z.boolean().default(false),
  states: z.array(z.string()).default([]),
  jobs: z.array(z.number()).default([]),
  job: z.number().nullable().default(null),
  text: z.string().optional(),
});
const { query: queryOf, path } = addressReader(shape, ['id']);

function query(search: string): Record<string, unknown> {
  return queryOf(`/a?${search}`);
}

function outcomeOf(search: string): { readonly input: object; readonly code: string } {
  try {
    return { input: query(search), code: 'read' };
  } catch (error) {
    return { input: {}, code: error instanceof AppError ? error.code : 'a bug' };
  }
}

describe('a query', () => {
  test('gives numbers, booleans, texts and lists', () => {
    expect(query('limit=5&all=true&states=a&states=b,c&jobs=1,2&job=7&text=x%20y+z')).toEqual({
      limit: 5,
      all: true,
      states: ['a', 'b', 'c'],
      jobs: [1, 2],
      job: 7,
      text: 'x y z',
    });
  });

  test('leaves out what is not there: the schema has its default', () => {
    expect(query('')).toEqual({});
    expect(shape.parse({ id: 1, ...query('') })).toEqual({
      id: 1,
      limit: 100,
      all: false,
      states: [],
      jobs: [],
      job: null,
    });
  });

  test('takes an empty list for all', () => {
    expect(query('states=')).toEqual({ states: [] });
  });

  test.each(['nothing=1', '__proto__=1', 'constructor=1', 'id=4', 'Limit=1', 'limit[]=1', '=1'])(
    'refuses a key that the route has not there: %s',
    (search) => {
      const name = search.slice(0, search.indexOf('='));
      expect(() => query(search)).toThrow(
        expect.objectContaining({ code: 'CALL_INVALID', message: expect.stringContaining(`: ${name}: `) }),
      );
    },
  );

  test.each(['limit=1&limit=2', 'all=true&all=true', 'text=&text='])(
    'refuses a key that comes twice: %s',
    (search) => {
      expect(() => query(search)).toThrow(expect.objectContaining({ code: 'CALL_INVALID' }));
    },
  );

  test.each([
    'limit=',
    'limit=five',
    'limit=0x10',
    'limit=1e3',
    'limit= 1',
    'limit=Infinity',
    'all=1',
    'all=',
    'job=null',
  ])('leaves what cannot be read to the schema, which names it: %s', (search) => {
    const result = shape.safeParse({ id: 1, ...query(search) });
    expect(result.error?.issues[0]?.path).toEqual([search.slice(0, search.indexOf('='))]);
  });

  test('gives back every input that it was made of', () => {
    const text = fc.string({ minLength: 1 }).filter((item) => !item.includes(','));
    const input = fc.record(
      {
        limit: fc.integer(),
        all: fc.boolean(),
        states: fc.array(text),
        jobs: fc.array(fc.integer()),
        text: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, fc.boolean(), (fields, isRepeated) => {
        const search = new URLSearchParams();
        for (const [name, value] of Object.entries(fields)) {
          if (Array.isArray(value) && isRepeated) value.forEach((item) => search.append(name, String(item)));
          else search.append(name, String(value));
        }
        const expected = Object.entries(fields).filter(
          ([, value]) => !(isRepeated && Array.isArray(value) && value.length === 0),
        );
        // A lone surrogate cannot stand in an address.
        const whole = JSON.stringify(Object.fromEntries(expected)).replaceAll(
          /\\ud[89a-f][\da-f]{2}/g,
          '\uFFFD',
        );
        expect(query(search.toString())).toEqual(JSON.parse(whole));
      }),
    );
  });

  test('whatever it is, is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), (search) => {
        const { input, code } = outcomeOf(search);
        expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
        expect(Object.keys(input).filter((name) => !Object.hasOwn(shape.shape, name))).toEqual([]);
        expect(['read', 'CALL_INVALID']).toContain(code);
      }),
    );
  });
});

test('fields of the path are read as the schema has them', () => {
  expect(path({ id: '12', limit: '4' })).toEqual({ id: 12 });
  expect(path({ id: '12a' })).toEqual({ id: '12a' });
});

test('a route that takes a body has no query at all', () => {
  const { query: none } = addressReader(shape, ['id'], 'body');
  expect(none('/a')).toEqual({});
  expect(() => none('/a?limit=5')).toThrow(expect.objectContaining({ code: 'CALL_INVALID' }));
});

test('a shape that no address can hold is a bug that shows at the start', () => {
  expect(() => addressReader(z.strictObject({ deep: z.object({}) }), [])).toThrow(TypeError);
});

test('the real routes are read', () => {
  const findings = addressReader(routedInput('findings.list'), []);
  expect(findings.query('/a?states=open,gone&before=9&limit=1')).toEqual({
    states: ['open', 'gone'],
    before: 9,
    limit: 1,
  });
  const recent = addressReader(recentDetectionsInput, []);
  expect(recent.query('/a?severity=high&cursor=abc')).toEqual({ severity: ['high'], cursor: 'abc' });
});

test('a request line is cut at its first question mark', () => {
  expect(['/a', '/a?', '/a?text=c?d'].map(queryOf)).toEqual([{}, {}, { text: 'c?d' }]);
});
