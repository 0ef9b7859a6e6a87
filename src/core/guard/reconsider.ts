// A person has changed what counts as a threat, or may be moved: what was found before is judged anew, at once.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AllowEntry } from '../../shared/allow-entry.ts';
import type { Finding, FindingState } from '../../shared/finding.ts';
import type { AllowQuestion } from '../respond/allow-list.ts';
import { findingPages, type PagedFindings } from './finding-pages.ts';

/** What of a desk is needed for it. */
export interface Reconsidered {
  readonly findings: PagedFindings;
  readonly allow: { match(question: AllowQuestion): AllowEntry | null };
  readonly findingDesk: { setState(id: number, state: FindingState, note: string): void };
  /** Its answer comes as that of any other scan; nobody answers where no Vedette watches. */
  rescan(path: string): unknown;
}

/** The allow-list is another one: open findings that it names are none any more, and those it no longer names are open. */
export async function reconsiderAllowed(desk: Reconsidered): Promise<void> {
  for await (const finding of findingsIn(desk, ['open', 'allowed'])) {
    const entry = desk.allow.match(finding);
    if (entry !== null && finding.state === 'open') {
      desk.findingDesk.setState(finding.id, 'allowed', `Allowed by ${entry.author}.`);
    } else if (entry === null && finding.state === 'allowed') {
      desk.findingDesk.setState(finding.id, 'open', 'It is no longer allowed.');
      desk.rescan(finding.path);
    }
  }
}

/** Automatic quarantine goes on: what it would not move waits for it. */
export async function reconsiderOpen(desk: Reconsidered): Promise<void> {
  for await (const { path } of findingsIn(desk, ['open'])) desk.rescan(path);
}

async function* findingsIn(desk: Reconsidered, states: readonly FindingState[]): AsyncGenerator<Finding> {
  for (const page of findingPages(desk.findings, states)) {
    yield* page;
    // Others have their turn between two pages.
    await nextTurn();
  }
}
