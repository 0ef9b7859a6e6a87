// What needs a person, most urgent first: each with its cause and the one thing that helps.
import type { AppState } from '../../../shared/app-state.ts';
import { displayPath, displayText } from '../../../shared/display-path.ts';
import type { Finding } from '../../../shared/finding.ts';
import type { FolderHealth, ProtectionEvidence } from '../../../shared/protection.ts';
import { counted } from '../../format/numbers.ts';
import { overviewMessages, signaturesOldAfterDays } from '../../messages/overview.ts';
import { engineWords } from '../../messages/words.ts';
import { adviceParts, type AdvicePart } from './command-parts.ts';

export type Need =
  | { readonly kind: 'finding'; readonly key: string; readonly finding: Finding }
  | { readonly kind: 'more-findings'; readonly key: string; readonly count: number }
  | { readonly kind: 'brake'; readonly key: string; readonly reason: string }
  | { readonly kind: 'off'; readonly key: string }
  | {
      readonly kind: 'engine';
      readonly key: string;
      readonly engine: string;
      readonly title: string;
      readonly text: string;
      readonly parts: readonly AdvicePart[];
    }
  | {
      readonly kind: 'folder';
      readonly key: string;
      readonly path: string;
      readonly title: string;
      readonly cause: string;
      readonly parts: readonly AdvicePart[];
    }
  | { readonly kind: 'settings'; readonly key: string; readonly problem: string }
  | { readonly kind: 'signatures'; readonly key: string; readonly title: string }
  | { readonly kind: 'put-off'; readonly key: string; readonly count: number }
  | {
      readonly kind: 'note';
      readonly key: string;
      readonly title: string;
      readonly parts: readonly AdvicePart[];
    };

export type NeedsState = Pick<AppState, 'protection' | 'findings' | 'settings'>;

const findingsTold = 3;
const { needs: words } = overviewMessages;

export interface NeedsScope {
  readonly isWindows: boolean;
  /** What is known is old, and nothing can be done about it. */
  readonly isLost: boolean;
}

export function needsOf(
  { protection, findings, settings }: NeedsState,
  { isWindows, isLost }: NeedsScope,
): readonly Need[] {
  if (isLost) {
    const parts = [{ text: words.lostText, command: null }];
    return [{ kind: 'note', key: 'lost', title: words.lost, parts }];
  }
  const { evidence } = protection;
  const settingsNeeds: readonly Need[] =
    settings.problem === '' ? [] : [{ kind: 'settings', key: 'settings', problem: settings.problem }];
  if (evidence === null) {
    const parts = protection.advice.flatMap(adviceParts);
    return [
      ...findingNeeds(findings),
      { kind: 'note', key: 'not-running', title: words.notRunning, parts },
      ...settingsNeeds,
    ];
  }
  return [
    ...findingNeeds(findings),
    ...(evidence.brake.on ? [{ kind: 'brake', key: 'brake', reason: evidence.brake.reason } as const] : []),
    ...(evidence.enabled ? [] : [{ kind: 'off', key: 'off' } as const]),
    ...engineNeeds(evidence),
    ...(isWatching(evidence) ? watchNeeds(evidence, isWindows) : []),
    ...settingsNeeds,
    ...signatureNeeds(evidence),
    ...(evidence.put_off === 0
      ? []
      : [{ kind: 'put-off', key: 'put-off', count: evidence.put_off } as const]),
    ...evidence.problems.map((problem): Need => ({
      kind: 'note',
      key: problem,
      title: '',
      parts: adviceParts(problem),
    })),
  ];
}

/** How many things there are to decide or to put right. */
export function needCount(needs: readonly Need[]): number {
  return needs.reduce((sum, need) => sum + (need.kind === 'more-findings' ? need.count : 1), 0);
}

function findingNeeds({ open, latest }: AppState['findings']): readonly Need[] {
  const told = latest.filter(({ state }) => state === 'open').slice(0, findingsTold);
  const needs = told.map((finding): Need => ({ kind: 'finding', key: `finding ${finding.id}`, finding }));
  const more = open - told.length;
  return more > 0 ? [...needs, { kind: 'more-findings', key: 'more', count: more }] : needs;
}

function isWatching({ enabled, pause }: ProtectionEvidence): boolean {
  return enabled && pause === null;
}

function engineNeeds({ engines }: ProtectionEvidence): readonly Need[] {
  const others = engines
    .filter(({ name, state }) => name !== 'hash' && state !== 'unavailable')
    .map(({ name }) => engineName(name));
  return engines.flatMap(({ name, state, detail }): readonly Need[] => {
    if (state === 'ready') return [];
    const engine = engineName(name);
    const isAway = state === 'unavailable';
    const rest = others.length === 0 ? words.nobodyLooks : words.stillProtects(others.join(', '));
    return [
      {
        kind: 'engine',
        key: `engine ${name}`,
        engine: name,
        title: isAway ? words.engineUnavailable(engine) : words.engineReduced(engine),
        text: isAway ? rest : '',
        parts: adviceParts(displayText(detail)),
      },
    ];
  });
}

function engineName(name: string): string {
  return name === 'clamav' || name === 'yara' || name === 'hash' ? engineWords[name] : displayPath(name);
}

function watchNeeds({ watcher }: ProtectionEvidence, isWindows: boolean): readonly Need[] {
  if (watcher.state === 'restarting' || watcher.state === 'off') {
    const title = watcher.state === 'off' ? words.watcherOff : words.watcherRestarting;
    return [{ kind: 'note', key: 'watcher', title, parts: [{ text: words.watcherText, command: null }] }];
  }
  return [...watcher.folders.flatMap(folderNeeds), ...canaryNeeds(watcher.folders, isWindows)];
}

/** A removable volume that is not there is not missed. */
function folderNeeds({ path, state, cause, remedy, removable }: FolderHealth): readonly Need[] {
  if (state === 'watching' || state === 'starting' || (state === 'gone' && removable)) return [];
  return [
    {
      kind: 'folder',
      key: `folder ${path}`,
      path,
      title: state === 'gone' ? words.folderGone : words.folderDegraded,
      cause: cause === '' ? words.noCause : cause,
      parts: adviceParts(remedy),
    },
  ];
}

function canaryNeeds(folders: readonly FolderHealth[], isWindows: boolean): readonly Need[] {
  const missed = folders.filter(({ canary_missed: isMissed, state }) => isMissed && state === 'watching');
  if (missed.length === 0) return [];
  const names = missed.map(({ path }) => displayPath(path, isWindows)).join(', ');
  const parts = [{ text: words.canaryText(names), command: null }];
  return [{ kind: 'note', key: 'canary', title: words.canaryTitle, parts }];
}

function signatureNeeds({ signature_age_days: days }: ProtectionEvidence): readonly Need[] {
  if (days === null || days <= signaturesOldAfterDays) return [];
  const age = counted(Math.floor(days), 'day', 'days');
  return [{ kind: 'signatures', key: 'signatures', title: words.signaturesTitle(age) }];
}
