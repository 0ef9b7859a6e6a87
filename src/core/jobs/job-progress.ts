// How far a job is: counts, and a rate over the time it really ran; no figure is ever negative, infinite or not a number.
import { noProgress, type JobProgress } from '../../shared/job.ts';
import type { VerdictKind } from '../../shared/verdict.ts';
import type { JobFile } from './job-ports.ts';

export interface JobMeterOptions {
  /** Milliseconds that only go forward; where they do not, no time has passed. */
  readonly monotonicMs: () => number;
  /** Where the job was when an earlier process ended; null for a new one. */
  readonly earlier: JobProgress | null;
}

interface Sample {
  readonly activeMs: number;
  readonly files: number;
}

const windowMs = 30_000;
const sampleEveryMs = 1000;
/** A rate over less than this says nothing about the rest. */
const leastForEstimateMs = 1000;

/** Begins at rest. */
export class JobMeter {
  readonly #monotonicMs: () => number;
  readonly #earlier: JobProgress;
  readonly #counts: Record<VerdictKind, number> = {
    clean: 0,
    infected: 0,
    suspicious: 0,
    partial: 0,
    unscannable: 0,
  };
  #files = 0;
  #fromCache = 0;
  #bytes = 0;
  #totalFiles: number | null = null;
  #currentPath: string | null = null;
  #isActive = false;
  #seenMs = 0;
  #activeMs = 0;
  /** Oldest first; the first is at or before the beginning of the window. */
  readonly #samples: Sample[] = [{ activeMs: 0, files: 0 }];

  constructor({ monotonicMs, earlier }: JobMeterOptions) {
    this.#monotonicMs = monotonicMs;
    this.#earlier = earlier ?? noProgress;
  }

  run(): void {
    this.#pass();
    this.#isActive = true;
  }

  rest(): void {
    this.#pass();
    this.#isActive = false;
  }

  add({ path, kind, sizeBytes, cached }: JobFile): void {
    this.#counts[kind] += 1;
    this.#files += 1;
    this.#bytes += sizeBytes;
    if (cached) this.#fromCache += 1;
    this.#currentPath = path;
    this.#sample();
  }

  setTotal(files: number): void {
    this.#totalFiles = files;
  }

  /** Every file there is has its verdict: what was counted before may have gone since. */
  complete(): void {
    this.#totalFiles = this.#files;
  }

  /** @param isOver nothing more comes: there is no current file and nothing to estimate. */
  progress(isOver = false): JobProgress {
    this.#sample();
    const found = this.#foundBefore();
    const rate = this.#filesPerSecond();
    return {
      files: this.#files + found.infected + found.suspicious,
      // A tree may have grown since it was counted.
      total_files: this.#totalFiles === null ? null : this.#known() + found.infected + found.suspicious,
      bytes: this.#bytes,
      clean: this.#counts.clean,
      infected: this.#counts.infected + found.infected,
      suspicious: this.#counts.suspicious + found.suspicious,
      partial: this.#counts.partial,
      unscannable: this.#counts.unscannable,
      from_cache: this.#fromCache,
      current_path: isOver ? null : this.#currentPath,
      active_seconds: this.#earlier.active_seconds + this.#activeMs / 1000,
      files_per_second: rate,
      remaining_seconds: isOver ? null : this.#remainingSeconds(rate),
    };
  }

  /** What was found before a restart may be in the vault by now, and the new walk does not meet it: it counts all the same. */
  #foundBefore(): { readonly infected: number; readonly suspicious: number } {
    return {
      infected: Math.max(0, this.#earlier.infected - this.#counts.infected),
      suspicious: Math.max(0, this.#earlier.suspicious - this.#counts.suspicious),
    };
  }

  #known(): number {
    return Math.max(this.#totalFiles ?? 0, this.#files);
  }

  #filesPerSecond(): number {
    const first = this.#samples[0];
    if (first === undefined) return 0;
    const elapsedMs = this.#activeMs - first.activeMs;
    return elapsedMs > 0 ? ((this.#files - first.files) * 1000) / elapsedMs : 0;
  }

  #remainingSeconds(rate: number): number | null {
    if (this.#totalFiles === null || rate === 0 || this.#activeMs < leastForEstimateMs) return null;
    return (this.#known() - this.#files) / rate;
  }

  /** Counts the time since the last call, if it ran. */
  #pass(): void {
    const nowMs = this.#monotonicMs();
    if (this.#isActive) this.#activeMs += Math.max(0, nowMs - this.#seenMs);
    this.#seenMs = nowMs;
  }

  #sample(): void {
    this.#pass();
    const last = this.#samples.at(-1);
    if (last !== undefined && this.#activeMs - last.activeMs < sampleEveryMs) return;
    this.#samples.push({ activeMs: this.#activeMs, files: this.#files });
    const beginsMs = this.#activeMs - windowMs;
    while ((this.#samples[1]?.activeMs ?? Number.POSITIVE_INFINITY) <= beginsMs) this.#samples.shift();
  }
}
