// Findings of some states, a page at a time, newest first: however many there are, and whatever becomes of those of earlier pages.
import type { Finding, FindingState } from '../../shared/finding.ts';
import type { FindingFilter } from '../store/finding-store.ts';

export interface PagedFindings {
  list(filter: FindingFilter): { readonly findings: readonly Finding[] };
}

const pageSize = 500;

export function* findingPages(
  from: PagedFindings,
  states: readonly FindingState[],
): Generator<readonly Finding[]> {
  for (let before: number | null = null; ;) {
    const { findings } = from.list({ states, job: null, before, limit: pageSize });
    yield findings;
    const last = findings.at(-1);
    if (last === undefined || findings.length < pageSize) return;
    before = last.id;
  }
}
