// The hash that ties each record of the history to the one before it; whoever has the records can work it out again.
import { hash } from 'node:crypto';

export interface HashedFields {
  readonly number: number;
  readonly atMs: number;
  readonly kind: string;
  readonly actor: string;
  readonly text: string;
  readonly path: Buffer | null;
  /** Canonical JSON, as it is stored. */
  readonly details: string;
  readonly previousHash: string;
}

/**
 * SHA-256 in lower-case hexadecimal of this JSON text, as UTF-8 and without spaces:
 *
 *     [number, at, kind, actor, text, path, details, previous_hash]
 *
 * `at` in whole milliseconds since 1970; `path` the bytes of the path in base64, or null; `details` an object whose keys
 * are sorted by their UTF-16 units, at every depth; strings as `JSON.stringify` writes them; `previous_hash` of the first
 * record 64 zeros. Other records give another text: what is last is a string without quotes, whatever `details` holds.
 */
export function eventHash(fields: HashedFields): string {
  const { number, atMs, kind, actor, text, path, details, previousHash } = fields;
  const before = JSON.stringify([number, atMs, kind, actor, text, path?.toString('base64') ?? null]);
  return hash('sha256', `${before.slice(0, -1)},${details},${JSON.stringify(previousHash)}]`);
}

/** @throws TypeError for what is no JSON, such as a bigint or a circle. */
export function canonicalJson(value: Readonly<Record<string, unknown>>): string {
  return sortedJson(JSON.parse(JSON.stringify(value)));
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${sortedJson(field)}`);
  return `{${fields.join(',')}}`;
}
