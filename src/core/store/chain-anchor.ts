// The last record of the history, remembered outside of it: so that a removed end, or another database, is noticed.
import { z } from 'zod';
import { assertNever } from '../../shared/verdict.ts';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { readJson } from './stored-rows.ts';

const anchoredRecordSchema = z.object({
  /** Random name of the chain; a database begun anew has another. */
  chain: z.string(),
  number: z.number().int().nonnegative(),
  hash: z.string(),
});
export type AnchoredRecord = Readonly<z.infer<typeof anchoredRecordSchema>>;

export interface ChainAnchor {
  /** null when nothing readable is there. Never throws. */
  read(): AnchoredRecord | null;
  /** @throws the error of `node:fs` */
  write(record: AnchoredRecord): void;
}

/** @param file in the data folder; made with the first record, mode 0600. */
export function fileChainAnchor(file: string): ChainAnchor {
  return {
    read() {
      const parsed = anchoredRecordSchema.safeParse(readJson(readPrivateFile(file)));
      return parsed.success ? parsed.data : null;
    },
    write({ chain, number, hash }) {
      writePrivateFile(file, `${JSON.stringify({ chain, number, hash })}\n`);
    },
  };
}

/** What the database says of its own chain. */
export interface ChainEnds {
  readonly chain: string;
  /** Before the first record that is kept: 0 and zeros, or the last that was removed by age. */
  readonly start: { readonly number: number; readonly hash: string };
  /** The last record; the same as `start` when there is none. */
  readonly last: { readonly number: number; readonly hash: string };
}

/**
 * `absent`: there is no anchor. `begun_anew`: it is of another database.
 * `removed`: its record is after the last one. `rewritten`: its record is there, but another than it was.
 */
export type AnchorMismatch = 'absent' | 'begun_anew' | 'removed' | 'rewritten';

/** @returns null when the chain still holds what the anchor remembers. */
export function compareWithAnchor(
  anchor: AnchoredRecord | null,
  { chain, start, last }: ChainEnds,
  hashOf: (number: number) => string | null,
): AnchorMismatch | null {
  if (anchor === null) return 'absent';
  if (anchor.chain !== chain) return 'begun_anew';
  if (anchor.number > last.number) return 'removed';
  // Written some time ago, and removed by age since.
  if (anchor.number < start.number) return null;
  const hash = anchor.number === start.number ? start.hash : hashOf(anchor.number);
  return hash === anchor.hash ? null : 'rewritten';
}

/** For a person: what was found, and no more than can be known. */
export function mismatchSentence(
  mismatch: AnchorMismatch,
  anchor: AnchoredRecord | null,
  lastNumber: number,
): string {
  const number = anchor?.number ?? 0;
  switch (mismatch) {
    case 'absent':
      return `What remembers the last record is gone: whether records after number ${lastNumber} were removed cannot be told.`;
    case 'begun_anew':
      return `The history was begun anew: records up to number ${number}, written before, are not in it, because its database was set aside, replaced or removed.`;
    case 'removed':
      return `The records from number ${lastNumber + 1} to ${number} were written and are gone: they were removed, or lost when the machine lost its power.`;
    case 'rewritten':
      return `Record ${number} is not the one that was written: the history was written anew.`;
    default:
      return assertNever(mismatch);
  }
}
