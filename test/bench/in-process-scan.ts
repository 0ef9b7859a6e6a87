// Vedette as its own window or service runs it: workers and clamd are up, only the scan is timed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { antivirusOptions } from '../../src/core/antivirus-options.ts';
import { startAntivirus } from '../../src/core/antivirus.ts';
import { openDataFolder } from '../../src/core/data-folder.ts';
import { createExclusions } from '../../src/core/intake/exclusions.ts';
import { walk } from '../../src/core/intake/walk.ts';
import { silentLogger } from '../../src/core/logger.ts';
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

export interface InProcessScan {
  readonly seconds: number;
  readonly cpu: CpuSeconds;
}

/** As every scan runs: a content seen before in this scan is not asked about again. @throws when one was not looked at. */
export async function scanInProcess(
  settings: Settings,
  dataDir: string,
  corpus: ScanCorpus,
  signal: AbortSignal,
): Promise<InProcessScan> {
  // What an earlier round has remembered is no scan.
  for (const name of ['cache.db', 'cache.db-wal', 'cache.db-shm', 'bloom.bin'])
    rmSync(join(dataDir, name), { force: true });
  openDataFolder(dataDir);
  const logger = silentLogger;
  const surroundings = { dataDir, purpose: 'bench', staysOn: false, useCache: true, logger, signal };
  await using antivirus = await startAntivirus(antivirusOptions(settings, surroundings));
  await clearCleanCache(dataDir, signal);
  const tally = new ScanTally();
  const exclusions = createExclusions({ globs: [], folders: [], extensions: [] });
  const before = cpuSeconds();
  const startedMs = performance.now();
  await runScanJob({
    pipeline: antivirus.pipeline,
    entries: [walk([corpus.folder], { exclusions, followSymlinks: false, crossDevices: false })],
    onOutcome: ({ verdict }) => tally.add(verdict),
    signal,
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const after = cpuSeconds();
  signal.throwIfAborted();
  const isEngineGone = tally.reasons.some(([reason]) => reason === 'engine_unavailable');
  if (tally.files !== corpus.files || tally.count('unscannable') > 0 || isEngineGone) {
    throw new Error(`${tally.files} of ${corpus.files} files, ${JSON.stringify(tally.reasons)}`);
  }
  return {
    seconds,
    cpu: { vedette: after.vedette - before.vedette, clamd: after.clamd - before.clamd },
  };
}

function cpuSeconds(): CpuSeconds {
  const used = { vedette: 0, clamd: 0 };
  for (const { role, cpuSeconds: seconds } of readProcesses(process.pid)) {
    used[role === 'clamd' ? 'clamd' : 'vedette'] += seconds;
  }
  return used;
}
