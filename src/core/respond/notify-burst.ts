// Tells of findings without flooding: the first at once, those that follow together, and no more than one a minute as long as they come.
import type { Finding } from '../../shared/finding.ts';
import type { Logger } from '../logger.ts';
import { textOfMany, textOfOne, type HeldItems, type ToldAs } from './notification-text.ts';
import type { Notification, Notifier } from './notifier.ts';

export type { ToldAs } from './notification-text.ts';

export interface BurstNotifierOptions {
  readonly notifier: Notifier;
  readonly logger: Logger;
  readonly platform?: NodeJS.Platform;
}

/** What follows the first is held for so long … */
const firstGapMs = 10_000;
/** … and what follows that, for so long; a burst is over when as much time has passed without a finding. */
const laterGapMs = 60_000;
const namesTold = 3;
/** As many as one call takes. */
const idsTold = 1000;

export class BurstNotifier implements Disposable {
  readonly #options: BurstNotifierOptions;
  readonly #platform: NodeJS.Platform;
  #timer: NodeJS.Timeout | null = null;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #lastFoundMs = Number.NEGATIVE_INFINITY;
  #gapMs = 0;
  #held: Held = nothingHeld();
  /** Why automatic quarantine has stopped; told with the next notification. */
  #stopped: string | null = null;

  constructor(options: BurstNotifierOptions) {
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
  }

  tell(finding: Finding, toldAs: ToldAs): void {
    const nowMs = performance.now();
    this.#endBurst(nowMs);
    this.#lastFoundMs = nowMs;
    hold(this.#held, finding, toldAs);
    this.#sendWhenDue(nowMs);
  }

  /** The one question of the brake. @param reason a sentence. */
  brakeTripped(reason: string): void {
    const nowMs = performance.now();
    this.#endBurst(nowMs);
    this.#lastFoundMs = nowMs;
    this.#stopped = reason;
    // A question does not wait for a minute.
    this.#gapMs = Math.min(this.#gapMs, firstGapMs);
    this.#sendWhenDue(nowMs);
  }

  /** What is held is not told any more; the findings themselves are kept elsewhere. */
  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#held = nothingHeld();
    this.#stopped = null;
  }

  #endBurst(nowMs: number): void {
    if (nowMs - Math.max(this.#lastFoundMs, this.#lastSentMs) >= laterGapMs) this.#gapMs = 0;
  }

  #sendWhenDue(nowMs: number): void {
    const waitMs = this.#lastSentMs + this.#gapMs - nowMs;
    if (waitMs <= 0) {
      this.#send(nowMs);
      return;
    }
    this.#stopTimer();
    this.#timer = setTimeout(() => this.#send(performance.now()), Math.ceil(waitMs)).unref();
  }

  #send(nowMs: number): void {
    this.#stopTimer();
    const { only, ...held } = this.#held;
    const isOne = only !== null && this.#stopped === null;
    const notification = isOne
      ? textOfOne(only.finding, only.toldAs, this.#platform)
      : textOfMany(held, this.#stopped, this.#platform);
    this.#gapMs = this.#gapMs === 0 ? firstGapMs : laterGapMs;
    this.#lastSentMs = nowMs;
    this.#held = nothingHeld();
    this.#stopped = null;
    this.#show(notification);
  }

  #show(notification: Notification): void {
    try {
      this.#options.notifier.notify(notification);
    } catch (error) {
      this.#options.logger.warn({ error }, 'a notification could not be shown');
    }
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

interface Held extends HeldItems {
  count: number;
  infected: number;
  readonly toldAs: Record<ToldAs, number>;
  readonly findingIds: number[];
  readonly paths: string[];
  /** The one finding, while there is no other. */
  only: { readonly finding: Finding; readonly toldAs: ToldAs } | null;
}

function nothingHeld(): Held {
  return {
    count: 0,
    infected: 0,
    toldAs: { report: 0, ask: 0, quarantined: 0, failed: 0 },
    findingIds: [],
    paths: [],
    only: null,
  };
}

function hold(held: Held, finding: Finding, toldAs: ToldAs): void {
  held.count += 1;
  held.infected += finding.verdict === 'infected' ? 1 : 0;
  held.toldAs[toldAs] += 1;
  held.only = held.count === 1 ? { finding, toldAs } : null;
  if (held.findingIds.length < idsTold) held.findingIds.push(finding.id);
  if (held.paths.length < namesTold) held.paths.push(finding.path);
}
