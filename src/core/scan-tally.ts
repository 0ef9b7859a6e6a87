// Counts of one scan, by verdict; the sum of all kinds is always the number of files.
import type { EngineReport } from '../shared/engine-report.ts';
import type { ScanSummary } from '../shared/scan-report.ts';
import type { WalkCounts } from './intake/walk.ts';
import type { Reason, Verdict, VerdictKind } from '../shared/verdict.ts';

export class ScanTally {
  readonly #startedMs = performance.now();
  readonly #kinds: Record<VerdictKind, number> = {
    clean: 0,
    infected: 0,
    suspicious: 0,
    partial: 0,
    unscannable: 0,
  };
  readonly #reasons = new Map<Reason, number>();
  #files = 0;
  #bytes = 0;
  #fromCache = 0;
  #allowed = 0;

  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get fromCache(): number {
    return this.#fromCache;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  count(kind: VerdictKind): number {
    return this.#kinds[kind];
  }

  /** How often each reason stood beside `partial` or `unscannable`, most frequent first. */
  get reasons(): readonly (readonly [Reason, number])[] {
    return [...this.#reasons].toSorted((left, right) => right[1] - left[1]);
  }

  /** @param isAllowed the allow-list names what was found */
  add({ judgement, sizeBytes, sha256, cachedFrom }: Verdict, isAllowed = false): void {
    if (isAllowed) this.#allowed += 1;
    this.#files += 1;
    this.#kinds[judgement.kind] += 1;
    if (judgement.kind === 'partial' || judgement.kind === 'unscannable') {
      this.#reasons.set(judgement.reason, (this.#reasons.get(judgement.reason) ?? 0) + 1);
    }
    // Bytes looked at: what was never read does not count.
    if (sha256 !== null) this.#bytes += sizeBytes;
    if (cachedFrom !== null) this.#fromCache += 1;
  }

  summary(end: {
    readonly generation: string;
    readonly engines: readonly EngineReport[];
    readonly passedOver: WalkCounts;
    readonly notices: readonly string[];
    readonly interrupted: boolean;
  }): ScanSummary {
    const { excluded, symbolicLinks, otherDevices } = end.passedOver;
    return {
      files: this.#files,
      ...this.#kinds,
      bytes: this.#bytes,
      duration_ms: Math.round(this.elapsedMs),
      from_cache: this.#fromCache,
      ...(this.#allowed === 0 ? {} : { allowed: this.#allowed }),
      generation: end.generation,
      engines: [...end.engines],
      passed_over: { excluded, symbolic_links: symbolicLinks, other_devices: otherDevices },
      ...(end.notices.length === 0 ? {} : { notices: [...end.notices] }),
      ...(end.interrupted ? { interrupted: true as const } : {}),
    };
  }
}
