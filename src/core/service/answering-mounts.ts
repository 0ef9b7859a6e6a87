// Whether the file system that a path is on answers now, asked from outside: one that hangs keeps no thread of ours, and our end does not wait for it.
import { readFileSync } from 'node:fs';
import { isInside } from '../watch/is-inside.ts';
import { MountProbe } from '../watch/mount-probe.ts';
import { mountsThatMayHang } from '../watch/mount-table.ts';

export interface AnsweringMountsOptions {
  readonly probe?: Pick<MountProbe, 'answersInTime'> & Disposable;
  /** What /proc/self/mountinfo says; throws where there is none. */
  readonly readTable?: () => Buffer;
  readonly nowMs?: () => number;
}

interface KnownMount {
  readonly answers: Promise<boolean>;
  /** Of the clock; while the question is open it counts. */
  untilMs: number;
}

/** What is known of mounts counts this long. */
const keptMs = 1000;

export class AnsweringMounts implements Disposable {
  readonly #probe: Pick<MountProbe, 'answersInTime'> & Disposable;
  readonly #readTable: () => Buffer;
  readonly #nowMs: () => number;
  /** Those that may hang. */
  #mounts: readonly string[] = [];
  #readAgainAtMs = Number.NEGATIVE_INFINITY;
  readonly #known = new Map<string, KnownMount>();

  constructor(options: AnsweringMountsOptions = {}) {
    this.#probe = options.probe ?? new MountProbe();
    this.#readTable = options.readTable ?? (() => readFileSync('/proc/self/mountinfo'));
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** By its spelling alone: where links lead is not known before they are followed. True where nothing can hang, as on a disk. */
  async answersAt(path: string): Promise<boolean> {
    for (const mount of this.#mountsNow())
      if (isInside(path, mount) && !(await this.#answers(mount))) return false;
    return true;
  }

  [Symbol.dispose](): void {
    this.#probe[Symbol.dispose]();
  }

  #answers(mount: string): Promise<boolean> {
    const known = this.#known.get(mount);
    if (known !== undefined && this.#nowMs() < known.untilMs) return known.answers;
    const answers = this.#probe.answersInTime(mount).finally(() => {
      asked.untilMs = this.#nowMs() + keptMs;
    });
    const asked: KnownMount = { answers, untilMs: Number.POSITIVE_INFINITY };
    this.#known.set(mount, asked);
    return answers;
  }

  #mountsNow(): readonly string[] {
    if (this.#nowMs() < this.#readAgainAtMs) return this.#mounts;
    this.#readAgainAtMs = this.#nowMs() + keptMs;
    this.#mounts = mountsThatMayHang(this.#readTable);
    for (const mount of this.#known.keys()) if (!this.#mounts.includes(mount)) this.#known.delete(mount);
    return this.#mounts;
  }
}
