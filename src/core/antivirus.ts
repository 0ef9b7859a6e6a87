// Builds the line by hand, in the order it starts; what was started last is stopped first.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EngineReport } from '../shared/engine-report.ts';
import { noCacheStats, type CacheStats, type CacheType, type CacheTypeStats } from '../shared/metrics.ts';
import type { Settings } from '../shared/settings.ts';
import { livePartsOf, type AntivirusOptions } from './antivirus-options.ts';
import { mixedGeneration } from './cache/recall.ts';
import { VerdictCache } from './cache/verdict-cache.ts';
import { EngineRoom } from './engine-room.ts';
import { systemClock } from './metrics/metrics-clock.ts';
import type { PrometheusView } from './metrics/prometheus-figure.ts';
import type { PrometheusExposition } from './metrics/prometheus.ts';
import { MetricsRecorder } from './metrics/metrics-recorder.ts';
import { MetricsService } from './metrics/metrics-service.ts';
import type { Gauges } from './metrics/take-snapshot.ts';
import { Pipeline, type ScanOutcome } from './pipeline.ts';
import { SystemLoadSampler } from './pool/load-sampler.ts';
import { ScalingLoop } from './pool/scaling-loop.ts';
import { StrikeList } from './pool/strike-list.ts';
import type { VerdictScope } from './pool/worker-protocol.ts';
import { requestTimeoutOf, roomOptions, startWorkers } from './room-options.ts';
import { ScalableRoom } from './scalable-room.ts';
import { HistoryStore } from './store/history-store.ts';
import { openStore, type Store } from './store/store.ts';
import { Upkeep } from './upkeep.ts';
import { readVersion } from './version.ts';

interface Parts {
  readonly store: Store;
  readonly history: HistoryStore;
  readonly cache: VerdictCache | null;
  readonly room: EngineRoom;
  readonly recorder: MetricsRecorder;
  readonly metrics: MetricsService;
  /** null for what does not stay on. */
  readonly prometheus: PrometheusExposition | null;
  readonly scaling: ScalingLoop;
  readonly pipeline: Pipeline;
  readonly upkeep: Upkeep;
  readonly listeners: Set<(outcome: ScanOutcome) => void>;
  readonly cacheStats: () => CacheStats;
  readonly otherCaches: Map<CacheType, () => CacheTypeStats>;
  readonly started: AsyncDisposableStack;
}

export class Antivirus implements AsyncDisposable {
  readonly store: Store;
  readonly history: HistoryStore;
  readonly recorder: MetricsRecorder;
  readonly metrics: MetricsService;
  /** null for what does not stay on. */
  readonly prometheus: PrometheusExposition | null;
  readonly scaling: ScalingLoop;
  readonly pipeline: Pipeline;
  readonly room: EngineRoom;
  /** Hears of files that are scanned again because signatures changed; set by whoever answers findings. */
  onRescanned: (outcome: ScanOutcome) => void = () => {};
  readonly #listeners: Set<(outcome: ScanOutcome) => void>;
  readonly #cacheStats: () => CacheStats;
  readonly #otherCaches: Map<CacheType, () => CacheTypeStats>;
  readonly #cache: VerdictCache | null;
  readonly #upkeep: Upkeep;
  readonly #started: AsyncDisposableStack;

  constructor(parts: Parts) {
    this.store = parts.store;
    this.history = parts.history;
    this.recorder = parts.recorder;
    this.metrics = parts.metrics;
    this.prometheus = parts.prometheus;
    this.scaling = parts.scaling;
    this.pipeline = parts.pipeline;
    this.room = parts.room;
    this.#listeners = parts.listeners;
    this.#cacheStats = parts.cacheStats;
    this.#otherCaches = parts.otherCaches;
    this.#cache = parts.cache;
    this.#upkeep = parts.upkeep;
    this.#started = parts.started;
  }

  /** Changes whenever any engine's signatures, rules, lists or limits change. */
  get generation(): string {
    return this.room.generation.id;
  }

  /** What each engine is able to do at this moment: an engine that answered at start may be gone by now. */
  engines(): Promise<readonly EngineReport[]> {
    return this.room.engines();
  }

  /** Hears of every outcome; must be quick, and may not throw. @returns the end of it. */
  listen(listener: (outcome: ScanOutcome) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cacheStats(): CacheStats {
    return this.#cacheStats();
  }

  /** Figures of a cache that is kept elsewhere are told with the others. */
  tellCache(type: CacheType, stats: () => CacheTypeStats): void {
    this.#otherCaches.set(type, stats);
  }

  /** Takes over what can change while it runs; the rest counts from the next start. */
  apply(settings: Settings): void {
    const live = livePartsOf(settings);
    this.#cache?.setTimes(live.cacheTimes);
    this.scaling.configure(live.scaling);
    this.metrics.configure(live.metrics);
    this.#upkeep.configure(live);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }
}

/**
 * Opens the stores, finds the engines, starts those that are needed at once and wires the line.
 * @throws AppError WORKER_START_FAILED, FILE_UNREADABLE or HASH_LIST_INVALID; what was started is stopped again.
 */
export async function startAntivirus(options: AntivirusOptions): Promise<Antivirus> {
  await using starting = new AsyncDisposableStack();
  const { logger, live, dataDir } = options;
  const store = starting.use(openStore({ folder: dataDir, logger }));
  const history = new HistoryStore(store.history);
  const recorder = new MetricsRecorder({ clock: systemClock, limits: live.metrics.limits });
  // Nobody asks a command for it, and it takes long to load.
  const prometheus = options.staysOn
    ? await expositionOf(() => ({
        totals: recorder.totals(),
        snapshot: recorder.snapshots(1)[0] ?? null,
        summary: recorder.summary(),
        recent5Minutes: recorder.recent(300),
        recent1Hour: recorder.recent(3600),
        cache: cacheStats(),
        scaling: scaling.stats(),
        version: readVersion(),
      }))
    : null;
  const otherCaches = new Map<CacheType, () => CacheTypeStats>();
  function cacheStats(): CacheStats {
    const stats = cache?.stats() ?? noCacheStats;
    const others = [...otherCaches].map(([type, read]) => [type, read()]);
    return { ...stats, types: { ...stats.types, ...Object.fromEntries(others) } };
  }
  const cache =
    options.cache === null
      ? null
      : starting.use(
          new VerdictCache({
            ...options.cache,
            times: live.cacheTimes,
            store: store.verdicts,
            folder: dataDir,
            logger,
            onOperation: (type, operation, seconds) =>
              prometheus?.observeCacheOperation(type, operation, seconds),
          }),
        );

  const room: EngineRoom = starting.use(
    await EngineRoom.open(roomOptions(options, store, () => scopeOf(room, cache))),
  );

  const runId = randomUUID();
  history.beginRun({ id: runId, kind: options.purpose, startedAtSeconds: systemClock.nowSeconds() });
  starting.defer(() => history.endRun(runId, systemClock.nowSeconds()));
  const scaling = starting.use(
    new ScalingLoop({
      pool: new ScalableRoom(room, startWorkers(live)),
      load: starting.use(new SystemLoadSampler(options.power === undefined ? {} : { power: options.power })),
      queueDepth: () => pipeline.queueDepth,
      settings: live.scaling,
      logger,
    }),
  );
  const load = starting.use(new SystemLoadSampler());
  const metrics = starting.use(
    new MetricsService({
      recorder,
      clock: systemClock,
      gauges: () => gaugesOf(room, pipeline, load),
      history: {
        saveSnapshot: (snapshot, totals) => history.saveSnapshot(runId, snapshot, totals),
        saveScalingEvent: (event) => history.saveScalingEvent(runId, event),
      },
      exportFolder: join(dataDir, 'metrics'),
      settings: live.metrics,
      logger,
    }),
  );
  scaling.onEvent((event) => metrics.recordScalingEvent(event));

  const listeners = new Set<(outcome: ScanOutcome) => void>();
  const pipeline = new Pipeline({
    engines: room,
    cache,
    strikes: new StrikeList(join(dataDir, 'strikes.json'), () => room.generation.id),
    maxFileSizeBytes: options.maxFileSizeBytes,
    maxQueueSize: options.maxQueueSize,
    requestTimeoutMs: requestTimeoutOf(options),
    logger,
    onOutcome(outcome: ScanOutcome) {
      const { request, verdict, savedMs } = outcome;
      recorder.recordScan({ path: request.path, verdict, priority: request.priority, savedMs });
      for (const listener of listeners) listener(outcome);
    },
    onDepth(depth) {
      recorder.observeQueueDepth(depth);
      scaling.observeDepth(depth);
    },
  });
  if (options.staysOn) void cache?.warm(room.generation);
  const upkeep = starting.use(
    new Upkeep({
      room,
      pipeline,
      store,
      history,
      maxFiles: options.cache?.maxFiles ?? Number.POSITIVE_INFINITY,
      rescans: options.staysOn,
      onRescanned: (outcome) => antivirus.onRescanned(outcome),
      live,
      logger,
    }),
  );
  const antivirus = new Antivirus({
    store,
    history,
    cache,
    room,
    recorder,
    metrics,
    prometheus,
    scaling,
    pipeline,
    upkeep,
    listeners,
    cacheStats,
    otherCaches,
    started: starting.move(),
  });
  return antivirus;
}

async function expositionOf(view: () => PrometheusView): Promise<PrometheusExposition> {
  const { PrometheusExposition: Exposition } = await import('./metrics/prometheus.ts');
  return new Exposition(view);
}

function gaugesOf({ pool }: EngineRoom, { queueDepth }: Pipeline, load: SystemLoadSampler): Gauges {
  const { cpuPercent, memoryPercent } = load.sample();
  return {
    queueDepth,
    activeWorkers: pool?.activeWorkers ?? 0,
    totalWorkers: pool?.workers ?? 0,
    workerUtilization: pool?.utilization() ?? 0,
    cpuPercent,
    memoryPercent,
  };
}

/** Within what a worker may answer from what is remembered. */
function scopeOf({ generation }: EngineRoom, cache: VerdictCache | null): VerdictScope {
  // JSON knows no infinity.
  const never = Number.MAX_SAFE_INTEGER;
  if (!generation.isSettled) return { generation: mixedGeneration.id, notBeforeMs: never };
  return {
    generation: generation.id,
    notBeforeMs: Math.min(never, cache?.contentsNotBeforeMs(generation) ?? never),
  };
}
