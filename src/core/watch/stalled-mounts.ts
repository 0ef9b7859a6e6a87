// Mounts that may hang and do not answer: nothing of ours touches them, because a call on one may never return.
import { readFileSync } from 'node:fs';
import { isInside, isRelated } from './is-inside.ts';
import { MountProbe } from './mount-probe.ts';
import { mountsThatMayHang } from './mount-table.ts';

export interface StalledMountsOptions {
  /** Folders whose mounts are asked again and again. */
  readonly folders: () => readonly string[];
  /** Other mounts of these folders are stalled than were before. */
  readonly onChange: () => void;
  readonly probe?: Pick<MountProbe, 'answersInTime'> & Disposable;
  /** What /proc/self/mountinfo says; throws where there is none. */
  readonly readTable?: () => Buffer;
}

/** A file system that does not answer within this time hangs. */
const deadlineMs = 2000;
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
    this.#planCheck();
  }

  /** Mount points that no one may touch, of those that are in these folders or hold one of them. */
  of(folders: readonly string[]): readonly string[] {
    return this.#mounts.filter((mount) => !this.#answering.has(mount) && touches(mount, folders));
  }

  /** Whether the path is on one. */
  holds(path: string): boolean {
    return this.#mounts.some((mount) => !this.#answering.has(mount) && isInside(path, mount));
  }

  /** Asks the mounts of the watched folders, and of these, all at once; takes as long as a deadline at most. */
  async check(folders: readonly string[]): Promise<void> {
    const before = this.#ofWatched();
    this.#mounts = mountsThatMayHang(this.#readTable);
    const all = [...this.#options.folders(), ...folders];
    const asked = this.#mounts.filter((mount) => touches(mount, all));
    await Promise.all(asked.map(async (mount) => await this.#ask(mount)));
    if (!this.#hasEnded && this.#ofWatched() !== before) this.#options.onChange();
  }

  /** Whether the folder answers in time. */
  async answers(folder: string): Promise<boolean> {
    return await this.#probe.answersInTime(folder, deadlineMs);
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#probe[Symbol.dispose]();
  }

  #planCheck(): void {
    const folders = this.#options.folders();
    const delayMs = this.of(folders).length > 0 ? stalledEveryMs : everyMs;
    this.#timer = setTimeout(() => void this.#checkAgain(), delayMs).unref();
  }

  async #checkAgain(): Promise<void> {
    await this.check([]);
    if (!this.#hasEnded) this.#planCheck();
  }

  async #ask(mount: string): Promise<void> {
    // Who could not even be asked has not answered.
    if (await this.answers(mount).catch(() => false)) this.#answering.add(mount);
    else this.#answering.delete(mount);
  }

  #ofWatched(): string {
    return this.of(this.#options.folders()).join('\0');
  }
}

function touches(mount: string, folders: readonly string[]): boolean {
  return folders.some((folder) => isRelated(mount, folder));
}
