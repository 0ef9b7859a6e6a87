// Which files have been seen to: what only a sweep finds was lost, and what can never be looked at is not tried every hour.
import type { FileIdentity } from '../../shared/scan.ts';
import { BloomFilter } from '../cache/bloom-filter.ts';
import { keepNewest } from '../keep-newest.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { outlookOf } from './reason-outlook.ts';

/** A million identities at 1 % false answers, which only make a lost event go uncounted. */
const filterBytes = 1_258_291;
const maxIncomplete = 20_000;

export class AccountedFiles {
  /** Identities that an event brought here, whatever came of it … */
  #byEvent: BloomFilter;
  /** … and those before them, from when the other one was full. */
  #byEventBefore: BloomFilter | null = null;
  readonly #filterBytes: number;
  readonly #maxIncomplete: number;
  /** By path, what cannot be looked at; the oldest go first. */
  readonly #incomplete = new Map<string, { readonly key: string; readonly outcome: ScanOutcome }>();

  constructor(bounds: { readonly filterBytes?: number; readonly maxIncomplete?: number } = {}) {
    this.#filterBytes = bounds.filterBytes ?? filterBytes;
    this.#maxIncomplete = bounds.maxIncomplete ?? maxIncomplete;
    this.#byEvent = BloomFilter.ofSize(this.#filterBytes);
  }

  /** An event for the file has arrived. */
  add(identity: FileIdentity): void {
    if (this.#byEvent.estimatedFalsePositiveRate > 0.02) {
      this.#byEventBefore = this.#byEvent;
      this.#byEvent = BloomFilter.ofSize(this.#filterBytes);
    }
    this.#byEvent.add(identity);
  }

  cameByEvent(identity: FileIdentity): boolean {
    return this.#byEvent.mayHave(identity) || this.#byEventBefore?.mayHave(identity) === true;
  }

  /** Keeps in mind what cannot be looked at, and forgets it when it could. */
  note(outcome: ScanOutcome, generation: string): void {
    const { request, verdict, identity } = outcome;
    const { judgement } = verdict;
    const isLasting = 'reason' in judgement && outlookOf(judgement.reason) === 'lasting';
    this.#incomplete.delete(request.path);
    if (!isLasting) return;
    this.#incomplete.set(request.path, { key: keyOf(identity, generation), outcome });
    keepNewest(this.#incomplete, this.#maxIncomplete);
  }

  isIncomplete(path: string): boolean {
    return this.#incomplete.has(path);
  }

  /** What was found of this file when nothing more can be said of it; null when it has changed since, or may have. */
  outcomeOf(path: string, identity: FileIdentity | null, generation: string): ScanOutcome | null {
    const known = this.#incomplete.get(path);
    return known?.key === keyOf(identity, generation) ? known.outcome : null;
  }
}

function keyOf(identity: FileIdentity | null, generation: string): string {
  return `${identity ?? ''} ${generation}`;
}
