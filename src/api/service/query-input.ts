// What stands in the address of a request, as the zod shape of the route has it: numbers, booleans, lists. One table: the shape.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

type Reading = 'text' | 'number' | 'boolean' | 'list' | 'numbers';

export interface AddressReader {
  /** Of the target of a request line. Throws AppError CALL_INVALID for a key that is not in the shape, or comes twice. */
  readonly query: (target: string) => Record<string, unknown>;
  /** Of the parameters as fastify has them. */
  readonly path: (params: unknown) => Record<string, unknown>;
}

const aNumber = /^-?\d{1,16}(?:\.\d{1,16})?$/;
const maxNameLength = 80;

/** @param pathFields those of the shape that stand in the path; the others stand in the query, or in the body. */
export function addressReader(
  schema: z.ZodObject,
  pathFields: readonly string[],
  others: 'query' | 'body' = 'query',
): AddressReader {
  const inQuery = new Map<string, Reading>();
  const inPath = new Map<string, Reading>();
  for (const [name, field] of Object.entries(schema.shape)) {
    if (pathFields.includes(name)) inPath.set(name, readingOf(field));
    else if (others === 'query') inQuery.set(name, readingOf(field));
  }
  return {
    query: (target) => readQuery(target, inQuery),
    path: (params) => readPath(params, inPath),
  };
}

function readQuery(target: string, readings: ReadonlyMap<string, Reading>): Record<string, unknown> {
  const start = target.indexOf('?');
  if (start === -1) return {};
  const found = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(target.slice(start + 1))) {
    const reading = readings.get(name);
    if (reading === undefined) throw invalid(name, 'there is no such key here');
    if (reading === 'list' || reading === 'numbers') {
      const before = found.get(name);
      found.set(name, [...(Array.isArray(before) ? before : []), ...itemsOf(text, reading)]);
    } else if (found.has(name)) {
      throw invalid(name, 'it stands there twice');
    } else {
      found.set(name, valueOf(text, reading));
    }
  }
  return Object.fromEntries(found);
}

function readPath(params: unknown, readings: ReadonlyMap<string, Reading>): Record<string, unknown> {
  if (typeof params !== 'object' || params === null) return {};
  const values = new Map<string, unknown>(Object.entries(params));
  return Object.fromEntries(
    [...readings].map(([name, reading]) => [name, valueOf(String(values.get(name)), reading)]),
  );
}

function itemsOf(text: string, reading: 'list' | 'numbers'): readonly unknown[] {
  if (text === '') return [];
  return text.split(',').map((item) => (reading === 'numbers' ? valueOf(item, 'number') : item));
}

/** What cannot be read stays text: the schema says then, by name, what it should have been. */
function valueOf(text: string, reading: Reading): unknown {
  if (reading === 'number' && aNumber.test(text)) return Number(text);
  if (reading === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function readingOf(field: unknown): Reading {
  const schema = withoutWrappers(field);
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray)
    return withoutWrappers(schema.element) instanceof z.ZodNumber ? 'numbers' : 'list';
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral)
    return 'text';
  throw new TypeError('a field of an address must be a text, a number, a boolean or a list of them');
}

function withoutWrappers(field: unknown): unknown {
  if (
    field instanceof z.ZodDefault ||
    field instanceof z.ZodPrefault ||
    field instanceof z.ZodNullable ||
    field instanceof z.ZodOptional ||
    field instanceof z.ZodReadonly
  )
    return withoutWrappers(field.unwrap());
  return field;
}

function invalid(name: string, problem: string): AppError {
  return new AppError('CALL_INVALID', `the query does not fit: ${name.slice(0, maxNameLength)}: ${problem}`);
}
