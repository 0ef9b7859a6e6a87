// From settings to what the core is built with, and to what of it can change while it runs.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';
import type { CacheTimes } from './cache/recall.ts';
import type { FindClamdOptions } from './engines/clamd/find-clamd.ts';
import type { ClamdLimits } from './engines/clamd/target.ts';
import type { Logger } from './logger.ts';
import type { MetricsSettings } from './metrics/metrics-service.ts';
import type { ScalingLoopSettings } from './pool/scaling-loop.ts';
import { childProcessStarter } from './processes/child-process-worker.ts';
import { leanHeap } from './processes/lean-heap.ts';
import { moduleFile, outsideArchive } from './processes/module-file.ts';
import type { PowerSource } from './pool/power-source.ts';
import type { StartWorkerProcess } from './pool/worker-protocol.ts';
import type { WorkerSettings } from './worker-settings.ts';

export interface AntivirusOptions {
  /** All state: databases, exports, managed clamd, strike list; exists and is private (`openDataFolder`). */
  readonly dataDir: string;
  /** What this run is for: `scan`, `doctor`; it stands beside the run in the history. */
  readonly purpose: string;
  /** It runs on until it is told to stop: after a change of signatures recent files are scanned again. */
  readonly staysOn: boolean;
  readonly clamd: FindClamdOptions['choice'];
  /** Database of the managed clamd; null for the system's. */
  readonly signatureDir: string | null;
  readonly clamdLimits: ClamdLimits;
  /** null switches YARA off; the built-in rules are always among the paths. */
  readonly yara: WorkerSettings['yara'];
  readonly hashLists: WorkerSettings['hashLists'];
  /** A known-good hash spares the engines. */
  readonly trustKnownGood: boolean;
  readonly maxQueueSize: number;
  readonly maxFileSizeBytes: number;
  readonly wholeFileBytes: number;
  readonly scanTimeoutMs: number;
  readonly workerMemoryLimitBytes: number;
  /** null: every file goes through the engines, also when the same content was just seen. */
  readonly cache: CacheSizes | null;
  readonly live: LiveParts;
  readonly startWorker: StartWorkerProcess;
  /** Where the shell knows better than the files of the system. */
  readonly power?: PowerSource;
  readonly logger: Logger;
  /** Gives up a start that takes long, such as the load of a large database. */
  readonly signal: AbortSignal;
}

export interface CacheSizes {
  readonly bloomMegabytes: number;
  readonly memoryEntries: number;
  /** Files kept in the database. */
  readonly maxFiles: number;
}

/** What changes while Vedette runs, when its settings do. */
export interface LiveParts {
  readonly cacheTimes: CacheTimes;
  readonly scaling: ScalingLoopSettings;
  readonly metrics: MetricsSettings;
  readonly historyDays: number;
  readonly signatureCheckMs: number;
  /** Files scanned again after a change of signatures. */
  readonly rescanFiles: number;
}

export type Surroundings = Pick<AntivirusOptions, 'dataDir' | 'purpose' | 'staysOn' | 'logger' | 'signal'> & {
  readonly useCache: boolean;
  /** Of a shell that starts processes in its own way. */
  readonly startWorker?: StartWorkerProcess;
  readonly power?: PowerSource;
};

/** Folder of the rules that ship with Vedette. */
export const builtInRules = outsideArchive(fileURLToPath(new URL('../../assets/rules', import.meta.url)));

/** Module that a scan worker process runs. */
export const scanWorkerEntry = moduleFile('../workers/scan-worker', import.meta.url);

export const defaultWorkers = Math.min(8, Math.max(2, availableParallelism()));

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** @throws AppError BAD_USAGE when the choice of clamd cannot be read. */
export function antivirusOptions(settings: Settings, surroundings: Surroundings): AntivirusOptions {
  const { scanning, scaling, performance, cache } = settings;
  const { useCache, startWorker, ...rest } = surroundings;
  return {
    ...rest,
    clamd: scanning.enable_clamav ? parseClamdChoice(scanning.clamd) : 'none',
    signatureDir: scanning.signature_dir === '' ? null : resolve(scanning.signature_dir),
    clamdLimits: clamdLimits(scanning),
    yara: scanning.enable_yara
      ? {
          rulePaths: [builtInRules, ...scanning.rule_paths.map((path) => resolve(path))],
          binding: scanning.yara_binding,
        }
      : null,
    hashLists: { knownBad: scanning.known_bad_lists, knownGood: scanning.known_good_lists },
    trustKnownGood: performance.enable_pre_processor,
    maxQueueSize: scanning.max_queue_size,
    maxFileSizeBytes: scanning.max_file_size,
    wholeFileBytes: scanning.whole_file_size,
    scanTimeoutMs: scanning.scan_timeout_seconds * 1000,
    workerMemoryLimitBytes: scaling.worker_memory_limit,
    cache:
      useCache && performance.enable_cache
        ? {
            bloomMegabytes: performance.bloom_filter_mb,
            memoryEntries: cache.memory_entries,
            maxFiles: cache.max_files,
          }
        : null,
    live: livePartsOf(settings),
    startWorker: startWorker ?? childProcessStarter(scanWorkerEntry, surroundings.staysOn ? [leanHeap] : []),
  };
}

export function livePartsOf({ performance, cache, scaling, monitoring, updates }: Settings): LiveParts {
  const maxWorkers = scaling.max_workers === 0 ? defaultWorkers : scaling.max_workers;
  return {
    cacheTimes: {
      identityTtlMs: cache.identity_ttl_hours * hourMs,
      verdictTtlMs: performance.cache_ttl_hours * hourMs,
      uncertainTtlMs: cache.uncertain_ttl_minutes * minuteMs,
    },
    scaling: {
      enabled: scaling.enable_adaptive_scaling,
      minWorkers: Math.min(scaling.min_workers, maxWorkers),
      maxWorkers,
      scaleUpThreshold: scaling.scale_up_threshold,
      scaleDownThreshold: scaling.scale_down_threshold,
      cooldownMs: scaling.scaling_cooldown_seconds * 1000,
      checkEveryMs: scaling.check_interval_seconds * 1000,
      memoryCeilingPercent: scaling.memory_ceiling_percent,
      cpuCeilingPercent: scaling.cpu_ceiling_percent,
      batteryMaxWorkers: scaling.battery_max_workers,
    },
    metrics: {
      enabled: monitoring.enable_metrics,
      snapshotIntervalSeconds: monitoring.snapshot_interval_seconds,
      exportIntervalSeconds: monitoring.export_interval_seconds,
      keepExports: monitoring.export_keep,
      limits: {
        recentScans: monitoring.max_recent_scans,
        snapshots: monitoring.max_snapshots,
        scalingEvents: monitoring.max_scaling_events,
      },
    },
    historyDays: monitoring.history_days,
    signatureCheckMs: updates.signature_check_minutes * minuteMs,
    rescanFiles: updates.rescan_recent_files,
  };
}

export function clamdLimits(scanning: Settings['scanning']): ClamdLimits {
  return {
    // What is streamed to a managed clamd is bounded by the size of a file, not by a second limit.
    maxStreamBytes: scanning.clamd_max_file_size,
    maxFileBytes: scanning.clamd_max_file_size,
    maxScanBytes: scanning.clamd_max_scan_size,
    maxRecursion: scanning.clamd_max_recursion,
    maxFiles: scanning.clamd_max_files,
  };
}

/** `auto`, `managed`, `none`, `HOST:PORT`, `[IPv6]:PORT`, or the path of a socket. */
export function parseClamdChoice(text: string): AntivirusOptions['clamd'] {
  if (text === 'auto' || text === 'managed' || text === 'none') return text;
  if (text.includes('/') || text.includes('\\')) return { kind: 'unix', path: resolve(text) };
  const { six, host, port } = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d+)$/.exec(text)?.groups ?? {};
  const portNumber = Number(port);
  if (port === undefined || portNumber < 1 || portNumber > 65_535) {
    const expected = 'expected auto, managed, none, the path of a socket, or HOST:PORT';
    throw new AppError('BAD_USAGE', `--clamd '${text}' is not understood: ${expected}`);
  }
  return { kind: 'tcp', host: six ?? host ?? '', port: portNumber };
}
