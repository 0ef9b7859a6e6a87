// Figures of this moment and of the last five minutes: looked at every five seconds, and once a second while somebody asks.
import {
  livePointSeconds,
  maxLivePoints,
  type AppState,
  type LiveFigures as Figures,
} from '../../shared/app-state.ts';
import type { HistoryPoint, RunTotals, ScalingStats } from '../../shared/metrics.ts';
import { systemClock, type MetricsClock } from '../metrics/metrics-clock.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import { Ring } from '../metrics/ring.ts';
import { amount, whole } from '../metrics/take-snapshot.ts';
import { memoryPercent, readMemoryFigures } from '../pool/memory-use.ts';
import type { ScanPool } from '../pool/scan-pool.ts';
import { ProcessorClock } from '../pool/processor-clock.ts';
import {
  historyPointOf,
  liveInterval,
  livePointOf,
  type LiveInterval,
  type LiveSample,
} from './live-interval.ts';

export interface MachineLoad {
  /** 0 to 100, since it was asked before. */
  readonly cpuPercent: number;
  readonly memoryPercent: number;
}

export interface LiveFiguresOptions {
  readonly antivirus: {
    readonly recorder: Pick<MetricsRecorder, 'totals' | 'recent' | 'scalingEvents'>;
    readonly pipeline: { readonly queueDepth: number };
    readonly room: { readonly pool: Pick<ScanPool, 'activeWorkers' | 'workers' | 'losses'> | null };
    readonly scaling: { stats(): Pick<ScalingStats, 'max_workers'> };
  };
  readonly load?: () => MachineLoad;
  readonly clock?: MetricsClock;
}

const windowSeconds = livePointSeconds * maxLivePoints;
/** Who asks sooner is told the same again: a little less than a second, so that a timer of a second is never too early. */
const freshMs = 900;
/** The clock on the wall was set when it is this far from where it should be; less is drift. */
const jumpSeconds = 1;

export class LiveFigures implements Disposable {
  readonly #options: LiveFiguresOptions;
  readonly #clock: MetricsClock;
  readonly #load: () => MachineLoad;
  readonly #intervals = new Ring<LiveInterval>(maxLivePoints);
  readonly #timer: NodeJS.Timeout;
  /** Of the interval that runs. */
  #samples: LiveSample[] = [];
  #before: RunTotals;
  #sampledAtMs: number;
  /** From the clock that never jumps to Unix seconds. */
  #wallOffsetSeconds: number;

  constructor(options: LiveFiguresOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#load = options.load ?? machineLoad();
    this.#before = options.antivirus.recorder.totals();
    this.#sampledAtMs = this.#clock.monotonicMs();
    this.#wallOffsetSeconds = this.#clock.nowSeconds() - this.#sampledAtMs / 1000;
    this.#samples = [this.#sample(0)];
    this.#timer = setInterval(() => this.#close(), livePointSeconds * 1000).unref();
  }

  live(): Figures {
    const { recorder, scaling, room } = this.#options.antivirus;
    const losses = room.pool?.losses;
    const lostAtMs = losses?.lastAtMs ?? null;
    const sample = this.#freshSample();
    const lastMinute = recorder.recent(60);
    const window = recorder.recent(windowSeconds);
    const totals = recorder.totals();
    return {
      at: this.#clock.nowSeconds(),
      files_per_minute: lastMinute.scans,
      cache_hit_rate: window.scans > 0 ? Math.min(1, window.cache_hit_rate_percent / 100) : null,
      queue_depth: sample.queueDepth,
      active_workers: sample.activeWorkers,
      workers: sample.workers,
      max_workers: scaling.stats().max_workers,
      workers_lost: losses?.count ?? 0,
      worker_lost_at: lostAtMs === null ? null : lostAtMs / 1000,
      worker_lost_cause: losses?.lastCause ?? '',
      cpu_percent: sample.cpuPercent,
      memory_percent: sample.memoryPercent,
      scans: totals.scans,
      time_saved_seconds: totals.time_saved_seconds,
    };
  }

  recent(): AppState['recent'] {
    const nowSeconds = this.#clock.nowSeconds();
    const points = this.#points().map(({ interval, timestamp }) => livePointOf(interval, timestamp));
    const events = this.#options.antivirus.recorder
      .scalingEvents()
      .filter(({ timestamp }) => timestamp > nowSeconds - windowSeconds && timestamp <= nowSeconds);
    return { points, scaling_events: events };
  }

  /** The last five minutes as a chart has them, oldest first. */
  historyPoints(): readonly HistoryPoint[] {
    return this.#points().map(({ interval, timestamp }) => historyPointOf(interval, timestamp));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #points(): readonly { readonly interval: LiveInterval; readonly timestamp: number }[] {
    const nowMs = this.#clock.monotonicMs();
    const offset = this.#clock.nowSeconds() - nowMs / 1000;
    // After a jump the points go with the clock: their order and their distances stay as they were.
    if (Math.abs(offset - this.#wallOffsetSeconds) >= jumpSeconds) this.#wallOffsetSeconds = offset;
    return this.#intervals
      .latest()
      .filter(({ endMs }) => nowMs - endMs < windowSeconds * 1000)
      .map((interval) => ({
        interval,
        timestamp: Math.max(0, interval.endMs / 1000 + this.#wallOffsetSeconds),
      }));
  }

  #close(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#freshSample(0);
    const totals = this.#options.antivirus.recorder.totals();
    const interval = liveInterval(nowMs, this.#samples, this.#before, totals);
    this.#before = totals;
    // What stood at the end of one is the beginning of the next, and has lasted for nothing of it.
    this.#samples = this.#samples.slice(-1).map((last) => ({ ...last, seconds: 0 }));
    if (interval.seconds > 0) this.#intervals.push(interval);
  }

  #freshSample(maxAgeMs = freshMs): LiveSample {
    const nowMs = this.#clock.monotonicMs();
    const ageMs = nowMs - this.#sampledAtMs;
    const last = this.#samples.at(-1);
    if (last !== undefined && ageMs < maxAgeMs && ageMs >= 0) return last;
    const sample = this.#sample(Math.max(0, ageMs / 1000));
    this.#sampledAtMs = nowMs;
    this.#samples.push(sample);
    return sample;
  }

  #sample(seconds: number): LiveSample {
    const { pipeline, room } = this.#options.antivirus;
    const load = this.#load();
    const workers = whole(room.pool?.workers ?? 0);
    return {
      seconds,
      queueDepth: whole(pipeline.queueDepth),
      activeWorkers: Math.min(workers, whole(room.pool?.activeWorkers ?? 0)),
      workers,
      cpuPercent: Math.min(100, amount(load.cpuPercent)),
      memoryPercent: Math.min(100, amount(load.memoryPercent)),
    };
  }
}

/** Without what else a load sampler measures: nothing here needs to be woken up for it. */
function machineLoad(): () => MachineLoad {
  const processors = new ProcessorClock();
  return () => ({ cpuPercent: processors.percent(), memoryPercent: memoryPercent(readMemoryFigures()) });
}
