// Goes through the whole history once and says where it stops being what was written; a row at a time, whatever its length.
import { isUtf8 } from 'node:buffer';
import type { HistoryVerification } from '../../shared/history-event.ts';
import { compareWithAnchor, mismatchSentence, type AnchoredRecord, type ChainEnds } from './chain-anchor.ts';
import { eventHash } from './event-hash.ts';
import { isBreak } from './event-rows.ts';

interface Problem {
  readonly number: number;
  readonly text: string;
}

export interface StoredChain extends ChainEnds {
  readonly records: number;
  /** In the order of their numbers, as `event-statements.ts` gives them. */
  readonly rows: Iterable<readonly unknown[]>;
  /** The bytes of what is text in a record. */
  readonly textBytesOf: (number: number) => readonly unknown[];
  readonly hashOf: (number: number) => string | null;
  /** As many are kept at least, whatever their age. */
  readonly newestKept: number;
}

/** @param anchor undefined where none is kept. */
export function verifyChain(
  chain: StoredChain,
  anchor: AnchoredRecord | null | undefined,
): HistoryVerification {
  const { start, records } = chain;
  const inside = problemInside(chain) ?? problemBefore(chain);
  const atEnd = anchor === undefined ? null : problemAtEnd(chain, anchor);
  const [problem] = [inside, atEnd].filter((found) => found !== null).toSorted((a, b) => a.number - b.number);
  return {
    intact: problem === undefined,
    records,
    first_number: records > 0 ? start.number + 1 : null,
    broken_at: problem?.number ?? null,
    problem: problem?.text ?? '',
  };
}

/** The first record that is not as it was written, or tells of records that are not there. */
function problemInside({ start, rows, textBytesOf }: StoredChain): Problem | null {
  let last = start;
  let told: Problem | null = null;
  for (const row of rows) {
    const number = last.number + 1;
    const found = readRow(row);
    if (found !== null && found.number > number) return { number, text: `Record ${number} is missing.` };
    if (
      found === null ||
      found.number !== number ||
      eventHash(found) !== found.hash ||
      isGarbled(found, textBytesOf)
    ) {
      return { number, text: `Record ${number} is not as it was written.` };
    }
    if (found.previousHash !== last.hash) {
      return { number, text: `Record ${number} does not follow the one before it.` };
    }
    if (told === null && isBreak(found.kind, found.details)) told = { number, text: found.text };
    last = found;
  }
  // What is removed by age always leaves the newest.
  if (last === start && start.number > 0) {
    return { number: start.number + 1, text: `Record ${start.number + 1} is missing.` };
  }
  return told;
}

/** Age alone never leaves so few: somebody moved the beginning. A version that keeps more must not ask it of old records. */
function problemBefore({ start, records, newestKept }: StoredChain): Problem | null {
  if (start.number === 0 || records >= newestKept) return null;
  const kept = newestKept.toLocaleString('en-US');
  const text = `The records up to number ${start.number} are gone, and not by age: the newest ${kept} are always kept.`;
  return { number: start.number, text };
}

function problemAtEnd(chain: StoredChain, anchor: AnchoredRecord | null): Problem | null {
  const mismatch = compareWithAnchor(anchor, chain, chain.hashOf);
  const isYetToBegin = mismatch === 'absent' && chain.last.number === 0;
  if (mismatch === null || isYetToBegin) return null;
  const number = mismatch === 'rewritten' ? (anchor?.number ?? 1) : chain.last.number + 1;
  return { number, text: mismatchSentence(mismatch, anchor, chain.last.number) };
}

/** By hand: there are many. */
function readRow(row: readonly unknown[]) {
  const [number, atMs, kind, actor, text, path, details, previousHash, hash] = row;
  if (typeof number !== 'number' || typeof atMs !== 'number' || typeof kind !== 'string') return null;
  if (typeof actor !== 'string' || typeof text !== 'string' || typeof details !== 'string') return null;
  if (typeof previousHash !== 'string' || typeof hash !== 'string') return null;
  if (path !== null && !Buffer.isBuffer(path)) return null;
  return { number, atMs, kind, actor, text, path, details, previousHash, hash };
}

/** Bytes that are no UTF-8 come as U+FFFD, which may also be what was written. */
function isGarbled(
  { number, ...fields }: NonNullable<ReturnType<typeof readRow>>,
  textBytesOf: StoredChain['textBytesOf'],
): boolean {
  const { kind, actor, text, details, previousHash, hash } = fields;
  if (![kind, actor, text, details, previousHash, hash].some((value) => value.includes('\uFFFD')))
    return false;
  return !textBytesOf(number).every((bytes) => Buffer.isBuffer(bytes) && isUtf8(bytes));
}
