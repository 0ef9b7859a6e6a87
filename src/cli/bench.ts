// `vedette bench`: how fast this machine looks twice, and what other scaling settings would have made of a recorded load.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { startAntivirus, type Antivirus } from '../core/antivirus.ts';
import { antivirusOptions, livePartsOf } from '../core/antivirus-options.ts';
import { createExclusions } from '../core/intake/exclusions.ts';
import { walk, type WalkEntry } from '../core/intake/walk.ts';
import { encodePath } from '../core/files/raw-path.ts';
import { formatReplay } from '../core/pool/scaling-replay-table.ts';
import { replayScaling, type ReplayedStep } from '../core/pool/scaling-replay.ts';
import { parseTrace } from '../core/pool/scaling-trace.ts';
import { runScanJob } from '../core/scan-job.ts';
import { ScanTally } from '../core/scan-tally.ts';
import { countText } from '../shared/count-text.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';
import type { BenchScalingDocument } from '../shared/tool-documents.ts';
import {
  addCommonOptions,
  commonOptionsSchema,
  loggerFor,
  settingsFor,
  type CommonOptions,
} from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { formatCount, formatDuration, formatSize, parseWholeNumber } from './size.ts';
import { complain, tell } from './tell.ts';

const replayOptionsSchema = commonOptionsSchema.extend({
  trace: z.string(),
  minWorkers: z.number().optional(),
  maxWorkers: z.number().optional(),
  scaleUp: z.number().optional(),
  scaleDown: z.number().optional(),
  cooldown: z.number().optional(),
});

const rescanHelp = `
Works in a data folder of its own that is removed afterwards: what Vedette has remembered stays as it is.
The first look is with an empty cache; the second and third find every file unchanged.`;

const replayHelp = `
To record: vedette scan --scaling-trace trace.ndjson PATH…
The replay decides anew at each recorded moment. With other workers the queue would have become another one:
it says what would have been decided and why, not how fast the scan would have been.`;

const endSignals = ['SIGINT', 'SIGTERM'] as const;

export function benchCommand(): Command {
  const rescan = new Command('rescan')
    .summary('look at the same files three times')
    .description('Looks at the files below PATH three times and says what the second look costs.')
    .argument('<path...>', 'files and folders')
    .addHelpText('after', rescanHelp)
    .action(async (paths: string[], options: unknown) => {
      process.exitCode = await measureRescan(paths, commonOptionsSchema.parse(options));
    });
  const scaling = new Command('scaling')
    .summary('replay a recorded load with other settings')
    .description(
      'Replays a recorded load: what would have been decided with the settings as they are now, and why.',
    )
    .requiredOption('--trace <file>', 'what `scan --scaling-trace` has written')
    .option('--min-workers <count>', 'instead of [scaling] min_workers', parseWholeNumber)
    .option('--max-workers <count>', 'instead of [scaling] max_workers', parseWholeNumber)
    .option('--scale-up <depth>', 'instead of [scaling] scale_up_threshold', parseWholeNumber)
    .option('--scale-down <depth>', 'instead of [scaling] scale_down_threshold', parseWholeNumber)
    .option('--cooldown <seconds>', 'instead of [scaling] scaling_cooldown_seconds', parseWholeNumber)
    .addHelpText('after', replayHelp)
    .action((options: unknown) => replay(replayOptionsSchema.parse(options)));
  return new Command('bench')
    .summary('measure this machine, replay a load')
    .addCommand(addCommonOptions(rescan))
    .addCommand(addCommonOptions(scaling));
}

interface Look {
  readonly files: number;
  readonly bytes: number;
  readonly from_cache: number;
  readonly duration_ms: number;
}

/** @returns the exit code: what was stopped is no measurement. */
async function measureRescan(paths: readonly string[], options: CommonOptions): Promise<number> {
  const settings = settingsFor(options);
  for (const path of paths) requireThere(path);
  const exclusions = createExclusions({ globs: settings.scanning.exclude, folders: [], extensions: [] });
  const interrupt = new AbortController();
  function stop(): void {
    interrupt.abort();
  }
  for (const name of endSignals) process.once(name, stop);
  const dataDir = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    const logger = loggerFor(options);
    const { signal } = interrupt;
    const surroundings = { dataDir, purpose: 'bench', staysOn: false, useCache: true, logger, signal };
    await using antivirus = await startAntivirus(antivirusOptions(settings, surroundings));
    const looks: Look[] = [];
    for (let look = 0; look < 3 && !signal.aborted; look += 1) {
      const measured = await lookAt(antivirus, walk(paths, { exclusions }), signal);
      // Part of a look is none.
      if (!signal.aborted) looks.push(measured);
    }
    tell(options, {
      document: { format: 'vedette.bench-rescan/1', looks },
      entries: looks,
      text: looksText(looks),
    });
    if (!signal.aborted) return exitCodes.nothingFound;
    complain('stopped before the end');
    return exitCodes.errors;
  } finally {
    for (const name of endSignals) process.removeListener(name, stop);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A look at nothing would be a measurement of nothing. */
function requireThere(path: string): void {
  try {
    statSync(encodePath(path));
  } catch (error) {
    const message = `there is nothing to look at in ${displayPath(path)}: ${messageOf(error)}`;
    throw new AppError('BAD_USAGE', message, { cause: error });
  }
}

async function lookAt(
  { pipeline }: Antivirus,
  entries: Iterable<WalkEntry>,
  signal: AbortSignal,
): Promise<Look> {
  const tally = new ScanTally();
  await runScanJob({
    pipeline,
    entries: [entries],
    onOutcome: ({ verdict }) => tally.add(verdict),
    signal,
  });
  const { files, bytes, fromCache, elapsedMs } = tally;
  return { files, bytes, from_cache: fromCache, duration_ms: Math.round(elapsedMs * 1000) / 1000 };
}

function looksText(looks: readonly Look[]): string {
  const [first] = looks;
  return looks
    .map((look, index) => {
      const perSecond = formatCount((look.files / Math.max(look.duration_ms, 0.001)) * 1000);
      const ratio =
        first === undefined || index === 0
          ? ''
          : `, ${(first.duration_ms / look.duration_ms).toFixed(1)} times as fast`;
      const what = `${countText(look.files, 'file')}, ${formatSize(look.bytes)}, ${formatCount(look.from_cache)} known`;
      return `look ${index + 1}: ${formatDuration(look.duration_ms).padStart(8)}  ${perSecond} files/s${ratio} (${what})\n`;
    })
    .join('');
}

function replay(options: z.infer<typeof replayOptionsSchema>): void {
  const steps = replayScaling(readTrace(options.trace), scalingFor(settingsFor(options), options));
  const reported = steps.map(reportedStep);
  tell(options, {
    document: { format: 'vedette.bench-scaling/1', steps: reported },
    entries: reported,
    text: `${formatReplay(steps)}\n`,
  });
}

function reportedStep({
  t,
  recorded,
  sample,
  replayed,
}: ReplayedStep): BenchScalingDocument['steps'][number] {
  return {
    timestamp: t,
    queue_depth: sample.queueDepth,
    cpu_percent: sample.cpuPercent,
    memory_percent: sample.memoryPercent,
    on_battery: sample.onBattery,
    engine_saturated: sample.engineSaturated,
    recorded,
    replayed,
  };
}

function scalingFor(settings: Settings, options: z.infer<typeof replayOptionsSchema>) {
  const { scaling } = livePartsOf(settings);
  const { minWorkers, maxWorkers, scaleUp, scaleDown, cooldown } = options;
  const chosen = {
    ...scaling,
    minWorkers: minWorkers ?? Math.min(scaling.minWorkers, maxWorkers ?? scaling.minWorkers),
    maxWorkers: maxWorkers ?? Math.max(scaling.maxWorkers, minWorkers ?? scaling.maxWorkers),
    scaleUpThreshold: scaleUp ?? scaling.scaleUpThreshold,
    scaleDownThreshold: scaleDown ?? scaling.scaleDownThreshold,
    cooldownMs: cooldown === undefined ? scaling.cooldownMs : cooldown * 1000,
  };
  if (chosen.minWorkers > chosen.maxWorkers || chosen.minWorkers < 1)
    throw new AppError('BAD_USAGE', 'at least one worker, and no more at least than at most');
  if (chosen.scaleDownThreshold >= chosen.scaleUpThreshold)
    throw new AppError('BAD_USAGE', 'the depth to scale down at must be below the depth to scale up at');
  return chosen;
}

function readTrace(file: string): ReturnType<typeof parseTrace> {
  try {
    return parseTrace(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof AppError)
      throw new AppError(error.code, `${file}: ${error.message}`, { cause: error });
    throw new AppError('FILE_UNREADABLE', `the trace ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
