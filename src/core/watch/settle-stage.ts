// Files that are being written wait here until they rest: many events of one path become one offer, made after the last.
import { TimerWheel } from './timer-wheel.ts';

export interface SettleTimes {
  readonly settleMs: number;
  readonly settleMaxMs: number;
}

export interface SettleOptions extends SettleTimes {
  /** More are refused: memory has an end. */
  readonly maxWaiting: number;
}

/** What stands at a path when its time has come. */
export type Look =
  | { readonly kind: 'gone' }
  | { readonly kind: 'folder' }
  /** A FIFO, a socket, a device: it does not settle, and what to make of it is for the core. */
  | { readonly kind: 'special' }
  | {
      readonly kind: 'file';
      /** Another text whenever the file was written to. */
      readonly stamp: string;
      /** Time since it was written to by its own times; negative when they lie ahead. */
      readonly restedMs: number;
    };

/** What follows from a look; `wait`: it is due again later. */
export type SettleOutcome =
  | { readonly kind: 'wait' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'offer'; readonly eventAtMs: number; readonly settled: boolean }
  | { readonly kind: 'folder'; readonly appearedAtMs: number | null };

export interface WaitingPath {
  readonly path: string;
  readonly root: string;
}

interface Entry extends WaitingPath {
  /** Clock time of the first event since the last offer. */
  eventAtMs: number;
  firstMs: number;
  lastMs: number;
  /** When something of this name last came into the folder; null: only its content changed. */
  appearedAtMs: number | null;
  stamp: string | null;
  stampAtMs: number;
  unsettledOffers: number;
  /** It is in the wheel; otherwise it was given out and `judge` is still to come. */
  queued: boolean;
}

const tickMs = 10;
/** A file that never rests is offered after 1, 3, 7, 15 … times settleMaxMs: a log is not scanned for ever. */
const maxDoublings = 6;

/** Pure but for its own memory: times are passed in, `nowMs` never goes back. One entry a path. */
export class SettleStage {
  #times: SettleTimes;
  readonly #maxWaiting: number;
  readonly #entries = new Map<string, Entry>();
  #wheel = new TimerWheel<Entry>(tickMs);

  constructor({ settleMs, settleMaxMs, maxWaiting }: SettleOptions) {
    this.#times = { settleMs, settleMaxMs };
    this.#maxWaiting = maxWaiting;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /**
   * An event of this path.
   * @param appeared something of this name came (or went), rather than that its content changed
   * @returns false when there is no room for one more path
   */
  touch(path: string, root: string, appeared: boolean, nowMs: number, clockMs: number): boolean {
    const entry = this.#entries.get(path);
    if (entry !== undefined) {
      entry.lastMs = nowMs;
      if (appeared) entry.appearedAtMs = nowMs;
      return true;
    }
    if (this.#entries.size >= this.#maxWaiting) return false;
    const fresh: Entry = {
      path,
      root,
      eventAtMs: clockMs,
      firstMs: nowMs,
      lastMs: nowMs,
      appearedAtMs: appeared ? nowMs : null,
      stamp: null,
      stampAtMs: 0,
      unsettledOffers: 0,
      queued: false,
    };
    this.#entries.set(path, fresh);
    this.#enqueue(fresh);
    return true;
  }

  /** Paths that must be looked at now; each is to be given back to `judge`. */
  takeDue(nowMs: number): WaitingPath[] {
    const due: Entry[] = [];
    for (const entry of this.#wheel.takeDue(nowMs)) {
      if (this.#entries.get(entry.path) !== entry) continue;
      entry.queued = false;
      if (this.#dueMs(entry) > nowMs) this.#enqueue(entry);
      else due.push(entry);
    }
    return due;
  }

  judge(path: string, look: Look, nowMs: number, clockMs: number): SettleOutcome {
    const entry = this.#entries.get(path);
    // Queued: forgotten since it was given out, and come again; its time is another.
    if (entry === undefined || entry.queued) return { kind: 'nothing' };
    const { eventAtMs, appearedAtMs } = entry;
    if (look.kind !== 'file' || this.#rests(entry, look, nowMs)) {
      this.#entries.delete(path);
      if (look.kind === 'gone') return { kind: 'nothing' };
      if (look.kind === 'folder') return { kind: 'folder', appearedAtMs };
      return { kind: 'offer', eventAtMs, settled: true };
    }
    const overdue = nowMs >= this.#windowEndMs(entry);
    // An offer begins a rest of its own: two are never closer than that.
    if (overdue || entry.stamp !== look.stamp) {
      entry.stamp = look.stamp;
      entry.stampAtMs = nowMs;
    }
    if (overdue) {
      entry.unsettledOffers += 1;
      entry.firstMs = nowMs;
      entry.eventAtMs = clockMs;
    }
    this.#enqueue(entry);
    return overdue ? { kind: 'offer', eventAtMs, settled: false } : { kind: 'wait' };
  }

  /** All that waits follows the new times at once. */
  setTimes({ settleMs, settleMaxMs }: SettleTimes): void {
    this.#times = { settleMs, settleMaxMs };
    this.#wheel = new TimerWheel(tickMs);
    for (const entry of this.#entries.values()) if (entry.queued) this.#enqueue(entry);
  }

  #enqueue(entry: Entry): void {
    entry.queued = true;
    this.#wheel.add(entry, this.#dueMs(entry));
  }

  #rests(entry: Entry, look: Look & { kind: 'file' }, nowMs: number): boolean {
    const { settleMs } = this.#times;
    if (nowMs - entry.lastMs < settleMs) return false;
    // Its own times vouch for it, or two looks: a write through a mapping gives no event, and times may lie ahead.
    if (look.restedMs >= settleMs) return true;
    return entry.stamp === look.stamp && nowMs - entry.stampAtMs >= settleMs;
  }

  #dueMs(entry: Entry): number {
    const restsAtMs = Math.max(entry.lastMs, entry.stampAtMs) + this.#times.settleMs;
    return Math.min(restsAtMs, this.#windowEndMs(entry));
  }

  #windowEndMs(entry: Entry): number {
    return entry.firstMs + this.#times.settleMaxMs * 2 ** Math.min(entry.unsettledOffers, maxDoublings);
  }
}
