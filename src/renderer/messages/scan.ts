// What the scan page says; of what could not be looked at it never says that nothing was found in it.
import { displayPath } from '../../shared/display-path.ts';
import type { Job, JobProgress } from '../../shared/job.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatSeconds } from '../format/durations.ts';
import { counted, formatCount, formatShare } from '../format/numbers.ts';

export const scanTexts = {
  title: 'Scan',
  description:
    'Protection looks at files when they change. A scan looks at those that were there before, or again.',
  quick: {
    title: 'Quick scan',
    text: 'The places where malware settles: the watched folders, and what starts by itself.',
    start: 'Start quick scan',
  },
  full: {
    title: 'Full scan',
    text: 'Every file on the disks of this computer. It takes a while; you can go on working.',
    start: 'Start full scan',
  },
  custom: {
    title: 'Scan of chosen places',
    text: 'Folders and files that you choose.',
    folders: 'Folders…',
    files: 'Files…',
    browse: 'Choose…',
    dialog: 'What shall be scanned?',
  },
  begin: 'Begin a scan',
  dropHint: 'Or drop files and folders anywhere on this window.',
  running: 'Scans under way',
  lastResult: 'Last scan',
  earlier: 'Earlier scans',
  noEarlier: {
    title: 'No scans yet',
    text: 'A quick scan looks at the places where malware settles first, and takes a few minutes.',
  },
  schedules: 'Scheduled scans',
  editSchedules: 'Edit schedules',
  noSchedules: 'No scan is scheduled.',
  back: 'All scans',
  notFound: 'There is no such scan. Older ones are removed with the history.',
  details: 'Show details',
  pause: 'Pause',
  resume: 'Go on',
  cancel: 'Stop',
  again: 'Scan again',
  now: 'Now looking at',
  starting: 'Starting…',
  elapsed: 'so far',
  about: 'About this scan',
  bySchedule: ', by schedule',
  counts: {
    clean: 'Clean',
    infected: 'Threats',
    suspicious: 'Suspicious',
    partial: 'Checked in part',
    unscannable: 'Not checked',
    cache: 'From the cache',
  },
  counting: 'Counting the files…',
  progressLabel: (job: Job): string => `Progress of scan ${formatCount(job.id)}`,
  cancelTitle: 'Stop this scan?',
  cancelText: ({ progress }: Job): string =>
    `It has looked at ${counted(progress.files, 'file', 'files')} in ${formatSeconds(progress.active_seconds)}. ` +
    'What was found stays on the list. Another scan begins anew, but files that did not change are answered from the cache.',
  cancelConfirm: 'Stop the scan',
  findings: 'What was found',
  noFindings: 'Nothing was found so far.',
  facts: {
    id: 'Number',
    places: 'Looked through',
    schedule: 'Started by schedule',
    started: 'Started',
    ended: 'Ended',
    time: 'Time it ran',
    resumes: 'Went on after a restart',
    bytes: 'Looked at',
  },
  times: (count: number): string => counted(count, 'time', 'times'),
  columns: {
    scan: 'Scan',
    result: 'Result',
    files: 'Files',
    started: 'Started',
    time: 'Time',
    schedule: 'Schedule',
    next: 'Next',
    last: 'Last',
    missed: 'Missed',
  },
  missedRuns: (count: number): string =>
    count === 0 ? 'none' : `${formatCount(count)}, while Vedette was off`,
  missed: {
    title: 'What could not be checked',
    summary: ({ partial, unscannable }: JobProgress): string =>
      [
        ...(unscannable > 0 ? [`${formatCount(unscannable)} not checked`] : []),
        ...(partial > 0 ? [`${formatCount(partial)} checked in part`] : []),
      ].join(', '),
    show: 'Show why',
    unnamed: (count: number): string =>
      `${counted(count, 'more file', 'more files')}, whose names are no longer kept.`,
    noNames: 'Their names are no longer kept.',
    more: (count: number): string => `and ${formatCount(count)} more`,
  },
} as const;

/** `/home/ada/Downloads`, `/home/ada/Downloads and 2 more` */
export function placesText(roots: readonly string[], isWindows = false): string {
  const [first, ...more] = roots;
  if (first === undefined) return '';
  const shown = displayPath(first, isWindows);
  return more.length === 0 ? shown : `${shown} and ${formatCount(more.length)} more`;
}

/** What came of a scan, in one or two sentences. */
export function resultSentence({ state, problem, progress }: Job): string {
  const { files } = progress;
  const found = foundText(progress);
  const missed = missedText(progress);
  const checked = files - progress.partial - progress.unscannable;
  if (state === 'failed')
    return join(
      `The scan failed${problem === '' ? '' : `: ${withoutStop(problem)}`}.`,
      found === null ? '' : `Before that ${found}.`,
    );
  if (files === 0)
    return state === 'cancelled' ? 'Stopped before the first file.' : 'There was no file to look at.';
  if (state === 'cancelled')
    return join(
      `Stopped after ${counted(files, 'file', 'files')}; ${found ?? 'nothing was found in them'}.`,
      missed,
    );
  if (found !== null) return join(`${capital(found)} in ${counted(files, 'file', 'files')}.`, missed);
  if (checked <= 0) return join('Nothing can be said of these files.', missed);
  return join(`Nothing found in ${counted(checked, 'file', 'files')}.`, missed);
}

/** The same in a few words, for a list. */
export function resultWord({ state, progress }: Job): string {
  const { infected, suspicious } = progress;
  if (infected > 0) {
    const threats = counted(infected, 'threat', 'threats');
    return suspicious > 0 ? `${threats}, ${formatCount(suspicious)} suspicious` : threats;
  }
  if (suspicious > 0) return `${formatCount(suspicious)} suspicious`;
  if (state === 'failed') return 'Failed';
  if (state === 'cancelled') return 'Stopped';
  if (progress.files === 0) return 'No files';
  const missed = progress.partial + progress.unscannable;
  if (missed === progress.files) return 'Nothing checked';
  return missed === 0 ? 'Nothing found' : `Nothing found, ${formatCount(missed)} not checked`;
}

export function resultTone({ state, progress }: Job): 'ok' | 'attention' | 'danger' | 'neutral' {
  if (progress.infected > 0) return 'danger';
  if (state === 'failed' || progress.suspicious > 0) return 'attention';
  if (state === 'cancelled' || progress.files === 0) return 'neutral';
  return progress.partial + progress.unscannable === progress.files ? 'attention' : 'ok';
}

/** `184,220 of 412,900 files` */
export function filesText({ files, total_files: total }: JobProgress): string {
  if (total === null || total < files) return counted(files, 'file', 'files');
  return `${formatCount(files)} of ${counted(total, 'file', 'files')}`;
}

/** `About 7 min left`; without an estimate it says why. */
export function remainingText({ state, progress }: Job): string {
  if (state === 'paused') return 'Paused';
  if (state === 'interrupted') return 'Goes on as soon as there is room';
  if (progress.total_files === null) return scanTexts.counting;
  if (progress.remaining_seconds === null) return 'Time left not known yet';
  const seconds = progress.remaining_seconds;
  if (seconds < 10) return 'A few seconds left';
  return `About ${formatSeconds(calmSeconds(seconds))} left`;
}

export function speedText({ files_per_second: speed }: JobProgress): string {
  return `${formatCount(speed)} files/s`;
}

export function cacheText({ files, from_cache: known }: JobProgress): string {
  return files === 0
    ? formatCount(known)
    : `${formatCount(known)} (${formatShare(Math.min(1, known / files))})`;
}

export function bytesText({ bytes }: JobProgress): string {
  return formatBytes(bytes);
}

/** 0 to 1; null while the files are being counted. */
export function doneShare({ files, total_files: total }: JobProgress): number | null {
  if (total === null) return null;
  return total === 0 ? 1 : Math.min(1, files / total);
}

/** `1 threat and 2 suspicious files found`; null when there is nothing. */
function foundText({ infected, suspicious }: JobProgress): string | null {
  const parts = [
    ...(infected > 0 ? [counted(infected, 'threat', 'threats')] : []),
    ...(suspicious > 0 ? [counted(suspicious, 'suspicious file', 'suspicious files')] : []),
  ];
  return parts.length === 0 ? null : `${parts.join(' and ')} found`;
}

function missedText({ partial, unscannable }: JobProgress): string {
  if (partial > 0 && unscannable > 0)
    return `${formatCount(unscannable)} could not be checked, and ${formatCount(partial)} only in part.`;
  if (unscannable > 0) return `${formatCount(unscannable)} could not be checked.`;
  return partial > 0 ? `${formatCount(partial)} could be checked only in part.` : '';
}

/** An estimate that changes at every look tells less than a rough one. */
function calmSeconds(seconds: number): number {
  if (seconds < 60) return Math.ceil(seconds / 10) * 10;
  return seconds < 3600 ? Math.round(seconds / 60) * 60 : Math.round(seconds / 600) * 600;
}

function join(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function withoutStop(text: string): string {
  return text.replace(/\.$/u, '');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
