// Everything that stands against "protected", each told by itself; none says more than the evidence holds.
import { countText } from '../../shared/count-text.ts';
import { displayPath } from '../../shared/display-path.ts';
import type { FolderHealth, ProtectionEvidence } from '../../shared/protection.ts';
import { listText } from './protection-words.ts';
import { shownPath } from '../files/shown-path.ts';

export interface Concern {
  readonly sentence: string;
  /** What to do about it; may be empty. */
  readonly advice: readonly string[];
}

/** The commands that are named in advice. */
export const commands = {
  threats: 'vedette threats list',
  resume: 'vedette resume',
  releaseBrake: 'vedette brake release',
} as const;

type Engine = ProtectionEvidence['engines'][number];

const engineNames: Readonly<Record<string, string>> = { clamav: 'ClamAV', yara: 'YARA', hash: 'hash lists' };
/** Older signatures are a warning (days). */
export const oldSignaturesDays = 7;
/** As many files do not wait long in ordinary use. */
const largeBacklogFiles = 10_000;
/** Folders told of one by one. */
const foldersTold = 5;

export function engineText(engine: Engine): string {
  return engineNames[engine.name] ?? displayPath(engine.name);
}

/** Engines that look into files. Hash lists alone know nothing but what is on them. */
export function scanners(evidence: ProtectionEvidence): readonly Engine[] {
  return evidence.engines.filter(({ name }) => name !== 'hash');
}

/** Folders that should be watched now: a volume that was unplugged is none. */
export function expectedFolders(evidence: ProtectionEvidence): readonly FolderHealth[] {
  return evidence.watcher.folders.filter(({ removable, state }) => !(removable && state === 'gone'));
}

/** What should be put right, but keeps no file from being looked at; most urgent first. */
export function upkeepConcerns(evidence: ProtectionEvidence): readonly Concern[] {
  return [...evidence.problems.map(problem), ...oldSignatures(evidence)];
}

/** Most urgent first. */
export function watchingConcerns(evidence: ProtectionEvidence): readonly Concern[] {
  return [...watcherAway(evidence), ...missedCanary(evidence), ...lateFiles(evidence)];
}

export function brakeConcern({ brake }: ProtectionEvidence): readonly Concern[] {
  if (!brake.on) return [];
  const sentence = brake.reason === '' ? 'Automatic quarantine has stopped.' : brake.reason;
  const advice = [
    `To see what was found: ${commands.threats}`,
    `To let automatic quarantine go on: ${commands.releaseBrake}`,
  ];
  return [{ sentence, advice }];
}

export function findingsConcern({ open_findings: count }: ProtectionEvidence): readonly Concern[] {
  if (count === 0) return [];
  const sentence = `${countText(count, 'threat needs', 'threats need')} a decision.`;
  return [{ sentence, advice: [`To see and decide: ${commands.threats}`] }];
}

/** Nobody looks into files. */
export function noScannerConcern(evidence: ProtectionEvidence): readonly Concern[] {
  if (scanners(evidence).some(({ state }) => state !== 'unavailable')) return [];
  const hasLists = evidence.engines.some(({ name, state }) => name === 'hash' && state !== 'unavailable');
  const sentence = hasLists
    ? 'Not protected: no engine can look into files, which are only compared with hash lists.'
    : 'Not protected: no engine can look into files.';
  const nothingOn = 'Switch on enable_clamav or enable_yara in [scanning] of the configuration file.';
  return [{ sentence, advice: scanners(evidence).length === 0 ? [nothingOn] : engineAdvice(evidence) }];
}

/** Engines that are not all they should be: no reason for amber as long as another one looks. */
export function engineAdvice(evidence: ProtectionEvidence): readonly string[] {
  return scanners(evidence).flatMap((engine) => {
    if (engine.state === 'ready') return [];
    const lack =
      engine.state === 'unavailable'
        ? `Without ${engineText(engine)}, what only it can recognize is not found.`
        : `${engineText(engine)} works, but not with all it should have.`;
    return [joined(lack, engine.detail)];
  });
}

function watcherAway(evidence: ProtectionEvidence): readonly Concern[] {
  const { watcher, sweep } = evidence;
  const seen = sweep.state === 'running' ? 'only the sweep that is running finds' : 'nobody sees';
  switch (watcher.state) {
    case 'starting':
      return [{ sentence: 'Protection is starting: no folder is watched yet.', advice: [] }];
    case 'restarting':
      return [
        {
          sentence: `The watcher is being restarted; until then ${seen} what is new or changed.`,
          advice: [],
        },
      ];
    case 'off':
      return [
        {
          sentence: `The watcher does not run: ${seen} what is new or changed.`,
          advice: ['Start Vedette again; if that does not help, its log says why.'],
        },
      ];
    case 'running':
      return unwatchedFolders(evidence);
    default:
      return watcher.state satisfies never;
  }
}

function unwatchedFolders(evidence: ProtectionEvidence): readonly Concern[] {
  const folders = expectedFolders(evidence);
  if (folders.length === 0) {
    const advice = ['Name folders in [watch] folders of the configuration file.'];
    return [{ sentence: 'No folder is watched: new and changed files are not seen.', advice }];
  }
  const unwatched = folders.filter(({ state }) => state !== 'watching');
  const watched = folders.length - unwatched.length;
  if (unwatched.length === 0) return [];
  const are = watched === 1 ? 'is' : 'are';
  if (unwatched.every(({ state }) => state === 'starting')) {
    const sentence = `Protection is starting: ${watched} of ${countText(folders.length, 'folder')} ${are} watched.`;
    return [{ sentence, advice: [] }];
  }
  const all = folders.length === 1 ? 'the only folder is not' : `none of ${folders.length} folders is`;
  const sentence =
    watched === 0
      ? `Not protected in real time: ${all} watched.`
      : `Partially protected: ${watched} of ${countText(folders.length, 'folder')} ${are} watched.`;
  return [{ sentence, advice: folderAdvice(unwatched.filter(({ state }) => state !== 'starting')) }];
}

function missedCanary(evidence: ProtectionEvidence): readonly Concern[] {
  // Of a folder that is not watched no test file is expected to arrive.
  const missed = expectedFolders(evidence).filter(
    (folder) => folder.canary_missed && folder.state === 'watching',
  );
  if (evidence.watcher.state !== 'running' || missed.length === 0) return [];
  const names = missed.slice(0, foldersTold).map(({ path }) => shownPath(path));
  const more = missed.length > names.length ? [countText(missed.length - names.length, 'more', 'more')] : [];
  const sentence = `A test file was not scanned in time in ${listText([...names, ...more])}.`;
  return [
    { sentence, advice: ['New files there may be scanned late; the next sweep looks for what was missed.'] },
  ];
}

function oldSignatures({ signature_age_days: days }: ProtectionEvidence): readonly Concern[] {
  if (days === null || days <= oldSignaturesDays) return [];
  const sentence = `The signatures are ${countText(Math.floor(days), 'day')} old: newer malware may not be recognized.`;
  return [{ sentence, advice: ['Update them; for ClamAV: freshclam'] }];
}

function lateFiles({ backlog, put_off: putOff }: ProtectionEvidence): readonly Concern[] {
  const waiting = `${countText(backlog, 'file waits', 'files wait')} to be scanned`;
  if (putOff > 0) {
    const were = `${countText(putOff, 'file was', 'files were')} put off, because too many came at once`;
    const sentence = backlog === 0 ? `${were}.` : `${were}; ${waiting}.`;
    return [{ sentence, advice: ['The next sweep scans them.'] }];
  }
  if (backlog < largeBacklogFiles) return [];
  return [{ sentence: `${waiting}: verdicts come late.`, advice: [] }];
}

function problem(sentence: string): Concern {
  return { sentence, advice: [] };
}

function folderAdvice(folders: readonly FolderHealth[]): readonly string[] {
  const told = folders.slice(0, foldersTold).map(({ path, state, cause, remedy }) => {
    const what = cause === '' && state === 'gone' ? 'It is not there.' : cause;
    return joined(`${shownPath(path)}:`, what, remedy);
  });
  const more = folders.length - told.length;
  return more === 0
    ? told
    : [...told, `${countText(more, 'more folder is', 'more folders are')} not watched.`];
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
