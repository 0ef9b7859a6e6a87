// Contents judged already, here or by any worker before: the same bytes under another name need no engine. Complete verdicts only.
import { keepNewest } from '../core/keep-newest.ts';
import type { VerdictScope } from '../core/pool/worker-protocol.ts';
import type { StoredVerdict } from '../shared/stored-verdict.ts';
import { isComplete, type EngineName, type Judgement } from '../shared/verdict.ts';

export interface KnownContent {
  readonly judgement: Judgement;
  readonly engines: readonly EngineName[];
}

export interface RememberedContent extends KnownContent {
  /** What the engines took for it. */
  readonly scanMs: number;
  /** When they looked, milliseconds since 1970. */
  readonly scannedAtMs: number;
}

/** What other workers, and earlier runs, have left in the database. */
export interface ContentReader {
  recall(sha256: string, generation: string): StoredVerdict | null;
}

export class ContentMemory {
  readonly #maxEntries: number;
  readonly #reader: ContentReader | null;
  /** By SHA-256; a Map keeps the order of use, oldest first. All are of one generation. */
  readonly #known = new Map<string, RememberedContent>();
  #generation = '';

  constructor(maxEntries: number, reader: ContentReader | null = null) {
    this.#maxEntries = maxEntries;
    this.#reader = reader;
  }

  recall(sha256: string, scope: VerdictScope): RememberedContent | null {
    this.#turnTo(scope.generation);
    const content = this.#known.get(sha256) ?? this.#reader?.recall(sha256, scope.generation) ?? null;
    if (content === null) return null;
    // One from the future is of a clock that was wrong: its age cannot be told.
    if (content.scannedAtMs < scope.notBeforeMs || content.scannedAtMs > Date.now()) return null;
    this.#keep(sha256, content);
    return content;
  }

  remember(sha256: string, content: RememberedContent, scope: VerdictScope): void {
    if (!isComplete(content.judgement)) return;
    this.#turnTo(scope.generation);
    this.#keep(sha256, content);
  }

  #keep(sha256: string, content: RememberedContent): void {
    this.#known.delete(sha256);
    this.#known.set(sha256, content);
    keepNewest(this.#known, this.#maxEntries);
  }

  #turnTo(generation: string): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#known.clear();
  }
}
