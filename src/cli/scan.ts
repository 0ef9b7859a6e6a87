// `vedette scan`: every file below the given paths gets a verdict, and the exit code says what came of it.
import { Command } from 'commander';
import { startAntivirus, type Antivirus } from '../core/antivirus.ts';
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
import { openPathList, type PathList } from './path-list.ts';
import { remoteServiceOf } from './remote-options.ts';
import { everyEntry } from './scan-entries.ts';
import { addRemoteScanOptions, addScanOptions, scanOptionsSchema, type ScanOptions } from './scan-options.ts';
import { scanWalk, type ScanWalk } from './scan-walk.ts';
import { recordScaling } from './scaling-recorder.ts';
import { countFor, onInterrupt, progressFor, reporterFor, untilWritten } from './scan-telling.ts';

const examples = `
Examples:
  vedette scan ~/Downloads                      look at everything below a folder
  vedette scan --json --all . > report.json     every verdict, as one JSON document
  vedette scan --clamd managed --signature-dir ./db /srv/files
  find . -newer stamp -print0 | vedette scan --files-from - -0
  vedette scan --remote https://scanner:8477 --token-file token ~/Downloads

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
  return addRemoteScanOptions(addCommonOptions(addScanOptions(command)));
}

async function scan(paths: readonly string[], options: ScanOptions, openDesk: OpenDesk): Promise<number> {
  if (paths.length === 0 && options.filesFrom === undefined) {
    throw new AppError(
      'BAD_USAGE',
      'nothing to scan: name a file or folder (before options that take lists, or after --), or use --files-from',
    );
  }
  if (options[0] && options.filesFrom === undefined)
    throw new AppError('BAD_USAGE', '-0 is about the names in --files-from');
  const remote = remoteServiceOf(options);
  if (remote !== null) {
    // Loaded when it is needed: most scans are of this machine.
    const { scanRemotely } = await import('./remote/remote-scan.ts');
    return await scanRemotely(remote, paths, options);
  }
  if (options.remotePaths)
    throw new AppError('BAD_USAGE', '--remote-paths are those of a service: name it with --remote');
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
  using walking = scanWalk(paths, options, { globs: settings.scanning.exclude, ownFolder: dataDir });
  await walking.ask([]);
  const summary = await report({
    paths,
    list,
    options,
    walking,
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
  readonly walking: ScanWalk;
  readonly antivirus: Antivirus;
  readonly dataDir: string;
  readonly quarantine: Quarantine | null;
  readonly signal: AbortSignal;
}

async function report(work: Work): Promise<ScanSummary> {
  const { options, walking, antivirus, dataDir, signal } = work;
  const tally = new ScanTally();
  using progress = progressFor(options, tally);
  using _counting = countFor(progress, work);
  const reporter = reporterFor(options, progress);
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
    const notices = [...antivirus.store.health.details, ...answers.notices];
    const passedOver = walking.options.counts;
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
