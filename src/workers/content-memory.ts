// Contents this worker has judged already: the same bytes under another name need no engine. Complete verdicts only.
import { isComplete, type EngineName, type Judgement } from '../shared/verdict.ts';

export interface KnownContent {
  readonly judgement: Judgement;
  readonly engines: readonly EngineName[];
}

export class ContentMemory {
  readonly #maxEntries: number;
  /** By SHA-256; a Map keeps the order of use, oldest first. */
  readonly #known = new Map<string, KnownContent>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  recall(sha256: string): KnownContent | undefined {
    const content = this.#known.get(sha256);
    if (content === undefined) return undefined;
    this.#known.delete(sha256);
    this.#known.set(sha256, content);
    return content;
  }

  remember(sha256: string, content: KnownContent): void {
    if (!isComplete(content.judgement)) return;
    this.#known.set(sha256, content);
    if (this.#known.size <= this.#maxEntries) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}
