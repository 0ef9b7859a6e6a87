// One short value for "everything that decides a verdict": the same parts always give it, any change changes it.
import { createHash } from 'node:crypto';

/**
 * 16 hexadecimal digits.
 * @param parts versions and fingerprints of the enabled engines, and the limits they work within.
 * @throws TypeError on what JSON cannot hold (NaN, functions, class instances): a bug of the caller.
 */
export function signatureGeneration(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 16);
}

/** JSON with sorted keys and no spaces: equal values give equal text whatever order they were made in. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isRecord(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(',')}}`;
  }
  const isScalar = value === null || typeof value === 'string' || typeof value === 'boolean';
  if (isScalar || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`a signature generation cannot hold a ${typeof value} such as this`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
