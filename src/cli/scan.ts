// `vedette scan`: every file below the given paths gets a verdict, and the exit code says what came of it.
import { Command } from 'commander';
import { startAntivirus, type Antivirus } from '../core/antivirus.ts';
import { countFiles } from '../core/intake/count-files.ts';
import { createExclusions } from '../core/intake/exclusions.ts';
import {
  emptyWalkCounts,
  walk,
  type WalkCounts,
  type WalkEntry,
  type WalkOptions,
} from '../core/intake/walk.ts';
import type { ScanOutcome } from '../core/pipeline.ts';
import { runScanJob } from '../core/scan-job.ts';
import { toScanResult } from '../core/scan-result.ts';
import { ScanTally } from '../core/scan-tally.ts';
import { AppError } from '../shared/errors.ts';
import type { ScanSummary } from '../shared/scan-report.ts';
import { threatIn } from '../shared/verdict.ts';
import { antivirusOptions } from '../core/antivirus-options.ts';
import { ScanFindings } from '../core/guard/scan-findings.ts';
import { currentActor } from '../core/actor.ts';
import type { OpenDesk } from './ask-vedette.ts';
import { FindingAnswers, quarantineThrough, type Quarantine } from './answer-findings.ts';
import { addCommonOptions, dataFolderFor, loggerFor } from './common-options.ts';
import { applyEngineOptions } from './engine-options.ts';
import { scanExitCode } from './exit-codes.ts';
import { followSettings } from './follow-settings.ts';
import { openPathList, readPathList, type PathList } from './path-list.ts';
import { addScanOptions, scanOptionsSchema, type ScanOptions } from './scan-options.ts';
import { ScanProgress } from './scan-progress.ts';
import { recordScaling } from './scaling-recorder.ts';
import { jsonReporter, ndjsonReporter, textReporter, type ScanReporter } from './scan-reporter.ts';

const examples = `
Examples:
  vedette scan ~/Downloads                      look at everything below a folder
  vedette scan --json --all . > report.json     every verdict, as one JSON document
  vedette scan --clamd managed --signature-dir ./db /srv/files
  find . -newer stamp -print0 | vedette scan --files-from - -0

Exit codes: 0 nothing found, 1 something found, 2 errors or files that could not be
looked at (unless --allow-partial), 3 bad usage.`;

export function scanCommand(openDesk: OpenDesk): Command {
  const command = new Command('scan')
    .summary('give every file below the given paths a verdict')
    .description(
      'Gives every file below the given paths a verdict: clean, infected, suspicious, partial or unscannable.',
    )
    .argument('[path...]', 'files and folders')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: unknown) => {
      process.exitCode = await scan(paths, scanOptionsSchema.parse(options), openDesk);
    });
  return addCommonOptions(addScanOptions(command));
}

async function scan(paths: readonly string[], options: ScanOptions, openDesk: OpenDesk): Promise<number> {
  if (paths.length === 0 && options.filesFrom === undefined) {
    throw new AppError(
      'BAD_USAGE',
      'nothing to scan: name a file or folder (before options that take lists, or after --), or use --files-from',
    );
  }
  // A scan may take hours: what can change while it runs does when the file is saved.
  using followed = followSettings(options);
  const settings = applyEngineOptions(followed.live.current, options);
  const list = options.filesFrom === undefined ? null : openPathList(options.filesFrom);
  const dataDir = dataFolderFor(options);
  const logger = loggerFor(options);

  const interrupt = new AbortController();
  using _interrupted = onInterrupt(() => interrupt.abort());
  const surroundings = {
    dataDir,
    purpose: 'scan',
    staysOn: false,
    useCache: options.cache,
    logger,
    signal: interrupt.signal,
  };
  await using antivirus = await startAntivirus(antivirusOptions(settings, surroundings));
  using _trace = recordScaling(options.scalingTrace, antivirus);
  followed.onChange = (next) => antivirus.apply(applyEngineOptions(next, options));
  const walkOptions = {
    counts: emptyWalkCounts(),
    exclusions: createExclusions({ globs: settings.scanning.exclude, folders: [dataDir], extensions: [] }),
    followSymlinks: options.followSymlinks,
    crossDevices: options.crossDevices,
  };
  const summary = await report({
    paths,
    list,
    options,
    walkOptions,
    antivirus,
    dataDir,
    quarantine: options.action === 'quarantine' ? quarantineThrough(options, openDesk) : null,
    signal: interrupt.signal,
  });
  return scanExitCode(summary, options.allowPartial);
}

interface Work {
  readonly paths: readonly string[];
  readonly list: PathList | null;
  readonly options: ScanOptions;
  readonly walkOptions: WalkOptions & { readonly counts: WalkCounts };
  readonly antivirus: Antivirus;
  readonly dataDir: string;
  readonly quarantine: Quarantine | null;
  readonly signal: AbortSignal;
}

async function report(work: Work): Promise<ScanSummary> {
  const { paths, list, options, walkOptions, antivirus, dataDir, signal } = work;
  const tally = new ScanTally();
  const counting = new AbortController();
  using _counted = new DisposableStack();
  _counted.defer(() => counting.abort());
  using progress = showProgress(options) ? new ScanProgress(process.stderr, tally) : null;
  if (progress !== null && list === null) {
    const stop = AbortSignal.any([signal, counting.signal]);
    void tellTotal(progress, countFiles(paths, walkOptions, stop));
  }
  const reporter = reporterFor(options, (text) => {
    progress?.clear();
    process.stdout.write(text);
  });
  const answers = new FindingAnswers({
    findings: new ScanFindings(antivirus.store, dataDir, currentActor()),
    quarantine: work.quarantine,
    report: (result) => reporter.result(result),
  });
  function tell(outcome: ScanOutcome): void {
    const { request, verdict } = outcome;
    progress?.at(request.path);
    const isThreat = threatIn(verdict) !== null;
    tally.add(verdict, isThreat && answers.answer(outcome));
    if (!isThreat && (options.all || verdict.judgement.kind !== 'clean'))
      reporter.result(toScanResult(request.path, verdict));
  }
  async function summarize(interrupted: boolean): Promise<ScanSummary> {
    await answers.settled();
    const { generation } = antivirus;
    const engines = await antivirus.engines();
    antivirus.store.settle();
    const notices = antivirus.store.health.details;
    const passedOver = walkOptions.counts;
    const summary = tally.summary({ generation, engines, passedOver, notices, interrupted });
    reporter.summary(summary, tally.reasons);
    return summary;
  }
  try {
    const { pipeline } = antivirus;
    const entries = everyEntry(work);
    await runScanJob({ pipeline, entries, onOutcome: tell, signal, beforeEach: untilWritten });
  } catch (error) {
    // What is known so far is told, and a JSON document has its end, before the error is.
    await summarize(true);
    throw error;
  }
  return await summarize(signal.aborted);
}

/** A reader that is slower than the scan slows the scan: what it has not taken would pile up in memory. */
function untilWritten(): Promise<void> | undefined {
  if (!process.stdout.writableNeedDrain) return undefined;
  return new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });
}

/** null: the scan was over before the count. */
async function tellTotal(progress: ScanProgress, counting: Promise<number | null>): Promise<void> {
  const total = await counting;
  if (total !== null) progress.expect(total);
}

async function* everyEntry(work: Work): AsyncGenerator<Iterable<WalkEntry>> {
  const { paths, list, options, walkOptions, signal } = work;
  yield walk(paths, walkOptions);
  if (list === null) return;
  for await (const names of readPathList(list, options[0], signal)) yield walkEach(names, walkOptions);
}

/** Each for itself: a name that comes again is looked at again. */
function* walkEach(names: readonly string[], walkOptions: WalkOptions): Generator<WalkEntry> {
  for (const name of names) yield* walk([name], walkOptions);
}

function reporterFor(options: ScanOptions, write: (text: string) => void): ScanReporter {
  if (options.json) return jsonReporter(write);
  return options.ndjson ? ndjsonReporter(write) : textReporter(write, options.quiet);
}

function showProgress(options: ScanOptions): boolean {
  return process.stderr.isTTY && !options.quiet && !options.json && !options.ndjson;
}

/** The first Ctrl-C asks for a clean end with what is known so far; a second one ends at once. */
function onInterrupt(stop: () => void): Disposable {
  function listener(): void {
    process.removeListener('SIGINT', listener);
    process.removeListener('SIGTERM', listener);
    process.stderr.write('\nvedette: stopping; here is what is known so far (Ctrl-C again to end at once)\n');
    stop();
  }
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    [Symbol.dispose]() {
      process.removeListener('SIGINT', listener);
      process.removeListener('SIGTERM', listener);
    },
  };
}
