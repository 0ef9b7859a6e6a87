// One Vedette a data folder: who holds the lock may write to vault, findings and history, and answers for the others.
import { AppError } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { takeOwnerLock, type Owner, type OwnerLock } from '../store/owner-lock.ts';

const lookEveryMs = 5000;

/** @throws AppError ALREADY_RUNNING, with the owner in a sentence; FILE_UNREADABLE where no lock can be had. */
export function ownDataFolder(dataDir: string, purpose: string): OwnerLock {
  const result = takeOwnerLock(dataDir, { purpose, address: null });
  if (result.kind === 'taken') return result.lock;
  throw new AppError('ALREADY_RUNNING', `${nameOf(result.owner)} already owns the data folder ${dataDir}`);
}

/**
 * The lock of what runs for long: somebody may remove the file it is on, and then another one could be taken beside it.
 * It is looked after, and taken again as soon as that can be.
 */
export class Ownership implements Disposable {
  readonly #dataDir: string;
  readonly #purpose: string;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #lock: OwnerLock;
  #address: string | null = null;

  /** @throws as `ownDataFolder`. */
  constructor(dataDir: string, purpose: string, logger: Logger) {
    this.#dataDir = dataDir;
    this.#purpose = purpose;
    this.#logger = logger;
    this.#lock = ownDataFolder(dataDir, purpose);
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  isHeld(): boolean {
    return this.#lock.isHeld();
  }

  /** @throws the error of `node:fs` */
  announce(address: string): void {
    this.#address = address;
    this.#lock.announce(address);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#lock[Symbol.dispose]();
  }

  #look(): void {
    if (this.#lock.isHeld()) return;
    try {
      const lock = ownDataFolder(this.#dataDir, this.#purpose);
      this.#lock[Symbol.dispose]();
      this.#lock = lock;
      lock.announce(this.#address);
      this.#logger.warn({}, 'the lock of the data folder was gone and has been taken again');
    } catch (error) {
      this.#logger.warn({ error }, 'the lock of the data folder is gone');
    }
  }
}

function nameOf(owner: Owner | null): string {
  return owner === null ? 'another Vedette' : `vedette ${owner.purpose} (process ${owner.pid})`;
}
