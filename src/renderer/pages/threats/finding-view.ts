// What can be done about a finding in its state, and what of a list is shown; decided here, drawn elsewhere.
import { displayPath, displayText } from '../../../shared/display-path.ts';
import type { EachOutcome } from '../../../shared/contract.ts';
import type { AllowEntry } from '../../../shared/allow-entry.ts';
import type { Finding, FindingState } from '../../../shared/finding.ts';
import type { EngineName } from '../../../shared/verdict.ts';

export const findingFilters = ['open', 'settled', 'all'] as const;
export type FindingFilter = (typeof findingFilters)[number];

const settled: readonly FindingState[] = ['quarantined', 'allowed', 'dismissed', 'gone'];

/** As `findings.list` wants them: empty for all. */
export function statesOf(filter: FindingFilter): readonly FindingState[] {
  if (filter === 'open') return ['open'];
  return filter === 'settled' ? settled : [];
}

export interface FindingChoices {
  readonly quarantine: boolean;
  readonly allow: boolean;
  readonly dismiss: boolean;
  readonly reopen: boolean;
  readonly restore: boolean;
  readonly reveal: boolean;
}

export function choicesFor({ state, vault_id: vaultId }: Finding, isDesktop: boolean): FindingChoices {
  const isThere = state !== 'gone' && state !== 'quarantined';
  const isUndecided = state === 'open' || state === 'dismissed';
  return {
    quarantine: isUndecided,
    allow: isUndecided,
    dismiss: state === 'open',
    reopen: state === 'dismissed',
    restore: state === 'quarantined' && vaultId !== null,
    reveal: isThere && isDesktop,
  };
}

/** What the chosen ones can be asked for together. */
export function choicesForAll(findings: readonly Finding[]): FindingChoices {
  const each = findings.map((finding) => choicesFor(finding, false));
  return {
    quarantine: each.some(({ quarantine }) => quarantine),
    allow: each.some(({ allow }) => allow),
    dismiss: each.some(({ dismiss }) => dismiss),
    reopen: each.some(({ reopen }) => reopen),
    restore: each.some(({ restore }) => restore),
    reveal: false,
  };
}

/** By name, folder, signature or SHA-256; an empty question finds all. */
export function searchFindings(findings: readonly Finding[], question: string): readonly Finding[] {
  const words = question.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return findings;
  return findings.filter(({ path, detections, sha256 }) => {
    const text = [path, displayPath(path), sha256 ?? '', ...detections.map(({ name }) => name)]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function enginesOf({ detections }: Pick<Finding, 'detections'>): readonly EngineName[] {
  return [...new Set(detections.map(({ engine }) => engine))];
}

/** Each name once, as the engines give them. */
export function namesOf({ detections }: Pick<Finding, 'detections'>): readonly string[] {
  return [...new Set(detections.map(({ name }) => displayText(name)))];
}

export interface SplitOutcomes {
  readonly done: readonly EachOutcome[];
  readonly toConfirm: readonly EachOutcome[];
  readonly failed: readonly EachOutcome[];
}

export function splitOutcomes(outcomes: readonly EachOutcome[]): SplitOutcomes {
  return {
    done: outcomes.filter(({ ok }) => ok),
    toConfirm: outcomes.filter(({ ok, needs_confirmation: needed }) => !ok && needed),
    failed: outcomes.filter(({ ok, needs_confirmation: needed }) => !ok && !needed),
  };
}

/** What an undo takes out again: entries that are there now and were not before, for what was allowed. */
export function entriesMadeFor(
  findings: readonly Finding[],
  before: readonly AllowEntry[],
  after: readonly AllowEntry[],
): readonly number[] {
  const known = new Set(before.map(({ id }) => id));
  const values = new Set(findings.map(({ sha256, path }) => sha256 ?? path));
  return after.filter(({ id, value }) => !known.has(id) && values.has(value)).map(({ id }) => id);
}
