// `vedette scan --remote`: the same report and exit codes as a scan by this machine; what nobody looked at is never clean.
import { resolve } from 'node:path';
import { defaultDataFolder } from '../../core/platform-folders.ts';
import { toScanResult } from '../../core/scan-result.ts';
import { ScanTally } from '../../core/scan-tally.ts';
import type { ScanSummary } from '../../shared/scan-report.ts';
import { settingsFor } from '../common-options.ts';
import { applyEngineOptions } from '../engine-options.ts';
import { scanExitCode } from '../exit-codes.ts';
import { openPathList, readPathList, type PathList } from '../path-list.ts';
import { pathFor, type RemoteService } from '../remote-options.ts';
import { everyEntry } from '../scan-entries.ts';
import type { ScanOptions } from '../scan-options.ts';
import { scanWalk } from '../scan-walk.ts';
import { countFor, onInterrupt, progressFor, reporterFor, untilWritten } from '../scan-telling.ts';
import { formatDuration } from '../size.ts';
import type { Told } from './known-contents.ts';
import { scanPaths } from './path-scanner.ts';
import { refuseOptions } from './refuse-options.ts';
import { waitText } from './remote-answering.ts';
import { RemoteScanner } from './remote-scanner.ts';
import { ScanClient } from './scan-client.ts';
import { ServiceClient } from './service-client.ts';

/** A service that is started again is back by then. */
const retryAfterMs = [500, 2000, 5000];
/** Look-ups, uploads, and one more. */
const connections = 8;

const advice = {
  askAgain: 'the service had looked at the same bytes before',
  act: 'the files are where they were: a service does not touch those of another machine',
  allowed: 'vedette allow --remote',
};
const adviceOnPaths = {
  askAgain: 'the service had looked before',
  act: 'what to do about it: vedette threats --remote',
  allowed: 'vedette allow --remote',
};

/**
 * @returns the exit code
 * @throws AppError BAD_USAGE for options that cannot count; whatever ended the scan, once the summary is told
 */
export async function scanRemotely(
  { url, token }: RemoteService,
  given: readonly string[],
  options: ScanOptions,
): Promise<number> {
  refuseOptions(options);
  const paths = options.remotePaths ? given.map((path) => pathFor(options, path)) : given;
  const { scanning } = applyEngineOptions(settingsFor(options), options);
  const list = options.filesFrom === undefined ? null : openPathList(options.filesFrom);
  const ownFolder = resolve(options.dataDir ?? defaultDataFolder());
  using walking = scanWalk(options.remotePaths ? [] : paths, options, { globs: scanning.exclude, ownFolder });
  await walking.ask([]);

  const ending = new AbortController();
  let isInterrupted = false;
  using _interrupted = onInterrupt(() => {
    isInterrupted = true;
    ending.abort();
  });
  const { signal } = ending;
  const source = { paths, list, options, walking, signal };
  const tally = new ScanTally();
  using progress = progressFor(options, tally);
  const reporter = reporterFor(options, progress, options.remotePaths ? adviceOnPaths : advice);
  using client = new ServiceClient({
    url,
    token,
    retryAfterMs,
    connections,
    onWait: (waitMs) => progress?.at(waitText(url, waitMs)),
  });
  const service = new ScanClient(client, signal);
  // Also the proof that the address and the token are right, before the first file is read.
  const before = await service.statistics();

  function onTold(path: string, { verdict, allowed }: Told): void {
    progress?.at(path);
    tally.add(verdict, allowed !== undefined);
    if (!options.all && verdict.judgement.kind === 'clean') return;
    reporter.result({ ...toScanResult(path, verdict), ...(allowed === undefined ? {} : { allowed }) });
  }

  function summarize(engines: typeof before.engines, interrupted: boolean): ScanSummary {
    const generation = service.generation ?? before.generation;
    const notices = noticesOf(client);
    const summary = tally.summary({
      generation,
      engines,
      passedOver: walking.options.counts,
      notices,
      interrupted,
    });
    reporter.summary(summary, tally.reasons);
    return summary;
  }

  const shared = { service, onTold, beforeEach: untilWritten };
  try {
    if (options.remotePaths) await scanPaths(pathGroups(source), { ...shared, signal });
    else {
      using _counting = countFor(progress, source);
      const maxFileSizeBytes = scanning.max_file_size;
      await new RemoteScanner({ ...shared, ending, maxFileSizeBytes }).scan(everyEntry(source));
    }
  } catch (error) {
    // What is known so far is told, and a JSON document has its end, before the error is.
    summarize(before.engines, true);
    throw error;
  }
  const engines = await enginesNow(service, before, isInterrupted);
  return scanExitCode(summarize(engines, isInterrupted), options.allowPartial);
}

async function* pathGroups({
  paths,
  list,
  options,
  signal,
}: {
  readonly paths: readonly string[];
  readonly list: PathList | null;
  readonly options: ScanOptions;
  readonly signal: AbortSignal;
}): AsyncGenerator<readonly string[]> {
  yield paths;
  if (list !== null) yield* readPathList(list, options[0], signal);
}

/** They have changed where the generation has. */
async function enginesNow(
  service: ScanClient,
  before: Awaited<ReturnType<ScanClient['statistics']>>,
  isInterrupted: boolean,
): Promise<typeof before.engines> {
  if (isInterrupted || service.generation === before.generation) return before.engines;
  const now = await service.statistics().catch(() => before);
  return now.engines;
}

function noticesOf({ url, waitedMs }: ServiceClient): readonly string[] {
  const place = `the engines are those of ${url.shown}`;
  if (waitedMs < 1000) return [place];
  return [
    place,
    `it limits requests: ${formatDuration(waitedMs)} were spent waiting for it ([api] rate_limit_rpm there)`,
  ];
}
