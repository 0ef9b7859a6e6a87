// How often each slice of the state may be computed and told, what in the feed moves it, and what of it counts as a change.
import { isDeepStrictEqual } from 'node:util';
import type { AppState, SliceName } from '../../shared/app-state.ts';
import type { FeedEvent } from '../../shared/contract.ts';
import type { Protection } from '../../shared/protection.ts';

/** What changed within one tick is told together, at its end. */
export const tickMs = 250;

export interface SliceRhythm {
  /** Ticks from one look to the next, however much happens. */
  readonly leastTicks: number;
  /** Ticks after which it is looked at although nothing said that it changed; null: somebody always says. */
  readonly idleTicks: number | null;
}

const seconds = 1000 / tickMs;

export const rhythms: { readonly [Name in SliceName]: SliceRhythm } = {
  app: { leastTicks: 1, idleTicks: null },
  protection: { leastTicks: 1, idleTicks: 10 * seconds },
  // Each look asks clamd whether it is there.
  engines: { leastTicks: seconds, idleTicks: 10 * seconds },
  // Its time moves always: a page takes silence for the end of Vedette (`client/http-transport.ts`).
  live: { leastTicks: seconds, idleTicks: seconds },
  recent: { leastTicks: 5 * seconds, idleTicks: 5 * seconds },
  coverage: { leastTicks: 1, idleTicks: 5 * seconds },
  jobs: { leastTicks: 1, idleTicks: null },
  findings: { leastTicks: 1, idleTicks: null },
  quarantine: { leastTicks: 1, idleTicks: 10 * seconds },
  settings: { leastTicks: 1, idleTicks: seconds },
  updates: { leastTicks: 1, idleTicks: null },
};

/** The slices that an event may have moved. */
export const movedBy: Readonly<Record<FeedEvent['kind'], readonly SliceName[]>> = {
  verdict: ['live'],
  finding: ['findings', 'protection', 'quarantine', 'coverage'],
  job: ['jobs'],
  protection: ['protection', 'engines'],
  // Deletions from the vault, and the brake.
  history: ['quarantine', 'protection'],
};

/** Whether both say the same, leaving aside what always moves a little and nobody would see. */
export function saysTheSame<Name extends SliceName>(
  slice: Name,
  before: AppState[Name],
  now: AppState[Name],
): boolean {
  if (isDeepStrictEqual(before, now)) return true;
  return slice === 'protection' && isDeepStrictEqual(atRest(before), atRest(now));
}

function atRest(value: AppState[SliceName]): unknown {
  if (!isProtection(value) || value.evidence === null) return value;
  const { evidence } = value;
  const { signature_age_days: days, watcher } = evidence;
  const hours = days === null ? null : Math.floor(days * 24);
  return {
    ...value,
    evidence: { ...evidence, signature_age_days: hours, watcher: { ...watcher, loop_delay_ms: 0 } },
  };
}

function isProtection(value: AppState[SliceName]): value is Protection {
  return 'evidence' in value && 'advice' in value;
}
