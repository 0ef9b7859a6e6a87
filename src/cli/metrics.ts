// `vedette metrics export`: the figures of all kept runs as a JSON file, as JSON, or as Prometheus text.
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import {
  writeExportTextTo,
  writeMetricsExport,
  writeMetricsExportTo,
} from '../core/metrics/metrics-export.ts';
import { exportOfHistory, prometheusOfHistory } from '../core/status.ts';
import { isReadable } from '../core/store/is-readable.ts';
import { openStore } from '../core/store/store.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError } from '../shared/errors.ts';
import { safeJson } from '../shared/safe-json.ts';
import {
  addCommonOptions,
  commonOptionsSchema,
  dataFolderFor,
  loggerFor,
  settingsFor,
  type CommonOptions,
} from './common-options.ts';

const exportOptionsSchema = commonOptionsSchema.extend({
  output: z.string().optional(),
  format: z.enum(['json', 'prometheus']),
});

const examples = `
Examples:
  vedette metrics export                        a new file in the data folder, whose name is printed
  vedette metrics export --output -             the document on standard output
  vedette metrics export --output today.json
  vedette metrics export --format prometheus    the text on standard output
  vedette metrics export --format prometheus --output /var/lib/node_exporter/vedette.prom

A file that is there is replaced in one step and keeps its mode; a new one is readable by its owner only.

The format is vedette.metrics/1; its JSON Schema is assets/schema/vedette.metrics-1.schema.json.`;

export function metricsCommand(): Command {
  const exporting = new Command('export')
    .summary('write the figures of all kept runs')
    .description(
      'Writes the figures of all kept runs: summary, recent windows, coverage, snapshots, scaling events.',
    )
    .option('--output <file>', 'where to; - for standard output (default: a new file in the data folder)')
    .addOption(
      new Option('--format <format>', 'without --output, prometheus goes to standard output')
        .choices(['json', 'prometheus'])
        .default('json'),
    )
    .addHelpText('after', examples)
    .action(async (options: unknown) => {
      await exportMetrics(exportOptionsSchema.parse(options));
    });
  return new Command('metrics').summary('export the metrics').addCommand(addCommonOptions(exporting));
}

async function exportMetrics(options: z.infer<typeof exportOptionsSchema>): Promise<void> {
  const settings = settingsFor(options);
  const dataDir = dataFolderFor(options);
  using store = openStore({ folder: dataDir, logger: loggerFor(options) });
  if (!isReadable(store.history)) {
    const why = ['No figures can be read now.', ...store.health.details].join(' ');
    throw new AppError('EXPORT_FAILED', why);
  }
  const nowSeconds = Date.now() / 1000;
  if (options.format === 'prometheus') {
    // Only here: it takes as long to load as all the rest of the command.
    const { PrometheusExposition } = await import('../core/metrics/prometheus.ts');
    const exposition = new PrometheusExposition(() => prometheusOfHistory(store, nowSeconds));
    const text = await exposition.render();
    if (options.output === undefined || options.output === '-') process.stdout.write(text);
    else {
      writeExportTextTo(options.output, text);
      tellFile(resolve(options.output), options);
    }
    return;
  }
  const document = exportOfHistory(store, nowSeconds);
  if (options.output === '-' || (options.output === undefined && (options.json || options.ndjson))) {
    process.stdout.write(`${options.ndjson ? safeJson(document) : JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const keep = settings.monitoring.export_keep;
  const file =
    options.output === undefined
      ? writeMetricsExport({ folder: join(dataDir, 'metrics'), document, nowSeconds, keep })
      : resolve(options.output);
  if (options.output !== undefined) writeMetricsExportTo(file, document);
  tellFile(file, options);
}

function tellFile(file: string, { quiet }: CommonOptions): void {
  if (!quiet) process.stdout.write(`${displayPath(file, true)}\n`);
}
