// Which scans are under way, and which are over.
import type { Job } from '../../../shared/job.ts';

export function isEnded({ state }: Pick<Job, 'state'>): boolean {
  return state === 'done' || state === 'cancelled' || state === 'failed';
}

/** Oldest first: what was begun first stays where it is when another one begins. */
export function underWay(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => !isEnded(job)).toSorted((one, other) => one.id - other.id);
}

/** The one that ended last; null where none has. */
export function lastEnded(jobs: readonly Job[]): Job | null {
  const ended = jobs.filter(isEnded).toSorted((one, other) => (other.ended_at ?? 0) - (one.ended_at ?? 0));
  return ended[0] ?? null;
}

/** What the list says, and of those the state knows better what it says: it is newer. */
export function withNewer(listed: readonly Job[], newer: readonly Job[]): readonly Job[] {
  const known = new Map([...listed, ...newer].map((job) => [job.id, job]));
  return [...known.values()].toSorted((one, other) => other.id - one.id);
}
