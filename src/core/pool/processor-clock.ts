// How busy all processors were since the last time somebody asked; short windows are not measured but told again.
import { cpus } from 'node:os';

export interface ProcessorTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

/** The kernel counts in steps of up to 10 ms for each processor: over less than this the share is noise. */
const shortestWindowMs = 250;

export class ProcessorClock {
  readonly #read: () => ProcessorTimes;
  #before: ProcessorTimes;
  #measuredAtMs: number;
  #percent = 0;

  /** The first answer covers the time since here; until a window is long enough it is 0. */
  constructor(read: () => ProcessorTimes = readProcessorTimes) {
    this.#read = read;
    this.#before = read();
    this.#measuredAtMs = performance.now();
  }

  /** 0 to 100. Each user of the figure has a clock of its own: asking begins the next window. */
  percent(): number {
    const nowMs = performance.now();
    if (nowMs - this.#measuredAtMs < shortestWindowMs) return this.#percent;
    const now = this.#read();
    const totalMs = now.totalMs - this.#before.totalMs;
    const idleMs = now.idleMs - this.#before.idleMs;
    // A processor that is switched off takes its count with it.
    if (totalMs > 0 && idleMs >= 0) this.#percent = Math.max(0, ((totalMs - idleMs) / totalMs) * 100);
    this.#before = now;
    this.#measuredAtMs = nowMs;
    return this.#percent;
  }
}

function readProcessorTimes(): ProcessorTimes {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}
