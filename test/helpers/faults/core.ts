// The core as `vedette scan` builds it, for faults that no command line can produce.
import { startAntivirus, type Antivirus } from '../../../src/core/antivirus.ts';
import {
  builtInRules,
  livePartsOf,
  scanWorkerEntry,
  type AntivirusOptions,
} from '../../../src/core/antivirus-options.ts';
import { walk } from '../../../src/core/intake/walk.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { childProcessStarter } from '../../../src/core/processes/child-process-worker.ts';
import { runScanJob } from '../../../src/core/scan-job.ts';
import { toScanResult } from '../../../src/core/scan-result.ts';
import type { ScanResult } from '../../../src/shared/scan-report.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';
import type { Scene } from './scene.ts';

const mib = 1024 * 1024;
const live = livePartsOf(settingsSchema.parse({ scaling: { min_workers: 2, max_workers: 2 } }));

export function startCore(scene: Scene, options: Partial<AntivirusOptions> = {}): Promise<Antivirus> {
  const largest = 512 * mib;
  return startAntivirus({
    dataDir: scene.dataDir,
    purpose: 'test',
    staysOn: false,
    clamd: 'none',
    signatureDir: scene.database,
    clamdLimits: {
      maxStreamBytes: largest,
      maxFileBytes: largest,
      maxScanBytes: largest,
      maxRecursion: 17,
      maxFiles: 10_000,
    },
    yara: { rulePaths: [builtInRules], binding: 'auto' },
    hashLists: { knownBad: [], knownGood: [] },
    trustKnownGood: true,
    maxQueueSize: 50_000,
    maxFileSizeBytes: 2 * 1024 * mib,
    wholeFileBytes: 128 * mib,
    scanTimeoutMs: 60_000,
    live,
    workerMemoryLimitBytes: 1024 * mib,
    cache: { bloomMegabytes: 1, memoryEntries: 1000, maxFiles: 100_000 },
    startWorker: childProcessStarter(scanWorkerEntry),
    logger: silentLogger,
    signal: new AbortController().signal,
    ...options,
  });
}

export async function scanAll(
  antivirus: Antivirus,
  scene: Scene,
  onResult: (result: ScanResult) => void = ignore,
): Promise<readonly ScanResult[]> {
  const results: ScanResult[] = [];
  await runScanJob({
    pipeline: antivirus.pipeline,
    entries: [walk([scene.files])],
    onOutcome({ request: { path }, verdict }) {
      const result = toScanResult(path, verdict);
      results.push(result);
      onResult(result);
    },
    signal: new AbortController().signal,
  });
  return results;
}

function ignore(): void {
  // Nobody listens.
}
