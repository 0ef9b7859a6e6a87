// The database as look-ups ask it: never in vain for long, and never behind what a scan has just said of a content.
import type { StoredVerdict } from '../../shared/stored-verdict.ts';
import type { Logger } from '../logger.ts';

/** `VerdictStore` is one. */
export interface ContentSource {
  /** In the order asked for; null when the database did not answer, or when what is queued did not go in first. */
  askContents(
    sha256s: readonly string[],
    generation: string,
    writesFirst?: boolean,
  ): readonly (StoredVerdict | null)[] | null;
}

/** A database that is locked costs its busy timeout with every question, and everybody waits with it. */
const restMs = 2000;
/** Contents of which the last word may be on its way to the database; beyond that all of them count as such. */
const maxFresh = 10_000;

export class StoredContents {
  readonly #source: ContentSource;
  readonly #logger: Logger;
  readonly #fresh = new Set<string>();
  #isAnyFresh = false;
  #restsUntilMs = 0;
  #writesRestUntilMs = 0;
  #isSilent = false;
  #writes = 0;

  constructor(source: ContentSource, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
  }

  /** It did not answer when it was asked last. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Another number: what was fresh is in the database, and an answer from before may not know of it. */
  get writes(): number {
    return this.#writes;
  }

  /** A scan said something of this content, which is written later. */
  changed(sha256: string): void {
    if (this.#fresh.size < maxFresh) this.#fresh.add(sha256);
    else this.#isAnyFresh = true;
  }

  /** Whether an answer may be behind what a scan has said. */
  isFresh(sha256: string): boolean {
    return this.#isAnyFresh || (this.#fresh.size > 0 && this.#fresh.has(sha256));
  }

  /** null when the database does not answer. Never throws. */
  ask(sha256s: readonly string[], generation: string): readonly (StoredVerdict | null)[] | null {
    const nowMs = performance.now();
    if (nowMs < this.#restsUntilMs) return null;
    const verdicts =
      this.#askWritten(sha256s, generation, nowMs) ?? this.#source.askContents(sha256s, generation);
    this.#hear(verdicts !== null);
    if (verdicts === null) this.#restsUntilMs = performance.now() + restMs;
    return verdicts;
  }

  /** null when nothing has to be written for these, or it cannot be: then they stay fresh, and no answer is kept. */
  #askWritten(
    sha256s: readonly string[],
    generation: string,
    nowMs: number,
  ): readonly (StoredVerdict | null)[] | null {
    if (nowMs < this.#writesRestUntilMs || !sha256s.some((sha256) => this.isFresh(sha256))) return null;
    const verdicts = this.#source.askContents(sha256s, generation, true);
    if (verdicts === null) {
      this.#writesRestUntilMs = performance.now() + restMs;
      return null;
    }
    this.#fresh.clear();
    this.#isAnyFresh = false;
    this.#writes += 1;
    return verdicts;
  }

  #hear(hasAnswered: boolean): void {
    if (this.#isSilent !== hasAnswered) return;
    this.#isSilent = !hasAnswered;
    if (hasAnswered) this.#logger.info({}, 'the database answers look-ups again');
    else this.#logger.warn({}, 'the database does not answer: look-ups are told unknown');
  }
}
