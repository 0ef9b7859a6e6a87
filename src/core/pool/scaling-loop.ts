// When the number of workers is looked at, and what follows from it: at intervals, when the queue crosses a threshold, when the engine is full.
import type { ScalingEvent, ScalingStats } from '../../shared/metrics.ts';
import type { Logger } from '../logger.ts';
import type { LoadSampler } from './load-sampler.ts';
import {
  decideScaling,
  type ScalingDecision,
  type ScalingSample,
  type ScalingSettings,
} from './scaling-decision.ts';
import type { ScalingTraceEntry } from './scaling-trace.ts';

export interface ScalablePool {
  /** Worker processes there are. */
  readonly workers: number;
  readonly targetWorkers: number;
  /** When a worker last found the engine full, by `performance.now()`; null for never. */
  readonly engineBusyAtMs: number | null;
  setTarget(workers: number): void;
  /** Returns a function that ends it. */
  onEngineBusy(listener: () => void): () => void;
}

export interface ScalingLoopSettings extends ScalingSettings {
  /** false: `maxWorkers` run, whatever the load; that is no decision and makes no event. */
  readonly enabled: boolean;
  readonly checkEveryMs: number;
}

export interface ScalingLoopOptions {
  readonly pool: ScalablePool;
  readonly load: LoadSampler;
  /** Requests that no worker has begun. */
  readonly queueDepth: () => number;
  readonly settings: ScalingLoopSettings;
  readonly logger: Logger;
}

/** Files come in bursts: what crosses a threshold now is often several times as much a moment later, and the cooldown is long. */
const burstMs = 200;
/** Workers speak once a second; an engine that nobody found full for this long is not full. */
const saturationMs = 10_000;

type Removal = () => void;

export class ScalingLoop implements Disposable {
  readonly #options: ScalingLoopOptions;
  readonly #eventListeners = new Set<(event: ScalingEvent) => void>();
  readonly #traceListeners = new Set<(entry: ScalingTraceEntry) => void>();
  readonly #stopListening: Removal;
  #settings: ScalingLoopSettings;
  #interval: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #lastActionMs: number | null = null;
  /** null once other bounds are in force: a cooldown is for changes of the load. */
  #cooldownFromMs: number | null = null;
  /** Depths within which nothing changes. */
  #zoneFrom = 0;
  #zoneTo = 0;

  /** Takes effect at once; the first look is at the first depth that is not small, or after an interval. */
  constructor(options: ScalingLoopOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#stopListening = options.pool.onEngineBusy(() => {
      if (this.#settings.enabled) this.#lookWithin(0);
    });
    this.#begin();
  }

  /** Called whenever the depth may have changed. */
  observeDepth(depth: number): void {
    if (depth >= this.#zoneFrom && depth <= this.#zoneTo) return;
    this.#enterZone(depth);
    this.#lookWithin(burstMs);
  }

  /** Other settings are in force from now on; bounds that no longer hold what runs are obeyed before this returns. */
  configure(settings: ScalingLoopSettings): void {
    const before = this.#settings;
    const otherBounds =
      settings.minWorkers !== before.minWorkers || settings.maxWorkers !== before.maxWorkers;
    if (otherBounds || settings.enabled !== before.enabled) this.#cooldownFromMs = null;
    this.#settings = settings;
    this.#begin();
    if (settings.enabled) this.#look();
  }

  onEvent(listener: (event: ScalingEvent) => void): Removal {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Every look, also one that changes nothing. */
  onTrace(listener: (entry: ScalingTraceEntry) => void): Removal {
    this.#traceListeners.add(listener);
    return () => this.#traceListeners.delete(listener);
  }

  stats(): ScalingStats {
    const { enabled, minWorkers, maxWorkers, scaleUpThreshold, scaleDownThreshold } = this.#settings;
    const { workers, targetWorkers } = this.#options.pool;
    return {
      enabled,
      current_workers: workers,
      min_workers: minWorkers,
      max_workers: maxWorkers,
      target_workers: targetWorkers,
      scale_up_threshold: scaleUpThreshold,
      scale_down_threshold: scaleDownThreshold,
      time_since_last_scale:
        this.#lastActionMs === null ? null : (performance.now() - this.#lastActionMs) / 1000,
    };
  }

  [Symbol.dispose](): void {
    this.#stopListening();
    this.#stopTimers();
    this.#zoneFrom = 0;
    this.#zoneTo = Number.POSITIVE_INFINITY;
  }

  #begin(): void {
    const { enabled, maxWorkers, checkEveryMs } = this.#settings;
    this.#stopTimers();
    if (enabled) {
      this.#enterZone(0);
      this.#interval = setInterval(() => this.#look(), checkEveryMs).unref();
    } else {
      this.#zoneFrom = 0;
      this.#zoneTo = Number.POSITIVE_INFINITY;
      if (this.#options.pool.targetWorkers !== maxWorkers) this.#options.pool.setTarget(maxWorkers);
    }
  }

  #stopTimers(): void {
    if (this.#interval !== null) clearInterval(this.#interval);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#interval = null;
    this.#timer = null;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }

  #enterZone(depth: number): void {
    const { scaleUpThreshold, scaleDownThreshold } = this.#settings;
    const borders = [0, scaleDownThreshold, scaleUpThreshold + 1, scaleUpThreshold * 3];
    this.#zoneFrom = Math.max(...borders.filter((border) => border <= depth));
    this.#zoneTo = Math.min(Number.POSITIVE_INFINITY, ...borders.filter((border) => border > depth)) - 1;
  }

  /** Looks after `delayMs`, or when the cooldown ends if that is later: nothing could be done before. */
  #lookWithin(delayMs: number): void {
    const nowMs = performance.now();
    const dueAtMs = Math.max(nowMs + delayMs, (this.#cooldownFromMs ?? nowMs) + this.#cooldownMs());
    if (dueAtMs >= this.#dueAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => this.#look(), Math.ceil(dueAtMs - nowMs)).unref();
  }

  #cooldownMs(): number {
    return this.#cooldownFromMs === null ? 0 : this.#settings.cooldownMs;
  }

  #look(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    const sample = this.#sample();
    const decision = decideScaling(sample, this.#settings);
    const entry = { t: Date.now() / 1000, sample, decision };
    for (const listener of this.#traceListeners) listener(entry);
    if (decision.kind !== 'stay') this.#act(sample, decision, decision.kind);
    else if (decision.reason === 'cooldown') this.#lookWithin(0);
  }

  #sample(): ScalingSample {
    const { pool, load, queueDepth } = this.#options;
    const nowMs = performance.now();
    const { cpuPercent, memoryPercent, onBattery } = load.sample();
    return {
      queueDepth: queueDepth(),
      currentTarget: pool.targetWorkers,
      cpuPercent,
      memoryPercent,
      onBattery,
      engineSaturated: pool.engineBusyAtMs !== null && nowMs - pool.engineBusyAtMs < saturationMs,
      sinceLastActionMs: this.#cooldownFromMs === null ? null : nowMs - this.#cooldownFromMs,
    };
  }

  #act(sample: ScalingSample, decision: ScalingDecision, type: ScalingEvent['type']): void {
    this.#lastActionMs = performance.now();
    this.#cooldownFromMs = this.#lastActionMs;
    this.#options.pool.setTarget(decision.target);
    const event: ScalingEvent = {
      type,
      old_workers: sample.currentTarget,
      new_workers: decision.target,
      queue_depth: sample.queueDepth,
      cpu_percent: sample.cpuPercent,
      memory_percent: sample.memoryPercent,
      timestamp: Date.now() / 1000,
      reason: decision.explanation,
    };
    this.#options.logger.info({ ...event, code: decision.reason }, 'number of scan workers changed');
    for (const listener of this.#eventListeners) listener(event);
  }
}
