// Mounts that may hang and do not answer: nothing of ours touches them, because a call on one may never return.
import { readFileSync } from 'node:fs';
import { followLinks } from '../files/follow-links.ts';
import { isInside, isRelated } from './is-inside.ts';
import { MountProbe } from './mount-probe.ts';
import { mountsThatMayHang } from './mount-table.ts';

export interface StalledMountsOptions {
  /** Folders whose mounts are asked again and again; to tell them must touch nothing that was not asked. */
  readonly folders: () => readonly string[];
  /** Other mounts of these folders are stalled than were before. */
  readonly onChange: () => void;
  readonly probe?: Pick<MountProbe, 'answersInTime'> & Disposable;
  /** What /proc/self/mountinfo says; throws where there is none. */
  readonly readTable?: () => Buffer;
}

const everyMs = 30_000;
/** While one does not answer: what is on it is to be watched again soon after it does. */
const stalledEveryMs = 5000;

export class StalledMounts implements Disposable {
  readonly #options: StalledMountsOptions;
  readonly #probe: Pick<MountProbe, 'answersInTime'> & Disposable;
  readonly #readTable: () => Buffer;
  #timer: NodeJS.Timeout | null = null;
  #hasEnded = false;
  /** All that may hang. */
  #mounts: readonly string[];
  /** Those that answered when they were asked last: one that was never asked is not touched. */
  readonly #answering = new Set<string>();

  constructor(options: StalledMountsOptions) {
    this.#options = options;
    this.#probe = options.probe ?? new MountProbe();
    this.#readTable = options.readTable ?? (() => readFileSync('/proc/self/mountinfo'));
    this.#mounts = mountsThatMayHang(this.#readTable);
    this.#planCheck(stalledEveryMs);
  }

  /** Mount points that no one may touch, of those that are in these folders or hold one of them. */
  of(folders: readonly string[]): readonly string[] {
    return this.#stalled.filter((mount) => touches(mount, folders));
  }

  /** Whether the path is on one, or leads to one by its links. */
  holds(path: string): boolean {
    return this.placeOn(path) !== null;
  }

  /** Where on one of them the path is, or leads to; null where it is on none. */
  placeOn(path: string): string | null {
    const stalled = this.#stalled;
    // As nearly always: then no link is read.
    if (stalled.length === 0) return null;
    const place = followLinks(path, isOn(stalled));
    return isOn(stalled)(place) ? place : null;
  }

  /** Asks the mounts of the watched folders, and of these, all at once; those that links lead to from there after them. */
  async check(folders: readonly string[]): Promise<void> {
    const before = this.#ofWatched();
    this.#mounts = mountsThatMayHang(this.#readTable);
    const asked = new Set<string>();
    // What answers may lead on to others.
    for (let next = this.#next(folders, asked); next.length > 0; next = this.#next(folders, asked)) {
      for (const mount of next) asked.add(mount);
      await Promise.all(next.map(async (mount) => await this.#ask(mount)));
    }
    if (!this.#hasEnded && this.#ofWatched() !== before) this.#options.onChange();
  }

  /** Whether the folder answers in time. */
  async answers(folder: string): Promise<boolean> {
    return await this.#probe.answersInTime(folder);
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#probe[Symbol.dispose]();
  }

  get #stalled(): readonly string[] {
    return this.#mounts.filter((mount) => !this.#answering.has(mount));
  }

  /** Those of the folders that were not asked in this check: none is touched before it has answered in it. */
  #next(folders: readonly string[], asked: ReadonlySet<string>): readonly string[] {
    if (this.#mounts.length === 0) return [];
    const untouchable = isOn(
      this.#mounts.filter((mount) => !asked.has(mount) || !this.#answering.has(mount)),
    );
    const places = [...this.#options.folders(), ...folders].map((path) => followLinks(path, untouchable));
    return this.#mounts.filter((mount) => !asked.has(mount) && touches(mount, places));
  }

  #planCheck(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#checkAgain(), delayMs).unref();
  }

  async #checkAgain(): Promise<void> {
    await this.check([]);
    if (!this.#hasEnded) this.#planCheck(this.#ofWatched() === '' ? everyMs : stalledEveryMs);
  }

  async #ask(mount: string): Promise<void> {
    // One that answered before is given the time twice: on a busy machine it is the question that is late.
    const inTime = (await this.answers(mount)) || (this.#answering.has(mount) && (await this.answers(mount)));
    if (inTime) this.#answering.add(mount);
    else this.#answering.delete(mount);
  }

  #ofWatched(): string {
    return this.of(this.#options.folders()).join('\0');
  }
}

function isOn(mounts: readonly string[]): (path: string) => boolean {
  return (path) => mounts.some((mount) => isInside(path, mount));
}

function touches(mount: string, folders: readonly string[]): boolean {
  return folders.some((folder) => isRelated(mount, folder));
}
