// Files that cost workers or deadlines before: at three strikes a file is not tried again, also not after a restart.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { FileIdentity } from '../../shared/scan.ts';

export const strikesUntilPoison = 3;
const maxEntries = 10_000;

const strikeFileSchema = z.object({
  version: z.literal(1),
  /** Other signatures may read the file another way: a new generation starts afresh. */
  generation: z.string(),
  strikes: z.record(z.string(), z.number().int().positive()),
});

export class StrikeList {
  readonly #file: string;
  readonly #generation: string;
  readonly #strikes: Map<string, number>;

  /** A list that cannot be read is an empty one: the worst it costs is one more try. */
  constructor(file: string, generation: string) {
    this.#file = file;
    this.#generation = generation;
    this.#strikes = new Map(Object.entries(readStrikes(file, generation)));
  }

  isPoison(identity: FileIdentity): boolean {
    return (this.#strikes.get(identity) ?? 0) >= strikesUntilPoison;
  }

  /** @throws the `node:fs` error when the list cannot be written; the strike counts all the same. */
  add(identity: FileIdentity, strikes: number): void {
    const total = (this.#strikes.get(identity) ?? 0) + strikes;
    this.#strikes.delete(identity);
    this.#strikes.set(identity, total);
    for (const oldest of this.#strikes.keys()) {
      if (this.#strikes.size <= maxEntries) break;
      this.#strikes.delete(oldest);
    }
    const content: z.infer<typeof strikeFileSchema> = {
      version: 1,
      generation: this.#generation,
      strikes: Object.fromEntries(this.#strikes),
    };
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const temporary = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
    renameSync(temporary, this.#file);
  }
}

function readStrikes(file: string, generation: string): Readonly<Record<string, number>> {
  try {
    const content = strikeFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return content.generation === generation ? content.strikes : {};
  } catch {
    return {};
  }
}
