// How loaded this machine and this process are, each figure since the last time it was asked for.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryPercent, readMemoryFigures, type MemoryFigures } from './memory-use.ts';
import { platformPowerSource, type PowerSource } from './power-source.ts';
import { ProcessorClock } from './processor-clock.ts';

export interface Load {
  /** 0 to 100, of all processors, by everything on this machine, since the sample before. */
  readonly cpuPercent: number;
  /** 0 to 100. */
  readonly memoryPercent: number;
  /** How late this process's own timers came, the 99th percentile since the sample before. */
  readonly eventLoopDelayMs: number;
  readonly onBattery: boolean;
}

export interface LoadSampler {
  sample(): Load;
}

export interface SystemLoadOptions {
  readonly power?: PowerSource;
  readonly processors?: ProcessorClock;
  readonly readMemory?: () => MemoryFigures;
}

/** It wakes the process up this often: seldom enough to cost nothing. */
const delayResolutionMs = 200;

/** For one user: two that share one would cut each other's time short. The first sample covers the time since it was made. */
export class SystemLoadSampler implements LoadSampler, Disposable {
  readonly #power: PowerSource;
  readonly #processors: ProcessorClock;
  readonly #readMemory: () => MemoryFigures;
  readonly #delays = monitorEventLoopDelay({ resolution: delayResolutionMs });

  constructor(options: SystemLoadOptions = {}) {
    this.#power = options.power ?? platformPowerSource();
    this.#processors = options.processors ?? new ProcessorClock();
    this.#readMemory = options.readMemory ?? readMemoryFigures;
    this.#delays.enable();
  }

  sample(): Load {
    // Without a single measurement the histogram gives 0. What it measures includes its own interval.
    const delayMs = this.#delays.percentile(99) / 1e6 - delayResolutionMs;
    this.#delays.reset();
    return {
      cpuPercent: this.#processors.percent(),
      memoryPercent: memoryPercent(this.#readMemory()),
      eventLoopDelayMs: Math.max(0, delayMs),
      onBattery: this.#power.onBattery(),
    };
  }

  [Symbol.dispose](): void {
    this.#delays.disable();
  }
}
