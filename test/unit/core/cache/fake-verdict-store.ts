// The database as its promise reads: rows in maps, in the order they came; `isBroken` looks like "not stored".
import type { VerdictStorePort } from '../../../../src/core/cache/verdict-store-port.ts';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
import type { FileIdentity, IdentifiedFile } from '../../../../src/shared/scan.ts';
import type { RememberedFile, StoredFile, StoredVerdict } from '../../../../src/shared/stored-verdict.ts';

interface Row extends Omit<RememberedFile, 'verdict'> {
  readonly id: number;
}

export class FakeVerdictStore implements VerdictStorePort {
  isBroken = false;
  id = 'store-1';
  /** Identities of each call of `recallFiles`. */
  readonly asked: (readonly FileIdentity[])[] = [];
  readonly slices: number[] = [];
  readonly #rows = new Map<FileIdentity, Row>();
  readonly #contents = new Map<string, Map<string, StoredVerdict>>();
  #lastId = 0;

  get storeId(): string {
    return this.isBroken ? '' : this.id;
  }

  recallFiles(identities: readonly FileIdentity[], generation: string): readonly (StoredFile | null)[] {
    this.asked.push(identities);
    return identities.map((identity) => this.#file(identity, generation));
  }

  recallContents(sha256s: readonly string[], generation: string): readonly (StoredVerdict | null)[] {
    return sha256s.map((sha256) => (this.isBroken ? null : this.#content(sha256, generation)));
  }

  remember({ verdict, ...file }: RememberedFile): void {
    if (this.isBroken) return;
    this.#lastId += 1;
    if (file.contentOnly !== true) {
      this.#rows.delete(file.identity);
      this.#rows.set(file.identity, { ...file, id: this.#lastId });
    }
    // Engines have looked again: what they said with other signatures is over.
    if (verdict !== null) this.#contents.set(file.sha256, new Map([[verdict.generation, verdict]]));
  }

  identitiesAfter(id: number, limit: number): { lastId: number; identities: readonly FileIdentity[] } {
    this.slices.push(id);
    const rows = this.isBroken
      ? []
      : this.#rows
          .values()
          .filter((row) => row.id > id)
          .take(limit)
          .toArray();
    return { lastId: rows.at(-1)?.id ?? id, identities: rows.map(({ identity }) => identity) };
  }

  mostRecent(limit: number, generation: string): readonly StoredFile[] {
    const newest = [...this.#rows.keys()].toReversed().slice(0, limit);
    return newest.flatMap((identity) => this.#file(identity, generation) ?? []);
  }

  counts(): { files: number; contents: number; sizeBytes: number } {
    return { files: this.#rows.size, contents: this.#contents.size, sizeBytes: 1000 };
  }

  clear(): boolean {
    if (this.isBroken) return false;
    this.#rows.clear();
    this.#contents.clear();
    this.id += '*';
    this.#lastId = 0;
    return true;
  }

  /** As pruning does. */
  remove(identity: FileIdentity): void {
    this.#rows.delete(identity);
  }

  #file(identity: FileIdentity, generation: string): StoredFile | null {
    const row = this.#rows.get(identity);
    if (row === undefined || this.isBroken) return null;
    const verdict = this.#content(row.sha256, generation);
    return { identity, sha256: row.sha256, hashedAtMs: row.hashedAtMs, verdict };
  }

  #content(sha256: string, generation: string): StoredVerdict | null {
    const verdicts = this.#contents.get(sha256);
    const finding = verdicts?.values().find(({ judgement }) => judgement.kind !== 'clean');
    return verdicts?.get(generation) ?? finding ?? null;
  }
}

export function identityNumber(number: number): FileIdentity {
  const timeNs = 1_760_000_000_000_000_000n + BigInt(number) * 1_234_567n;
  return identityOf({
    dev: 66_306n,
    ino: 12_000_000n + BigInt(number),
    size: 4096n,
    mtimeNs: timeNs,
    ctimeNs: timeNs,
  });
}

export function fileNumber(number: number): IdentifiedFile {
  return { path: `/files/${number}`, identity: identityNumber(number), sizeBytes: 4096 };
}
