// Files that cost workers or deadlines before: at three strikes a file is not tried again, also not after a restart.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { FileIdentity } from '../../shared/scan.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { encodePath } from '../files/raw-path.ts';

export const strikesUntilPoison = 3;
const maxEntries = 10_000;

const strikeFileSchema = z.object({
  version: z.literal(1),
  /** By generation and identity: other signatures may read the file another way, so with them it starts afresh. */
  strikes: z.record(z.string(), z.number().int().positive()),
});

export class StrikeList {
  readonly #file: string;
  readonly #generation: () => string;
  #strikes: Map<string, number>;

  /**
   * A list that cannot be read is an empty one: the worst it costs is one more try.
   * @param generation asked each time: it changes while Vedette runs.
   */
  constructor(file: string, generation: () => string) {
    this.#file = file;
    this.#generation = generation;
    this.#strikes = readStrikes(file);
  }

  isPoison(identity: FileIdentity): boolean {
    return (this.#strikes.get(this.#key(identity)) ?? 0) >= strikesUntilPoison;
  }

  /** @throws the `node:fs` error when the list cannot be written; the strike counts all the same. */
  add(identity: FileIdentity, strikes: number): void {
    // Another scan may have added some since.
    for (const [key, count] of readStrikes(this.#file)) {
      this.#strikes.set(key, Math.max(count, this.#strikes.get(key) ?? 0));
    }
    const key = this.#key(identity);
    const total = (this.#strikes.get(key) ?? 0) + strikes;
    this.#strikes.delete(key);
    this.#strikes.set(key, total);
    this.#strikes = new Map([...this.#strikes].slice(-maxEntries));
    const content: z.infer<typeof strikeFileSchema> = {
      version: 1,
      strikes: Object.fromEntries(this.#strikes),
    };
    mkdirSync(encodePath(dirname(this.#file)), { recursive: true, mode: 0o700 });
    writePrivateFile(this.#file, JSON.stringify(content));
  }

  #key(identity: FileIdentity): string {
    return `${this.#generation()} ${identity}`;
  }
}

function readStrikes(file: string): Map<string, number> {
  try {
    return new Map(
      Object.entries(strikeFileSchema.parse(JSON.parse(readFileSync(encodePath(file), 'utf8'))).strikes),
    );
  } catch {
    return new Map();
  }
}
