// Findings, newest first, as many as are wanted: page by page, because a message stays small.
import type { CallInput } from '../shared/contract.ts';
import type { Finding } from '../shared/finding.ts';
import type { Caller } from './ask-vedette.ts';

const pageSize = 1000;

export type FindingFilter = Pick<CallInput<'findings.list'>, 'states' | 'job'>;

export interface FindingList {
  readonly findings: readonly Finding[];
  /** How many there are. */
  readonly total: number;
}

/** @param isEnough given a page that was read, says that no other is needed */
export async function listFindings(
  call: Caller,
  filter: FindingFilter,
  limit = Number.POSITIVE_INFINITY,
  isEnough: (page: readonly Finding[]) => boolean = () => false,
): Promise<FindingList> {
  const findings: Finding[] = [];
  let total = 0;
  for (let before: number | null = null; findings.length < limit; before = findings.at(-1)?.id ?? null) {
    const wanted = Math.min(pageSize, limit - findings.length);
    const page: FindingList = await call('findings.list', { ...filter, before, limit: wanted });
    // Of the first page: what comes while the others are read is not in the list.
    if (before === null) total = page.total;
    findings.push(...page.findings);
    if (page.findings.length < wanted || isEnough(page.findings)) break;
  }
  return { findings, total };
}
