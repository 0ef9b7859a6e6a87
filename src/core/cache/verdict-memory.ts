// The memory tier: verdicts of the files asked for last, kept small by sharing what is the same in nearly all of them.
import type { FileIdentity } from '../../shared/scan.ts';
import type { CompleteJudgement, EngineName } from '../../shared/verdict.ts';
import { Lru } from './lru.ts';
import type { KeptVerdict } from './recall.ts';

/** Identity, hash, numbers and the place in the map; measured with 100,000 clean entries (`test/bench/cache-facts.ts`). */
const bytesPerEntry = 400;
/** A detection with its name, metadata and matches; a round figure for what is rare. */
const bytesPerDetection = 1000;

const clean: CompleteJudgement = { kind: 'clean' };

export class VerdictMemory {
  readonly #entries: Lru<KeptVerdict>;
  readonly #engineLists = new Map<string, readonly EngineName[]>();

  constructor(maxEntries: number) {
    this.#entries = new Lru(maxEntries, approximateBytes);
  }

  get room(): number {
    return this.#entries.room;
  }

  get evictions(): number {
    return this.#entries.evictions;
  }

  get sizeBytes(): number {
    return this.#entries.sizeBytes;
  }

  has(identity: FileIdentity): boolean {
    return this.#entries.has(identity);
  }

  get(identity: FileIdentity): KeptVerdict | undefined {
    return this.#entries.get(identity);
  }

  /** @param generation the one in force: its text is shared by all entries. */
  set(identity: FileIdentity, kept: KeptVerdict, generation: string): void {
    this.#entries.set(identity, {
      ...kept,
      generation: kept.generation === generation ? generation : kept.generation,
      judgement: kept.judgement.kind === 'clean' ? clean : kept.judgement,
      engines: this.#sharedList(kept.engines),
    });
  }

  delete(identity: FileIdentity): void {
    this.#entries.delete(identity);
  }

  clear(): void {
    this.#entries.clear();
  }

  #sharedList(engines: readonly EngineName[]): readonly EngineName[] {
    const key = engines.join();
    const shared = this.#engineLists.get(key);
    if (shared !== undefined) return shared;
    this.#engineLists.set(key, engines);
    return engines;
  }
}

function approximateBytes({ judgement }: KeptVerdict): number {
  const detections = judgement.kind === 'clean' ? 0 : judgement.detections.length;
  return bytesPerEntry + detections * bytesPerDetection;
}
