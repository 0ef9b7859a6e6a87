// What the engine room is told: deadlines one inside the other, and what else decides a verdict.
import type { AntivirusOptions, LiveParts } from './antivirus-options.ts';
import type { EngineRoomOptions } from './engine-room.ts';
import type { VerdictScope } from './pool/worker-protocol.ts';
import type { Store } from './store/store.ts';
import { readVersion } from './version.ts';

/** Each deadline lies inside the one around it, so that who is late can still say so: 60 s, 55 s, 50 s. */
const innerDeadline = 11 / 12;
const workerStartLimitMs = 120_000;
const filesAtOnce = 8;
const rememberedContents = 50_000;

/** Deadline for one answer of an engine. */
export function requestTimeoutOf({ scanTimeoutMs }: AntivirusOptions): number {
  return scanTimeoutMs * innerDeadline;
}

export function roomOptions(
  options: AntivirusOptions,
  store: Store,
  verdictScope: () => VerdictScope,
): EngineRoomOptions {
  const { scanTimeoutMs, logger, signal, clamdLimits, maxFileSizeBytes, wholeFileBytes } = options;
  const requestTimeoutMs = requestTimeoutOf(options);
  return {
    clamd: {
      choice: options.clamd,
      signatureDir: options.signatureDir,
      dataDir: options.dataDir,
      limits: clamdLimits,
      maxScanSeconds: Math.max(1, Math.floor((requestTimeoutMs * innerDeadline) / 1000)),
      logger,
      signal,
    },
    workers: {
      yara: options.yara,
      hashLists: options.hashLists,
      trustKnownGood: options.trustKnownGood,
      wholeFileBytes,
      requestTimeoutMs,
      filesAtOnce,
      contents: options.cache === null ? null : { maxEntries: rememberedContents, database: store.cacheFile },
    },
    pool: {
      startProcess: options.startWorker,
      verdictScope,
      workers: startWorkers(options.live),
      filesAtOnce,
      filesPerWorker: filesAtOnce * 4,
      silenceLimitMs: scanTimeoutMs,
      startLimitMs: workerStartLimitMs,
      memoryLimitBytes: options.workerMemoryLimitBytes,
      logger,
    },
    decisive: {
      vedette: readVersion(),
      trustKnownGood: options.trustKnownGood,
      limits: { ...clamdLimits, maxFileSizeBytes, wholeFileBytes },
    },
    memory: options.cache === null ? null : store.engineStarts,
    logger,
    signal,
  };
}

/** Workers to begin with. */
export function startWorkers({ scaling }: LiveParts): number {
  return scaling.enabled ? scaling.minWorkers : scaling.maxWorkers;
}
