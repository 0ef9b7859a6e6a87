// Vedette as its own window or service runs it: workers and clamd are up, only the scan is timed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { antivirusOptions } from '../../src/core/antivirus-options.ts';
import { startAntivirus, type Antivirus } from '../../src/core/antivirus.ts';
import { openDataFolder } from '../../src/core/data-folder.ts';
import { createExclusions } from '../../src/core/intake/exclusions.ts';
import { walk } from '../../src/core/intake/walk.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ScanOutcome } from '../../src/core/pipeline.ts';
import { runScanJob } from '../../src/core/scan-job.ts';
import { ScanTally } from '../../src/core/scan-tally.ts';
import type { Settings } from '../../src/shared/settings.ts';
import { clearCleanCache } from './clean-cache.ts';
import { readProcesses } from './processes.ts';
import type { ScanCorpus } from './scan-corpus.ts';

export interface CpuSeconds {
  /** This process and the workers. */
  readonly vedette: number;
  readonly clamd: number;
}

export interface TimedJob {
  readonly seconds: number;
  readonly cpu: CpuSeconds;
  readonly tally: ScanTally;
}

/** As every scan runs: a content seen before in this scan is not asked about again. @throws as `timeScanJob`. */
export async function scanInProcess(
  settings: Settings,
  dataDir: string,
  corpus: ScanCorpus,
  signal: AbortSignal,
): Promise<TimedJob> {
  forgetVerdicts(dataDir);
  await using antivirus = await startInProcess(settings, { dataDir, useCache: true, signal });
  await clearCleanCache(dataDir, signal);
  return await timeScanJob(antivirus, corpus, dataDir, signal);
}

/** What an earlier round has remembered is no scan. */
export function forgetVerdicts(dataDir: string): void {
  for (const name of ['cache.db', 'cache.db-wal', 'cache.db-shm', 'bloom.bin'])
    rmSync(join(dataDir, name), { force: true });
}

export function startInProcess(
  settings: Settings,
  start: { readonly dataDir: string; readonly useCache: boolean; readonly signal: AbortSignal },
): Promise<Antivirus> {
  openDataFolder(start.dataDir);
  const surroundings = { ...start, purpose: 'bench', staysOn: false, logger: silentLogger };
  return startAntivirus(antivirusOptions(settings, surroundings));
}

/** The data folder is left out of the walk, as in every scan. @throws when a file was not looked at. */
export async function timeScanJob(
  { pipeline }: Antivirus,
  corpus: ScanCorpus,
  dataDir: string,
  signal: AbortSignal,
  onOutcome: (outcome: ScanOutcome) => void = () => {},
): Promise<TimedJob> {
  const tally = new ScanTally();
  const exclusions = createExclusions({ globs: [], folders: [dataDir], extensions: [] });
  const before = cpuSeconds();
  const startedMs = performance.now();
  await runScanJob({
    pipeline,
    entries: [walk([corpus.folder], { exclusions, followSymlinks: false, crossDevices: false })],
    onOutcome(outcome) {
      tally.add(outcome.verdict);
      onOutcome(outcome);
    },
    signal,
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const after = cpuSeconds();
  signal.throwIfAborted();
  const isEngineGone = tally.reasons.some(([reason]) => reason === 'engine_unavailable');
  if (tally.files !== corpus.files || tally.count('unscannable') > 0 || isEngineGone) {
    throw new Error(`${tally.files} of ${corpus.files} files, ${JSON.stringify(tally.reasons)}`);
  }
  const cpu = { vedette: after.vedette - before.vedette, clamd: after.clamd - before.clamd };
  return { seconds, cpu, tally };
}

function cpuSeconds(): CpuSeconds {
  const used = { vedette: 0, clamd: 0 };
  for (const { role, cpuSeconds: seconds } of readProcesses(process.pid)) {
    used[role === 'clamd' ? 'clamd' : 'vedette'] += seconds;
  }
  return used;
}
