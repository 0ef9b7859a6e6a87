// What a service has said of contents in this scan, so that no content is sent twice; only complete verdicts, and never more than the bound.
import { isComplete, type Verdict } from '../../shared/verdict.ts';
import type { ScanResult } from '../../shared/scan-report.ts';

export interface Told {
  readonly verdict: Verdict;
  readonly allowed: ScanResult['allowed'];
}

const maxContents = 10_000;

export class KnownContents {
  readonly #told = new Map<string, Told>();

  /** As remembered: nobody looked again. */
  recall(sha256: string): Told | null {
    const told = this.#told.get(sha256);
    if (told === undefined) return null;
    return { ...told, verdict: { ...told.verdict, durationMs: 0, cachedFrom: 'content' } };
  }

  remember(told: Told): void {
    const { sha256, judgement } = told.verdict;
    if (sha256 === null || !isComplete(judgement)) return;
    this.#told.set(sha256, told);
    if (this.#told.size <= maxContents) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}
