// Which findings, entries or quarantined files a person means: numbers, the first digits of an id, or `all`.
import { AppError } from '../shared/errors.ts';
import type { VaultRecord } from '../shared/vault-record.ts';

/** Each once, in the order given. @throws AppError BAD_USAGE */
export function parseIds(texts: readonly string[]): readonly number[] {
  return [...new Set(texts.map(parseId))];
}

/** @throws AppError BAD_USAGE */
export function parseId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new AppError('BAD_USAGE', `'${text}' is not a number of this list`);
}

/**
 * `all` is too easily said: it takes a `--yes`.
 * @returns whether all were asked for
 * @throws AppError BAD_USAGE
 */
export function asksForAll(texts: readonly string[], yes: boolean): boolean {
  if (!texts.includes('all')) return false;
  if (texts.length > 1)
    throw new AppError('BAD_USAGE', "'all' stands alone: nothing is left to name beside it");
  if (!yes) throw new AppError('BAD_USAGE', "to do this with 'all' of them, add --yes");
  return true;
}

const minDigits = 4;
const shortDigits = 8;

/**
 * Each once, in the order given.
 * @throws AppError BAD_USAGE for what is no beginning of an id, or of several; NOT_FOUND for that of none.
 */
export function chooseRecords(
  texts: readonly string[],
  records: readonly VaultRecord[],
): readonly VaultRecord[] {
  return [...new Set(texts.map((text) => chooseRecord(text, records)))];
}

function chooseRecord(text: string, records: readonly VaultRecord[]): VaultRecord {
  const digits = text.toLowerCase();
  if (!/^[\da-f]{4,32}$/.test(digits)) {
    throw new AppError('BAD_USAGE', `'${text}' is not an id: at least ${minDigits} of its digits (0-9, a-f)`);
  }
  const [first, ...more] = records.filter(({ id }) => id.startsWith(digits));
  if (first === undefined)
    throw new AppError('NOT_FOUND', `no quarantined file has an id that begins with '${text}'`);
  if (more.length > 0) {
    throw new AppError(
      'BAD_USAGE',
      `${more.length + 1} quarantined files have ids that begin with '${text}'; write more of it`,
    );
  }
  return first;
}

/** Enough to find it in the list of the vault. */
export function shortVaultId(id: string): string {
  return id.slice(0, shortDigits);
}

/** As many digits as tell these apart, and never fewer than eight. */
export function shortIds(records: readonly { readonly id: string }[]): (id: string) => string {
  for (let digits = shortDigits; digits < 32; digits += 4) {
    if (new Set(records.map(({ id }) => id.slice(0, digits))).size === records.length)
      return (id) => id.slice(0, digits);
  }
  return (id) => id;
}

/** One call never asks for so much that its answer would be long in coming. */
export function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
