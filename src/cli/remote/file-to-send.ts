// A file of this machine on its way to a service: identified, opened without links or waiting, hashed as it is read.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { identityOf } from '../../core/files/file-identity.ts';
import { describeFsError, isFsError, openForScan } from '../../core/files/open-file.ts';
import { encodePath } from '../../core/files/raw-path.ts';
import type { IdentifiedFile } from '../../shared/scan.ts';
import { threatIn, unread, type Verdict } from '../../shared/verdict.ts';

export interface HashedFile extends IdentifiedFile {
  readonly sha256: string;
}

const partBytes = 256 * 1024;

/** Its bytes are not those that were identified. */
export const changed = Symbol('changed');
export type Changed = typeof changed;

export class OpenFile implements Disposable {
  readonly #descriptor: number;
  readonly #sizeBytes: number;

  private constructor(descriptor: number, sizeBytes: number) {
    this.#descriptor = descriptor;
    this.#sizeBytes = sizeBytes;
  }

  /** @throws the error of the file system */
  static open({ path, identity, sizeBytes }: IdentifiedFile): OpenFile | Changed {
    const descriptor = openForScan(path);
    const stats = fstatSync(descriptor, { bigint: true });
    if (stats.isFile() && identityOf(stats) === identity) return new OpenFile(descriptor, sizeBytes);
    closeSync(descriptor);
    return changed;
  }

  /**
   * Its bytes, each part in memory of its own; fewer than its size where it has become shorter.
   * @throws the error of the file system
   */
  *parts(): Generator<Buffer> {
    for (let offset = 0; offset < this.#sizeBytes;) {
      const part = Buffer.allocUnsafe(Math.min(partBytes, this.#sizeBytes - offset));
      const read = readSync(this.#descriptor, part, 0, part.length, offset);
      if (read === 0) return;
      yield part.subarray(0, read);
      offset += read;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** @throws the error of the file system; what `signal` was aborted with */
export async function hashFile(file: IdentifiedFile, signal: AbortSignal): Promise<string | Changed> {
  const opened = OpenFile.open(file);
  if (opened === changed) return changed;
  using _opened = opened;
  const digest = createHash('sha256');
  let sizeBytes = 0;
  for (const part of opened.parts()) {
    digest.update(part);
    sizeBytes += part.length;
    if (sizeBytes < file.sizeBytes) await nextTurn();
    signal.throwIfAborted();
  }
  return sizeBytes === file.sizeBytes ? digest.digest('hex') : changed;
}

/** Whether the verdict is about what the path names now: a finding stays one when the file is gone. */
export function standsNow({ path, identity }: IdentifiedFile, verdict: Verdict): Verdict | Changed {
  const isThreat = threatIn(verdict) !== null;
  try {
    const stats = lstatSync(encodePath(path), { bigint: true });
    return identityOf(stats) === identity ? verdict : changed;
  } catch (error) {
    if (isThreat && isFsError(error)) return verdict;
    return fsVerdict(error, verdict.sizeBytes);
  }
}

/** @throws what is no error of the file system */
export function fsVerdict(error: unknown, sizeBytes: number): Verdict {
  if (!isFsError(error)) throw error;
  return unread({ kind: 'unscannable', ...describeFsError(error) }, sizeBytes);
}
