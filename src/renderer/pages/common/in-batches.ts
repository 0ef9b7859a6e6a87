// Acts on many things a few at a time: each answer comes in time, and what was done is known even when a later call fails.
import type { EachOutcome } from '../../../shared/contract.ts';

/** A call that moves files asks for no more than this. */
export const actedAtOnce = 50;

export interface BatchOutcomes {
  readonly outcomes: readonly EachOutcome[];
  /** Why it stopped before the end; else empty. */
  readonly problem: string;
}

export async function inBatches<Id extends number | string>(
  ids: readonly Id[],
  act: (some: Id[]) => Promise<{ readonly outcomes: readonly EachOutcome[] }>,
): Promise<BatchOutcomes> {
  const outcomes: EachOutcome[] = [];
  for (let start = 0; start < ids.length; start += actedAtOnce) {
    try {
      const answer = await act(ids.slice(start, start + actedAtOnce));
      outcomes.push(...answer.outcomes);
    } catch (error) {
      return { outcomes, problem: error instanceof Error ? error.message : String(error) };
    }
  }
  return { outcomes, problem: '' };
}
