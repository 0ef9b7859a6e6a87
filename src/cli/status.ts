// `vedette status`: what this installation has seen, found, remembered and saved, in a few lines or as JSON.
import { styleText } from 'node:util';
import { Command } from 'commander';
import { statusOf } from '../core/status.ts';
import { openStore } from '../core/store/store.ts';
import { displayPath } from '../shared/display-path.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { StatusReport } from '../shared/status-report.ts';
import {
  addCommonOptions,
  commonOptionsSchema,
  dataFolderFor,
  loggerFor,
  settingsFor,
  type CommonOptions,
} from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { formatCount, formatDuration, formatSize } from './size.ts';

const moreHelp = `
Figures are those of all runs that are kept (see [monitoring] history_days). They are read from the
data folder: nothing has to be running, and nothing is started.`;

export function statusCommand(): Command {
  const command = new Command('status')
    .summary('say what was seen, found, remembered and saved')
    .description('Says what this installation has seen, found, remembered and saved.')
    .addHelpText('after', moreHelp)
    .action((options: unknown) => {
      process.exitCode = tell(commonOptionsSchema.parse(options));
    });
  return addCommonOptions(command);
}

function tell(options: CommonOptions): number {
  const settings = settingsFor(options);
  const dataDir = dataFolderFor(options);
  using store = openStore({ folder: dataDir, logger: loggerFor(options) });
  const report = statusOf(store, dataDir, settings, Date.now() / 1000);
  const isJson = options.json || options.ndjson;
  process.stdout.write(isJson ? `${safeJson(report)}\n` : statusText(report));
  return report.store.state === 'ready' ? exitCodes.nothingFound : exitCodes.errors;
}

const headlines = {
  running: 'A Vedette is at work.',
  stopped: 'No Vedette is at work.',
  no_data: 'Nothing has been scanned yet. To begin: vedette scan PATH',
} as const;

const metricsOff = 'Metrics are switched off ([monitoring] enable_metrics)';

/** Without metrics nobody knows whether something was scanned, or is now. */
function headlineOf({ dashboard: { status }, metrics_enabled: areKept }: StatusReport): string {
  if (areKept || status === 'running') return headlines[status];
  return status === 'no_data'
    ? `${metricsOff}; nothing was kept before.`
    : `${metricsOff}; what was kept before is shown.`;
}

export function statusText(report: StatusReport): string {
  const { summary, current, status } = report.dashboard;
  const { verdicts, reasons, covered_percent: covered } = report.coverage;
  const lines = [styleText('bold', headlineOf(report))];
  if (summary.total_scans > 0) {
    lines.push(
      row(
        'scanned',
        `${formatCount(summary.total_scans)} files, ${percent(covered)} of them wholly looked at`,
      ),
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
  for (const problem of report.store.problems)
    lines.push(styleText('yellow', row('note', displayPath(problem, true))));
  return `${lines.join('\n')}\n`;
}

function cacheText({ enabled, files, contents, size_bytes: sizeBytes }: StatusReport['cache']): string {
  if (!enabled) return 'switched off ([performance] enable_cache)';
  return `${formatCount(files)} files, ${formatCount(contents)} contents known, ${formatSize(sizeBytes)}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(13)} ${text}`;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
