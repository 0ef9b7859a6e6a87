// Several things asked for together, one at a time: what fails for one is told of that one, and the others are done all the same.
import type { EachOutcome } from '../../../shared/contract.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { isFsError } from '../../files/open-file.ts';
import { outcomeOf } from '../finding-desk.ts';
import { shownPath } from '../../files/shown-path.ts';

/** Each id once, however often it is named. */
export async function eachId<Id extends number | string>(
  ids: readonly Id[],
  work: (id: Id) => Promise<EachOutcome>,
): Promise<EachOutcome[]> {
  const outcomes: EachOutcome[] = [];
  for (const id of new Set(ids)) {
    try {
      outcomes.push(await work(id));
    } catch (error) {
      if (!(error instanceof AppError) && !isFsError(error)) throw error;
      outcomes.push(outcomeOf(id, { ok: false, text: `Not done: ${shownPath(messageOf(error))}` }, null));
    }
  }
  return outcomes;
}
