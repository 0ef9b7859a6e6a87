// Scans of many files as people read them: in a list, one at a time, and in a line while they run.
import { styleText } from 'node:util';
import { countText } from '../shared/count-text.ts';
import type { Job, JobProgress, JobState, Schedule } from '../shared/job.ts';
import type { Finding } from '../shared/finding.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import { findingLines } from './finding-texts.ts';
import { formatCount, formatDuration, formatSize } from './size.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { hint, linesOf, shownText } from './tell.ts';

const stateStyles = {
  running: 'cyan',
  paused: 'yellow',
  interrupted: 'yellow',
  done: 'green',
  cancelled: 'yellow',
  failed: 'red',
} as const satisfies Record<JobState, string>;

export function jobsText(jobs: readonly Job[], schedules: readonly Schedule[], quiet: boolean): string {
  const lines: string[] = [];
  if (jobs.length > 0) lines.push(...jobLines(jobs, quiet));
  else if (!quiet)
    lines.push('No scans yet.', hint('To begin: vedette jobs start quick, or vedette jobs start PATH'));
  if (schedules.length > 0) lines.push(...(lines.length > 0 ? [''] : []), ...scheduleLines(schedules, quiet));
  return linesOf(lines);
}

function jobLines(jobs: readonly Job[], quiet: boolean): readonly string[] {
  const lines = columnLines(
    [
      { title: 'ID', isNumber: true },
      { title: 'KIND' },
      { title: 'STATE' },
      { title: 'FILES', isNumber: true },
      { title: 'FOUND', isNumber: true },
      { title: 'STARTED' },
      { title: 'TOOK', isNumber: true },
      { title: 'WHAT' },
    ],
    jobs.map(({ id, kind, state, progress, created_at: createdAt, roots, schedule }) => [
      String(id),
      kind,
      styleText(stateStyles[state], state),
      formatCount(progress.files),
      foundText(progress),
      formatTime(createdAt),
      formatDuration(progress.active_seconds * 1000),
      `${rootsText(roots)}${schedule === null ? '' : ' (by schedule)'}`,
    ]),
  );
  return quiet ? lines.slice(1) : lines;
}

function scheduleLines(schedules: readonly Schedule[], quiet: boolean): readonly string[] {
  const lines = columnLines(
    [{ title: 'SCHEDULE' }, { title: 'NEXT' }, { title: 'LAST' }, { title: '' }],
    schedules.map(({ text, next_run_at: next, last_run_at: last, last_state: state, missed }) => [
      shownText(text),
      next === null ? 'never' : formatTime(next),
      last === null ? 'never' : formatTime(last),
      [state ?? '', missed > 0 ? styleText('yellow', `${formatCount(missed)} missed`) : '']
        .filter((part) => part !== '')
        .join(', '),
    ]),
  );
  return quiet ? lines.slice(1) : lines;
}

function foundText({ infected, suspicious }: JobProgress): string {
  const found = infected + suspicious;
  return found > 0 ? styleText('red', formatCount(found)) : '0';
}

function rootsText(roots: readonly string[]): string {
  const [first, ...more] = roots;
  if (first === undefined) return '';
  return `${shownPath(first)}${more.length > 0 ? ` and ${formatCount(more.length)} more` : ''}`;
}

const stateSentences = {
  running: 'is running',
  paused: 'is paused',
  interrupted: 'was interrupted; it goes on when Vedette is started again',
  done: 'is done',
  cancelled: 'was cancelled',
  failed: 'failed',
} as const satisfies Record<JobState, string>;

/** `Scan 3 (quick) is running.` */
export function jobSentence({ id, kind, state, problem }: Job): string {
  const why = problem === '' ? '.' : `: ${shownText(problem)}`;
  return `Scan ${id} (${kind}) ${styleText(stateStyles[state], stateSentences[state])}${why}`;
}

export function jobText(job: Job, findings: readonly Finding[]): string {
  const { progress, roots, schedule, created_at: createdAt, ended_at: endedAt } = job;
  const rows: (readonly [string, string])[] = [
    ['looks through', roots.map(shownPath).join(', ')],
    ['schedule', schedule === null ? '' : shownText(schedule)],
    ['started', formatTime(createdAt)],
    ['ended', formatTime(endedAt)],
    [
      'scanned',
      `${filesText(progress)}, ${formatSize(progress.bytes)} in ${formatDuration(progress.active_seconds * 1000)}`,
    ],
    ['speed', job.state === 'running' ? speedText(progress) : ''],
    ['verdicts', verdictsText(progress)],
    ['from cache', progress.from_cache > 0 ? formatCount(progress.from_cache) : ''],
    [
      'now at',
      job.state === 'running' && progress.current_path !== null ? shownPath(progress.current_path) : '',
    ],
  ];
  return linesOf([
    jobSentence(job),
    ...rows.filter(([, text]) => text !== '').map(([name, text]) => `  ${name.padEnd(14)} ${text}`),
    ...(findings.length > 0 ? ['', ...findingLines(findings)] : []),
  ]);
}

function filesText({ files, total_files: total }: JobProgress): string {
  if (total === null || total < files) return countText(files, 'file');
  return `${formatCount(files)} of ${countText(total, 'file')}`;
}

function speedText({ files_per_second: speed, remaining_seconds: remaining }: JobProgress): string {
  const left = remaining === null ? '' : `, ${formatDuration(remaining * 1000)} left`;
  return `${formatCount(speed)} files/s${left}`;
}

function verdictsText(progress: JobProgress): string {
  return (['clean', 'infected', 'suspicious', 'partial', 'unscannable'] as const)
    .filter((kind) => progress[kind] > 0)
    .map((kind) => `${kind} ${formatCount(progress[kind])}`)
    .join(', ');
}

/** `scan 3 · 1,204 of 5,000 files · 310 files/s · 12 s left · 2 found · /path` */
export function jobProgressLine({ id, state, progress }: Job): string {
  const { infected, suspicious, current_path: path, remaining_seconds: remaining } = progress;
  const found = infected + suspicious;
  const parts = [
    `scan ${id}${state === 'running' ? '' : ` ${state}`}`,
    filesText(progress),
    `${formatCount(progress.files_per_second)} files/s`,
    remaining === null ? '' : `${formatDuration(remaining * 1000)} left`,
    found > 0 ? `${formatCount(found)} found` : '',
    path === null ? '' : shownPath(path),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What came of a pause, a resume or a cancel. */
export function changedText(job: Job): string {
  const next = job.state === 'paused' ? [hint(`To let it go on: vedette jobs resume ${job.id}`)] : [];
  return linesOf([jobSentence(job), ...next]);
}

export const nobodyScansText = linesOf([
  hint('No Vedette is watching: scans go on, and schedules are kept, when one is started: vedette watch'),
]);

/** @param where options that lead to the Vedette that scans; as `sameVedette` */
export function startedText(job: Job, where = ''): string {
  return linesOf([
    jobSentence(job),
    hint(
      `How far it is: vedette jobs show ${job.id}${where}; to end it: vedette jobs cancel ${job.id}${where}`,
    ),
  ]);
}

/** For who stops looking before the scan is over. */
export function leftRunningText({ id }: Job, where = ''): string {
  return linesOf([
    `Scan ${id} goes on without you looking: vedette jobs show ${id}${where}; to end it: vedette jobs cancel ${id}${where}`,
  ]);
}
