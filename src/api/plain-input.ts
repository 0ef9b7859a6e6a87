// What may come from a page at all: plain data, not too deep, not too much, and no key that could reach a prototype.

const maxDepth = 16;
/** Values of all kinds; a call with a thousand paths is a tenth of this. */
const maxValues = 20_000;
const maxCharacters = 1024 * 1024;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface Allowance {
  values: number;
  characters: number;
}

/** What is wrong with it, as the end of a sentence; null for plain data. Getters are never run. */
export function problemOfInput(input: unknown): string | null {
  return problemOf(input, 0, { values: maxValues, characters: maxCharacters });
}

function problemOf(value: unknown, depth: number, left: Allowance): string | null {
  left.values -= 1;
  if (left.values < 0) return 'it holds too many values';
  switch (typeof value) {
    case 'string':
      left.characters -= value.length;
      return left.characters < 0 ? 'it is too long' : null;
    case 'number':
      return Number.isFinite(value) ? null : 'it holds a number that is none';
    case 'boolean':
    case 'undefined':
      return null;
    case 'object':
      if (value === null) return null;
      if (depth >= maxDepth) return 'it is nested too deeply';
      return problemOfParts(value, depth, left);
    case 'bigint':
    case 'function':
    case 'symbol':
      return `it holds a ${typeof value}`;
    default:
      return 'it holds what is no data';
  }
}

function problemOfParts(value: object, depth: number, left: Allowance): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  if (prototype !== (isList ? Array.prototype : Object.prototype) && (isList || prototype !== null))
    return 'it holds something other than plain objects and lists';
  if (Object.getOwnPropertySymbols(value).length > 0) return 'it holds a symbol';
  // Before its keys are listed: a list without entries may be of any length.
  if (isList && value.length > left.values) return 'it holds too many values';
  const keys = Object.keys(value);
  if (isList && keys.length !== value.length) return 'it holds a list with gaps or names';
  for (const key of keys) {
    if (forbiddenKeys.has(key)) return `it has a key ${key}`;
    left.characters -= key.length;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property === undefined || !('value' in property)) return 'it holds a getter';
    const problem = problemOf(property.value, depth + 1, left);
    if (problem !== null) return problem;
  }
  return null;
}
