// Whether a person has allowed what was found: asked at every response and kept in no verdict, so a change counts at once.
import type { AllowEntry } from '../../shared/allow-entry.ts';
import type { Detection } from '../../shared/verdict.ts';
import { spellPath } from './path-spelling.ts';

export interface AllowQuestion {
  readonly path: string;
  /** null where the bytes were not all read: then no hash can allow them. */
  readonly sha256: string | null;
  readonly detections: readonly Detection[];
}

export class AllowList {
  readonly #platform: NodeJS.Platform;
  #hashes: ReadonlyMap<string, AllowEntry> = new Map();
  #paths: ReadonlyMap<string, AllowEntry> = new Map();
  #signatures: ReadonlyMap<string, AllowEntry> = new Map();

  constructor(entries: readonly AllowEntry[] = [], platform: NodeJS.Platform = process.platform) {
    this.#platform = platform;
    this.set(entries);
  }

  /** From now on exactly these count. */
  set(entries: readonly AllowEntry[]): void {
    this.#hashes = entriesOf(entries, 'hash', (value) => value.toLowerCase());
    this.#paths = entriesOf(entries, 'path', (value) => spellPath(value, this.#platform));
    this.#signatures = entriesOf(entries, 'signature', (value) => value);
  }

  /** By content, else by place (the nearest folder), else by the names of all that was found. */
  match({ path, sha256, detections }: AllowQuestion): AllowEntry | null {
    const byHash = sha256 === null ? undefined : this.#hashes.get(sha256.toLowerCase());
    return byHash ?? this.#byPath(path) ?? this.#bySignatures(detections);
  }

  #byPath(path: string): AllowEntry | null {
    if (this.#paths.size === 0) return null;
    // With links on the way nobody can tell from the text where `..` leads.
    if (path.split(this.#platform === 'win32' ? /[/\\]/u : '/').includes('..')) return null;
    // Stops before the root: whatever the list says, it never allows everything.
    for (let place = spellPath(path, this.#platform); place.length > 1; place = parentOf(place)) {
      const entry = this.#paths.get(place);
      if (entry !== undefined) return entry;
    }
    return null;
  }

  /** One name that is not allowed is enough: the others do not excuse it. */
  #bySignatures(detections: readonly Detection[]): AllowEntry | null {
    const [first] = detections;
    if (first === undefined || !detections.every(({ name }) => this.#signatures.has(name))) return null;
    return this.#signatures.get(first.name) ?? null;
  }
}

function entriesOf(
  entries: readonly AllowEntry[],
  kind: AllowEntry['kind'],
  keyOf: (value: string) => string,
): ReadonlyMap<string, AllowEntry> {
  // The oldest of two that say the same stays.
  const found = new Map<string, AllowEntry>();
  for (const entry of entries) {
    const key = keyOf(entry.value);
    if (entry.kind === kind && !found.has(key)) found.set(key, entry);
  }
  return found;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
