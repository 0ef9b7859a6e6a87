// How a scan is told on standard output: text for people, one JSON document, or a JSON line for each file.
import { styleText } from 'node:util';
import { shownPath } from '../core/files/shown-path.ts';
import { countText } from '../shared/count-text.ts';
import { decodePath } from '../core/files/raw-path.ts';
import { displayPath } from '../shared/display-path.ts';
import type { EngineReport } from '../shared/engine-report.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { ScanResult, ScanSummary } from '../shared/scan-report.ts';
import type { Detection, Reason } from '../shared/verdict.ts';
import { formatCount, formatDuration, formatSize } from './size.ts';
import { clauseOf } from './tell.ts';

export interface ScanReporter {
  /** One call for each file that is to be listed, as it is done. */
  result(result: ScanResult): void;
  summary(summary: ScanSummary, reasons: readonly (readonly [Reason, number])[]): void;
}

type Write = (text: string) => void;

/** What can be done after a scan; it is not the same where a service looked. */
export interface ScanAdvice {
  readonly askAgain: string;
  readonly act: string;
  /** Where to see what is allowed. */
  readonly allowed: string;
}

const localAdvice: ScanAdvice = {
  askAgain: '--no-cache asks the engines again',
  act: 'what to do about it: vedette threats',
  allowed: 'vedette allow',
};

export function jsonReporter(write: Write): ScanReporter {
  let count = 0;
  return {
    result(result) {
      // Written as it comes: a report of a million files is never held in memory.
      write(`${count === 0 ? '{"format":"vedette.scan/1","results":[\n' : ',\n'}${safeJson(result)}`);
      count += 1;
    },
    summary(summary) {
      write(count === 0 ? '{"format":"vedette.scan/1","results":[' : '\n');
      write(`],"summary":${safeJson(summary)}}\n`);
    },
  };
}

export function ndjsonReporter(write: Write): ScanReporter {
  return {
    result: (result) => write(`${safeJson(result)}\n`),
    summary: (summary) => write(`${safeJson({ summary })}\n`),
  };
}

export function textReporter(write: Write, quiet: boolean, advice = localAdvice): ScanReporter {
  let quarantined = 0;
  return {
    result(result) {
      if (result.quarantine?.done === true) quarantined += 1;
      if (quiet && result.detections.length === 0) return;
      write(`${resultLine(result)}\n`);
    },
    summary(summary, reasons) {
      if (!quiet) write(summaryText(summary, reasons, quarantined, advice));
    },
  };
}

const verdictStyles = {
  clean: 'green',
  infected: 'red',
  suspicious: 'yellow',
  partial: 'yellow',
  unscannable: 'yellow',
} as const;

export function resultLine(result: ScanResult): string {
  const path = shownPath(exactPath(result));
  const verdict = styleText(verdictStyles[result.verdict], result.verdict);
  const explanation =
    result.reason === null
      ? result.detections.map(detectionText).join(', ')
      : `${result.reason}${result.detail === undefined ? '' : ` (${displayPath(result.detail, true)})`}`;
  const hybrid = result.hybrid ? ' [both engines]' : '';
  const told = explanation === '' ? `${path}: ${verdict}` : `${path}: ${verdict} ${explanation}${hybrid}`;
  return told + answerText(result);
}

function answerText({ allowed, quarantine }: ScanResult): string {
  if (allowed !== undefined) return ` [allowed by ${displayPath(allowed.author, true)}]`;
  return quarantine === undefined ? '' : ` [${clauseOf(quarantine.detail)}]`;
}

function exactPath({ path, path_base64: base64 }: ScanResult): string {
  return base64 === undefined ? path : decodePath(Buffer.from(base64, 'base64'));
}

function detectionText({ engine, name, severity }: Detection): string {
  return `${displayPath(name)} (${engine}, ${severity})`;
}

function summaryText(
  summary: ScanSummary,
  reasons: readonly (readonly [Reason, number])[],
  quarantined: number,
  advice: ScanAdvice,
): string {
  const seconds = Math.max(summary.duration_ms, 1) / 1000;
  const lines = [
    '',
    styleText('bold', headline(summary, quarantined)),
    `${countText(summary.files, 'file')}, ${formatSize(summary.bytes)} in ${formatDuration(summary.duration_ms)} (${formatCount(summary.files / seconds)} files/s)`,
    ...(['clean', 'infected', 'suspicious', 'partial', 'unscannable'] as const)
      .filter((kind) => summary[kind] > 0 || kind === 'clean' || kind === 'infected')
      .map((kind) => `  ${kind.padEnd(12)} ${formatCount(summary[kind]).padStart(9)}`),
  ];
  lines.push(...foundLines(summary, quarantined, advice));
  if (reasons.length > 0) {
    lines.push(
      `  not or not wholly looked at: ${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')}`,
    );
  }
  const passedOver = passedOverText(summary.passed_over);
  if (passedOver !== '') lines.push(`  passed over: ${passedOver}`);
  if (summary.from_cache > 0)
    lines.push(`  ${countText(summary.from_cache, 'was', 'were')} known already (${advice.askAgain})`);
  lines.push('', ...summary.engines.map(engineLine), '');
  const notices = (summary.notices ?? []).map((notice) => `  note: ${displayPath(notice, true)}`);
  if (notices.length > 0) lines.push(...notices, '');
  return lines.join('\n');
}

function passedOverText(counts: ScanSummary['passed_over']): string {
  const parts = [
    [counts.excluded, 'excluded'],
    [counts.symbolic_links, 'symbolic links'],
    [counts.other_devices, 'folders on other devices'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatCount(count)} ${what}`)
    .join(', ');
}

/** What became of what was found; where something is left to decide, how. */
function foundLines(summary: ScanSummary, quarantined: number, advice: ScanAdvice): readonly string[] {
  const allowed = summary.allowed ?? 0;
  return [
    ...(allowed === 0 ? [] : [`  ${countText(allowed, 'is', 'are')} allowed (${advice.allowed})`]),
    ...(quarantined === 0
      ? []
      : [`  ${countText(quarantined, 'is', 'are')} in quarantine now (vedette quarantine)`]),
    ...(leftToDecide(summary, quarantined) === 0 ? [] : [`  ${advice.act}`]),
  ];
}

function leftToDecide({ infected, suspicious, allowed = 0 }: ScanSummary, quarantined: number): number {
  return infected + suspicious - allowed - quarantined;
}

function headline(summary: ScanSummary, quarantined: number): string {
  const left = leftToDecide(summary, quarantined);
  const found = summary.infected + summary.suspicious;
  const unseen = summary.partial + summary.unscannable;
  const isStopped = summary.interrupted === true;
  if (summary.files === 0)
    return isStopped ? 'Stopped before any file was looked at.' : 'There was no file to look at.';
  const end = isStopped ? 'Stopped before the end. ' : '';
  if (left > 0) {
    const needs = left === 1 ? 'needs' : 'need';
    return `${end}${formatCount(left)} of ${countText(summary.files, 'file')} ${needs} your attention.`;
  }
  const reduced = reducedText(summary.engines);
  const what = found > 0 && quarantined > 0 ? 'Nothing is left of what was found' : 'Nothing found';
  const allowed = found > 0 && quarantined === 0 ? ' that is not allowed' : '';
  const but =
    unseen > 0 ? `, but ${countText(unseen, 'file was', 'files were')} not or not wholly looked at` : '';
  return `${end}${what}${reduced}${allowed}${but}.`;
}

/** Whose word "nothing found" is, where not every engine there is has looked with all that it should have. */
function reducedText(engines: readonly EngineReport[]): string {
  const missing = namesOf(engines, ['unavailable']);
  const short = namesOf(engines, ['reduced']);
  const reasons = [
    ...(missing === '' ? [] : [`without ${missing}`]),
    ...(short === '' ? [] : [`not all that ${short} should have`]),
  ];
  if (reasons.length === 0) return '';
  return ` by ${namesOf(engines, ['ready', 'reduced'])} (reduced: ${reasons.join('; ')})`;
}

/** `clamav`, `yara and hash`, `clamav, yara and hash`. */
function namesOf(engines: readonly EngineReport[], states: readonly EngineReport['state'][]): string {
  const names = engines.filter(({ state }) => states.includes(state)).map(({ name }) => name);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

const stateStyles = { ready: 'green', reduced: 'yellow', unavailable: 'red' } as const;

export function engineLine({ name, state, version, signatures, detail }: EngineReport): string {
  // The other two say in their detail what they hold.
  const known = name === 'clamav' && signatures > 0 ? `${formatCount(signatures)} signatures` : '';
  const facts = [displayPath(version, true), known, displayPath(detail, true)].filter((fact) => fact !== '');
  const space = ' '.repeat('unavailable'.length - state.length);
  return `  ${name.padEnd(7)} ${styleText(stateStyles[state], state)}${space}  ${facts.join('; ')}`;
}
