// `vedette status`: what this installation has seen, found, remembered and saved, in a few lines or as JSON.
import { styleText } from 'node:util';
import { Command } from 'commander';
import { shownPath } from '../core/files/shown-path.ts';
import { countText } from '../shared/count-text.ts';
import { displayPath } from '../shared/display-path.ts';
import type { Protection, ProtectionState } from '../shared/protection.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { StatusReport } from '../shared/status-report.ts';
import { askVedette, type Caller, type OpenDesk } from './ask-vedette.ts';
import { exitCodes } from './exit-codes.ts';
import { addAskingOptions, askingOptionsSchema, type AskingOptions } from './remote-options.ts';
import { reportedProtection } from './reported.ts';
import { formatCount, formatDuration, formatSize } from './size.ts';
import { linesOf } from './tell.ts';

const moreHelp = `
The first line is how well this machine is protected at the moment, judged from what the Vedette that
watches it knows: engines, watched folders, age of the signatures, what waits, and tests of its own.
Figures are those of all runs that are kept (see [monitoring] history_days). Nothing is started: without
a running Vedette they are read from the data folder.

Exit codes: 0 nothing to do (also when no Vedette watches), 2 something needs attention, such as a threat.`;

export function statusCommand(openDesk: OpenDesk): Command {
  const command = new Command('status')
    .summary('say how well this machine is protected, and what was seen and found')
    .description('Says how well this machine is protected, and what was seen, found, remembered and saved.')
    .addHelpText('after', moreHelp)
    .action(async (given: unknown) => {
      const options = askingOptionsSchema.parse(given);
      process.exitCode = await askVedette(options, openDesk, (call) => tellStatus(call, options), {
        tellsNotices: true,
      });
    });
  return addAskingOptions(command);
}

async function tellStatus(call: Caller, { json, ndjson, quiet }: AskingOptions): Promise<number> {
  const report = await call('status', {});
  const exitCode = statusExitCode(report);
  if (json || ndjson) {
    const document = { ...report, protection: reportedProtection(report.protection) };
    process.stdout.write(`${safeJson(document)}\n`);
  } else if (!quiet) process.stdout.write(statusText(report));
  else if (exitCode !== exitCodes.nothingFound) {
    const lines = [...protectionLines(report.protection), ...problemLines(report)];
    process.stdout.write(linesOf(lines));
  }
  return exitCode;
}

/** Nobody watching is the ordinary state of who only scans now and then: for that alone no script shall fail. */
export function statusExitCode({ protection, open_findings: open, store }: StatusReport): number {
  const isWell = ['protected', 'reduced', 'not_running'].includes(protection.state);
  return isWell && open === 0 && store.state === 'ready' ? exitCodes.nothingFound : exitCodes.errors;
}

const headlines = {
  running: 'Figures of all runs.',
  stopped: 'Figures of all runs.',
  no_data: 'Nothing has been scanned yet. To begin: vedette scan PATH',
} as const;

const metricsOff = 'Metrics are switched off ([monitoring] enable_metrics)';

/** Without metrics, or without their database, nobody knows whether something was scanned, or is now. */
function headlineOf({ dashboard: { status }, metrics_enabled: areKept, store }: StatusReport): string {
  if (status === 'no_data' && store.state !== 'ready') return 'No figures can be read now.';
  if (areKept || status === 'running') return headlines[status];
  return status === 'no_data'
    ? `${metricsOff}; nothing was kept before.`
    : `${metricsOff}; what was kept before is shown.`;
}

export function statusText(report: StatusReport): string {
  const { summary, current, status } = report.dashboard;
  const { verdicts, reasons, covered_percent: covered } = report.coverage;
  const lines = [...protectionLines(report.protection), styleText('bold', headlineOf(report))];
  if (summary.total_scans > 0) {
    lines.push(
      row('scanned', `${countText(summary.total_scans, 'file')}, ${percent(covered)} wholly looked at`),
      row(
        'found',
        `${formatCount(verdicts.infected)} infected, ${formatCount(verdicts.suspicious)} suspicious`,
      ),
      row(
        'from cache',
        `${percent(summary.cache_hit_rate_percent)}, ${formatDuration(report.time_saved_seconds * 1000)} saved`,
      ),
    );
  }
  const missed = Object.entries(reasons).map(([reason, count]) => `${reason} ${formatCount(count)}`);
  if (missed.length > 0) lines.push(row('not wholly', missed.join(', ')));
  if (report.lost_events > 0)
    lines.push(row('lost events', `${formatCount(report.lost_events)}, found by the sweep`));
  if (current !== null && status === 'running') {
    lines.push(
      row(
        'now',
        `${formatCount(current.scans_per_hour)} scans/h, ${formatCount(current.queue_depth)} waiting, workers ${percent(current.worker_utilization_percent)} busy`,
      ),
    );
  }
  const last = report.scaling_events.at(-1);
  if (last !== undefined)
    lines.push(row('last scaling', `${last.old_workers} to ${last.new_workers} workers: ${last.reason}`));
  lines.push(
    row('cache', cacheText(report.cache)),
    row('data folder', displayPath(report.data_folder, true)),
  );
  return linesOf([...lines, ...problemLines(report)]);
}

function problemLines({ store }: StatusReport): readonly string[] {
  return store.problems.map((problem) => styleText('yellow', row('note', displayPath(problem, true))));
}

const stateColours: Readonly<Record<ProtectionState, 'green' | 'yellow' | 'red'>> = {
  protected: 'green',
  reduced: 'yellow',
  attention: 'yellow',
  threat: 'red',
  paused: 'yellow',
  off: 'red',
  not_running: 'yellow',
};

/** The state in one sentence, what to do about it, and how each folder is. */
export function protectionLines({ state, sentence, advice, evidence }: Protection): readonly string[] {
  const lines = [styleText(['bold', stateColours[state]], displayPath(sentence, true))];
  for (const text of advice) lines.push(`  ${displayPath(text, true)}`);
  for (const folder of evidence?.watcher.folders ?? []) {
    const name = shownPath(folder.path);
    const why = folder.cause === '' ? '' : `: ${displayPath(folder.cause, true)}`;
    const tested =
      folder.canary_ms === null ? '' : ` (tested: ${formatDuration(folder.canary_ms)} to a verdict)`;
    lines.push(row(folder.state, `${name}${why}${folder.state === 'watching' ? tested : ''}`));
  }
  return lines;
}

function cacheText({ enabled, files, contents, size_bytes: sizeBytes }: StatusReport['cache']): string {
  if (!enabled) return 'switched off ([performance] enable_cache)';
  const names = [countText(files, 'file'), countText(contents, 'content')].join(', ');
  return `${names} known, ${formatSize(sizeBytes)}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(13)} ${text}`;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
