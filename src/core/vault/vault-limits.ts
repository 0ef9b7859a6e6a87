// Which quarantined files are deleted for age or room: the oldest first, and the newest never for its size alone.

export interface StoredObject {
  readonly id: string;
  readonly quarantinedAtMs: number;
  readonly storedBytes: number;
}

export interface VaultLimits {
  /** 0 for never. */
  readonly expireDays: number;
  /** 0 for no limit. */
  readonly maxBytes: number;
  readonly nowMs: number;
}

const dayMs = 86_400_000;
/** A flood of files must not push out what was caught wrongly before its owner could have missed it. */
const safeDays = 7;

/**
 * For room nothing goes that was caught within the last week. Ids in the order in which they are to be deleted. What alone is larger than `maxBytes` could never fit: it goes first,
 * so that one giant does not cost all the others. The newest was only just moved: while it alone is too large it stays and
 * is not counted, because to move a file and then delete it at once would be to delete it unasked.
 */
export function objectsToExpire(objects: readonly StoredObject[], limits: VaultLimits): string[] {
  const { expireDays, maxBytes, nowMs } = limits;
  const byAge = objects.toSorted((a, b) => a.quarantinedAtMs - b.quarantinedAtMs || (a.id < b.id ? -1 : 1));
  const newest = byAge.at(-1);
  const gone = new Set<StoredObject>();
  if (expireDays > 0) {
    for (const object of byAge) {
      if (nowMs - object.quarantinedAtMs > expireDays * dayMs) gone.add(object);
    }
  }
  if (maxBytes > 0) {
    for (const object of byAge) {
      if (object.storedBytes > maxBytes && object !== newest && !isSafe(object, nowMs)) gone.add(object);
    }
    const counted = byAge.filter((object) => !gone.has(object) && object.storedBytes <= maxBytes);
    let totalBytes = counted.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    for (const object of counted) {
      if (totalBytes <= maxBytes || isSafe(object, nowMs)) break;
      gone.add(object);
      totalBytes -= object.storedBytes;
    }
  }
  return [...gone].map(({ id }) => id);
}

function isSafe({ quarantinedAtMs }: StoredObject, nowMs: number): boolean {
  return nowMs - quarantinedAtMs < safeDays * dayMs;
}
