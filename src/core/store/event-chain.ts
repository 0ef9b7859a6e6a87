// What happened, for good: each record carries the hash of the one before it, and what is changed or removed later shows.
import { z } from 'zod';
import { messageOf } from '../../shared/errors.ts';
import type {
  HistoryEvent,
  HistoryKind,
  HistoryNote,
  HistoryVerification,
} from '../../shared/history-event.ts';
import {
  compareWithAnchor,
  mismatchSentence,
  type AnchoredRecord,
  type AnchorMismatch,
  type ChainAnchor,
  type ChainEnds,
} from './chain-anchor.ts';
import type { PromptDatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { breakDraft, draftOf, eventOf, rowAfter, type EventDraft } from './event-rows.ts';
import { prepareReads, prepareWrites } from './event-statements.ts';
import { preparedOnce } from './prepared-once.ts';
import { verifyChain } from './verify-chain.ts';

export interface EventFilter {
  /** Empty for all. */
  readonly kinds: readonly HistoryKind[];
  /** Only those with a smaller number; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
}

const newestKept = 100_000;
/** The most that one `prune` takes on; what is left over is for the next. */
const maxRemovedAtOnce = 10_000;

const startSchema = z.object({
  chain: z.string(),
  number: z.number(),
  hash: z.string(),
  told_anchor: z.string(),
});
const recordSchema = z.object({ number: z.number(), hash: z.string() });

interface ChainState extends ChainEnds {
  readonly anchor: AnchoredRecord | null;
  readonly mismatch: AnchorMismatch | null;
  /** A record tells of this very mismatch already. */
  readonly isTold: boolean;
  readonly toldAnchor: string;
}

/**
 * Several processes may write to one database: the last record is read in the transaction that adds the next, so the
 * chain never forks. `anchor` is where the last record is remembered besides, null for nowhere: when the chain no longer
 * holds that record, the next one written is an `error` that says so, and `verify` tells of it as long as it is kept.
 */
export class EventChain {
  readonly #slot: PromptDatabaseSlot;
  readonly #anchor: ChainAnchor | null;
  readonly #newestKept: number;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);
  #anchorProblem = '';

  constructor(
    slot: PromptDatabaseSlot,
    anchor: ChainAnchor | null = null,
    options: { readonly newestKept?: number } = {},
  ) {
    this.#slot = slot;
    this.#anchor = anchor;
    this.#newestKept = options.newestKept ?? newestKept;
  }

  /** A sentence while the anchor cannot be written; otherwise empty. */
  get anchorProblem(): string {
    return this.#anchorProblem;
  }

  /**
   * At once; null when the database takes nothing now: then it is queued, and written with this same time later.
   * @throws TypeError for details that are no JSON: a bug of the caller.
   */
  append(note: HistoryNote, atMs: number = Date.now()): HistoryEvent | null {
    const draft = draftOf(note, atMs);
    const event = this.#slot.writeNow<HistoryEvent | null>((db) => this.#add(db, draft), null);
    if (event === null) this.#slot.write((db) => void this.#add(db, draft));
    else this.#moveAnchor();
    return event;
  }

  /** Newest first; rows that nobody wrote like this are left out. */
  list({ kinds, before, limit }: EventFilter): readonly HistoryEvent[] {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#slot.read<readonly unknown[]>((db) => {
      const reads = this.#reads(db);
      if (kinds.length === 0) return reads.newest.all(below, limit);
      const numbers = [...new Set(kinds)].flatMap((kind) => reads.newestOfKind.all(kind, below, limit));
      return numbers
        .toSorted((one, other) => other - one)
        .slice(0, limit)
        .map((number) => reads.one.get(number));
    }, []);
    return rows.map(eventOf).filter((event) => event !== null);
  }

  /** Reads every record: half a second for 100,000. */
  verify(): HistoryVerification {
    // Before the records: what is remembered is then always among them.
    const anchor = this.#anchor === null ? undefined : this.#anchor.read();
    const unread: HistoryVerification = {
      intact: false,
      records: 0,
      first_number: null,
      broken_at: null,
      problem: 'The history cannot be read now.',
    };
    return this.#slot.read((db) => {
      const reads = this.#reads(db);
      const oneView = db.transaction(() => {
        if (reads.start.get() === undefined)
          return { ...unread, problem: 'The beginning of the history is gone.' };
        const ends = this.#ends(db);
        const records = reads.count.get() ?? 0;
        const chain = {
          ...ends,
          records,
          rows: reads.all.iterate(),
          hashOf: hashesOf(reads.hashOf),
          textBytesOf: (number: number) => reads.textBytes.get(number) ?? [null],
          newestKept: this.#newestKept,
        };
        return verifyChain(chain, anchor);
      });
      return oneView();
    }, unread);
  }

  /** Removes some of what is older than the newest kept, at once. @returns how many; 0 when there is nothing more. */
  prune(): number {
    return this.#slot.writeNow((db) => {
      const writes = this.#writes(db);
      const { last } = this.#ends(db);
      const first = writes.firstNumber.get() ?? last.number;
      const upTo = Math.min(last.number - this.#newestKept, first - 1 + maxRemovedAtOnce);
      const removed = recordSchema.safeParse(writes.lastUpTo.get(upTo));
      if (!removed.success) return 0;
      const { number, hash } = removed.data;
      writes.moveStart.run(number, hash);
      return writes.removeUpTo.run(number).changes;
    }, 0);
  }

  #add(db: WritableDb, draft: EventDraft): HistoryEvent | null {
    const writes = this.#writes(db);
    if (this.#reads(db).start.get() === undefined) writes.restoreStart.run();
    const state = this.#stateOf(db);
    const { anchor, mismatch } = state;
    let { last } = state;
    if (mismatch === null && state.toldAnchor !== '') writes.tell.run('');
    if (mismatch !== null && !state.isTold) {
      const text = mismatchSentence(mismatch, anchor, last.number);
      const row = rowAfter(last, breakDraft(mismatch, anchor, { text, atMs: draft.atMs }));
      writes.insert.run(row);
      writes.tell.run(nameOf(anchor));
      last = row;
    }
    const row = rowAfter(last, draft);
    writes.insert.run(row);
    return eventOf(row);
  }

  /** Under the lock of the database, after the record is in it: what is remembered was always written. */
  #moveAnchor(): void {
    const anchor = this.#anchor;
    if (anchor === null) return;
    this.#slot.writeNow((db) => {
      const { chain, last, mismatch, isTold } = this.#stateOf(db);
      if (mismatch !== null && !isTold) return;
      try {
        anchor.write({ chain, number: last.number, hash: last.hash });
        this.#anchorProblem = '';
      } catch (error) {
        this.#anchorProblem = `The last record of the history cannot be remembered outside of it (${messageOf(error)}).`;
      }
    }, undefined);
  }

  #stateOf(db: ReadableDb): ChainState {
    const reads = this.#reads(db);
    const ends = this.#ends(db);
    const { toldAnchor } = ends;
    if (this.#anchor === null) return { ...ends, anchor: null, mismatch: null, isTold: false };
    const anchor = this.#anchor.read();
    const mismatch = compareWithAnchor(anchor, ends, hashesOf(reads.hashOf));
    return { ...ends, anchor, mismatch, isTold: toldAnchor === nameOf(anchor) };
  }

  #ends(db: ReadableDb): ChainEnds & { readonly toldAnchor: string } {
    const reads = this.#reads(db);
    const { chain, number, hash, told_anchor: toldAnchor } = startSchema.parse(reads.start.get());
    const start = { number, hash };
    const last = recordSchema.safeParse(reads.last.get());
    return { chain, start, last: last.success ? last.data : start, toldAnchor };
  }
}

function hashesOf(statement: ReturnType<typeof prepareReads>['hashOf']): (number: number) => string | null {
  return (number) => statement.get(number) ?? null;
}

function nameOf(anchor: AnchoredRecord | null): string {
  return anchor === null ? 'absent' : `${anchor.chain} ${anchor.number} ${anchor.hash}`;
}
