// From the rows of the history to its events, and what a note becomes before it is written.
import { z } from 'zod';
import {
  historyKindSchema,
  type HistoryEvent,
  type HistoryKind,
  type HistoryNote,
} from '../../shared/history-event.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { AnchoredRecord, AnchorMismatch } from './chain-anchor.ts';
import { canonicalJson, eventHash } from './event-hash.ts';
import { readJson } from './stored-rows.ts';

export interface EventDraft {
  readonly atMs: number;
  readonly kind: HistoryKind;
  readonly actor: string;
  readonly text: string;
  readonly path: Buffer | null;
  readonly details: string;
}

/** As the statements take and give it. */
export interface EventRow {
  readonly number: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly actor: string;
  readonly text: string;
  readonly path: Buffer | null;
  readonly details: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const maxTextLength = 4000;
const maxDetailsLength = 65_536;

/** @throws TypeError for details that are no JSON. */
export function draftOf({ kind, actor, text, path, details = {} }: HistoryNote, atMs: number): EventDraft {
  const written = canonicalJson(details);
  return {
    atMs: Math.round(atMs),
    kind,
    actor: plain(actor),
    text: plain(text),
    path: path === undefined || path === '' ? null : pathBytes(path),
    details:
      written.length <= maxDetailsLength
        ? written
        : canonicalJson({ left_out: `${written.length} characters of details` }),
  };
}

/** As a database gives it back: it keeps no lone surrogates. */
function plain(text: string): string {
  return text.slice(0, maxTextLength).toWellFormed();
}

export function rowAfter(
  last: { readonly number: number; readonly hash: string },
  draft: EventDraft,
): EventRow {
  const { atMs, ...columns } = draft;
  const number = last.number + 1;
  const hash = eventHash({ ...draft, number, previousHash: last.hash });
  return { ...columns, number, at_ms: atMs, previous_hash: last.hash, hash };
}

const storedRowSchema = z.object({
  number: z.number().int().positive(),
  at_ms: z.number().int().nonnegative(),
  kind: historyKindSchema,
  actor: z.string(),
  text: z.string(),
  path: z.instanceof(Buffer).nullable(),
  details: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
});
const detailsSchema = z.record(z.string(), z.unknown());

/** null for a row that nobody wrote like this; `verify` names it. */
export function eventOf(row: unknown): HistoryEvent | null {
  const stored = storedRowSchema.safeParse(row);
  const details = detailsSchema.safeParse(readJson(stored.data?.details));
  if (!stored.success || !details.success) return null;
  const { at_ms: atMs, path, ...columns } = stored.data;
  const isPath = path !== null && path.length > 0;
  return { ...columns, at: atMs / 1000, path: isPath ? decodePath(path) : null, details: details.data };
}

const breakSchema = z.object({ chain_break: z.string() });

/** Written before the next record when the chain no longer holds what its anchor remembers: so it stays known. */
export function breakDraft(
  mismatch: AnchorMismatch,
  anchor: AnchoredRecord | null,
  { text, atMs }: { readonly text: string; readonly atMs: number },
): EventDraft {
  const details = { chain_break: mismatch, remembered: anchor };
  return draftOf({ kind: 'error', actor: 'system', text, details }, atMs);
}

export function isBreak(kind: string, details: string): boolean {
  return kind === 'error' && breakSchema.safeParse(readJson(details)).success;
}
