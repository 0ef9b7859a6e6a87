// Paths that a page has been told of, or that a person has pointed at: the only ones it may name. Bounded, the oldest go first.

const maxPaths = 20_000;
/** Of all paths together. */
const maxCharacters = 8 * 1024 * 1024;

/** Where the contract has paths in its answers and in the state; a test compares this with the schemas. */
export const pathKeys: ReadonlySet<string> = new Set([
  'path',
  'paths',
  'parent',
  'folder',
  'roots',
  'current_path',
  'other_links',
]);

/** Free forms: what stands in them was written by a rule or for a record. */
const unsearched: ReadonlySet<string> = new Set(['meta', 'details']);

export class IssuedPaths {
  /** From the one that was told longest ago to the newest. */
  readonly #paths = new Set<string>();
  #characters = 0;

  get size(): number {
    return this.#paths.size;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add(path: string): void {
    if (path === '') return;
    if (!this.#paths.delete(path)) this.#characters += path.length;
    this.#paths.add(path);
    for (const oldest of this.#paths) {
      if (this.#paths.size <= maxPaths && this.#characters <= maxCharacters) return;
      this.#paths.delete(oldest);
      this.#characters -= oldest.length;
    }
  }

  /** All paths in an answer or a message of the state; plain data that has been checked against its schema. */
  learn(value: unknown): void {
    if (Array.isArray(value)) {
      for (const each of value) this.learn(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      if (pathKeys.has(key)) this.#take(part);
      if (typeof part === 'object' && !unsearched.has(key)) this.learn(part);
    }
    // The value of an allow-list entry is a path in one of its kinds only.
    if ('kind' in value && value.kind === 'path' && 'value' in value) this.#take(value.value);
  }

  #take(part: unknown): void {
    for (const path of Array.isArray(part) ? part : [part]) {
      if (typeof path === 'string') this.add(path);
    }
  }
}
