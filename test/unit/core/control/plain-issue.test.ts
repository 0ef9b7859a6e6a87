import { expect, test } from 'vitest';
import { z } from 'zod';
import { firstIssue } from '../../../../src/core/control/control-message.ts';
import { plainIssue } from '../../../../src/core/control/plain-issue.ts';

const schema = z.strictObject({
  path: z.string().min(1).max(3),
  paths: z.array(z.string()).min(1).max(2).optional(),
  limit: z.int().min(0).max(9).optional(),
  fresh: z.boolean().optional(),
  severity: z.enum(['low', 'high']).optional(),
  format: z.literal('a').optional(),
  sha256: z
    .string()
    .regex(/^[\da-f]{2}$/, '2 hexadecimal digits')
    .optional(),
});

test.each([
  [{}, 'path: it is missing'],
  [{ path: 1 }, 'path: it must be a text'],
  [{ path: '' }, 'path: it must have 1 character or more'],
  [{ path: 'long' }, 'path: it must have 3 characters or fewer'],
  [{ path: 'a', paths: 'b' }, 'paths: it must be a list'],
  [{ path: 'a', paths: [] }, 'paths: it must have 1 entry or more'],
  [{ path: 'a', paths: ['b', 'c', 'd'] }, 'paths: it must have 2 entries or fewer'],
  [{ path: 'a', paths: ['b', null] }, 'paths.1: it must be a text'],
  [{ path: 'a', limit: 10 }, 'limit: it must be 9 or less'],
  [{ path: 'a', limit: -1 }, 'limit: it must be 0 or more'],
  [{ path: 'a', limit: 1.5 }, 'limit: it must be a whole number'],
  [{ path: 'a', fresh: 'yes' }, 'fresh: it must be true or false'],
  [{ path: 'a', severity: 'x' }, 'severity: it must be one of low, high'],
  [{ path: 'a', format: 'x' }, 'format: it must be a'],
  [{ path: 'a', sha256: 'x' }, 'sha256: 2 hexadecimal digits'],
  [{ path: 'a', extra: 1, more: 2 }, 'there is no extra, more here'],
  ['text', 'it must be an object'],
])('%j: %s', (input, text) => {
  const { error } = schema.safeParse(input, { error: plainIssue });
  expect(error === undefined ? '' : firstIssue(error)).toBe(text);
});
