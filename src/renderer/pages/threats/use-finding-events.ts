// The history of one finding, looked for back to when it was found, and no further than a bound.
import { useEffect, useState } from 'react';
import type { Finding } from '../../../shared/finding.ts';
import type { HistoryEvent } from '../../../shared/history-event.ts';
import type { Client } from '../../client/client.ts';
import { useClient } from '../../client/client-context.ts';
import { eventsAbout, fileKinds } from './events-about.ts';

export interface FindingEvents {
  /** Newest first; null until they are known. */
  readonly events: readonly HistoryEvent[] | null;
  /** Older records were not looked through. */
  readonly isCut: boolean;
  readonly problem: string;
}

const pageLimit = 500;
const maxPages = 6;
/** Records are written a moment after the finding they are about. */
const slackSeconds = 60;

export function useFindingEvents(finding: Finding): FindingEvents {
  const client = useClient();
  const [found, setFound] = useState<FindingEvents>({ events: null, isCut: false, problem: '' });
  const { id, state, note, seen_at: seenAt } = finding;

  useEffect(() => {
    let isCurrent = true;
    findEvents(client, finding).then(
      (events) => isCurrent && setFound({ ...events, problem: '' }),
      (error: Error) => isCurrent && setFound((before) => ({ ...before, problem: error.message })),
    );
    return () => {
      isCurrent = false;
    };
    // What became of it shows in its state; the object is another one at every answer.
  }, [client, id, state, note, seenAt]);

  return found;
}

async function findEvents(client: Client, finding: Finding): Promise<Omit<FindingEvents, 'problem'>> {
  const events: HistoryEvent[] = [];
  let before: number | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const answer: { readonly events: readonly HistoryEvent[] } = await client.call('history.list', {
      kinds: [...fileKinds],
      before,
      limit: pageLimit,
    });
    events.push(...eventsAbout(answer.events, finding));
    const last = answer.events.at(-1);
    const isEnd = last === undefined || answer.events.length < pageLimit;
    if (isEnd || last.at < finding.found_at - slackSeconds) return { events, isCut: false };
    before = last.number;
  }
  return { events, isCut: true };
}
