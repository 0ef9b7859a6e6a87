// Verdicts that outlive the process: complete ones only, by file identity and by content. Trouble looks like "not stored".
import { z } from 'zod';
import type { FileIdentity } from '../../shared/scan.ts';
import type { RememberedFile, StoredFile, StoredVerdict } from '../../shared/stored-verdict.ts';
import { isComplete } from '../../shared/verdict.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { PromptDatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';
import { pruneVerdicts, type VerdictBounds } from './prune-verdicts.ts';
import {
  betterVerdict,
  isFileIdentity,
  readStoredFile,
  readVerdict,
  writeDetections,
  writeEngines,
  type Row,
} from './stored-rows.ts';
import { prepareReads, prepareWrites } from './verdict-statements.ts';

export interface RecentFile {
  readonly path: string;
  readonly identity: FileIdentity;
}

export interface StoredCounts {
  readonly files: number;
  readonly contents: number;
  /** In use within the database file. */
  readonly sizeBytes: number;
}

const aboutSchema = z.tuple([z.string(), z.number(), z.number()]);
type About = z.infer<typeof aboutSchema>;

export class VerdictStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: PromptDatabaseSlot) {
    this.#slot = slot;
  }

  /** Of this very database, until it is cleared; empty when there is none. */
  get storeId(): string {
    return this.#about()[0];
  }

  /** In the order asked for. What is queued still is not seen. */
  recallFiles(identities: readonly FileIdentity[], generation: string): readonly (StoredFile | null)[] {
    const files = identities.map((): StoredFile | null => null);
    const rows = this.#slot.read(
      (db) => this.#reads(db).files.all(JSON.stringify(identities), generation),
      [],
    );
    for (const row of rows) {
      const index = Number(row[0]);
      const identity = identities[index];
      if (identity !== undefined)
        files[index] = readStoredFile(identity, row, files[index] ?? null, generation);
    }
    return files;
  }

  /** In the order asked for: the verdict of the generation, else the newest finding of another, else null. */
  recallContents(sha256s: readonly string[], generation: string): readonly (StoredVerdict | null)[] {
    return this.askContents(sha256s, generation) ?? sha256s.map(() => null);
  }

  /**
   * The same for those who must tell "not stored" from "not answered": null when the database did not answer.
   * @param writesFirst what is queued goes in before, so that nothing said until now is missed; null when it does not.
   */
  askContents(
    sha256s: readonly string[],
    generation: string,
    writesFirst = false,
  ): readonly (StoredVerdict | null)[] | null {
    const wanted = JSON.stringify(sha256s);
    const reads = this.#reads;
    function ask(db: ReadableDb): readonly Row[] | null {
      return reads(db).contents.all(wanted, generation);
    }
    const rows = writesFirst ? this.#slot.writeNow(ask, null) : this.#slot.read(ask, null);
    if (rows === null) return null;
    const verdicts = sha256s.map((): StoredVerdict | null => null);
    for (const row of rows) {
      const index = Number(row[0]);
      const sha256 = sha256s[index];
      if (sha256 === undefined) continue;
      verdicts[index] = betterVerdict(verdicts[index] ?? null, readVerdict(sha256, row, 1), generation);
    }
    return verdicts;
  }

  /**
   * Queued.
   * @throws TypeError for a verdict that is not complete or not on this content: a bug of the caller.
   */
  remember(entry: RememberedFile): void {
    const { verdict } = entry;
    if (verdict !== null && (!isComplete(verdict.judgement) || verdict.sha256 !== entry.sha256)) {
      throw new TypeError('only a complete verdict on the content of the file can be remembered');
    }
    this.#slot.write((db) => this.#put(db, entry));
  }

  /** Newest first, each path once: what was replaced by a file of another inode is not given again. */
  recentFiles(limit: number): readonly RecentFile[] {
    const rows = this.#slot.read((db) => this.#reads(db).recentPaths.all(limit), []);
    const newest = new Map<string, RecentFile>();
    for (const [bytes, identity] of rows) {
      if (!Buffer.isBuffer(bytes) || !isFileIdentity(identity)) continue;
      const path = decodePath(bytes);
      if (!newest.has(path)) newest.set(path, { path, identity });
    }
    return [...newest.values()];
  }

  /** Newest first. */
  mostRecent(limit: number, generation: string): readonly StoredFile[] {
    const rows = this.#slot.read((db) => this.#reads(db).mostRecent.all(limit, generation), []);
    const files = new Map<FileIdentity, StoredFile>();
    for (const row of rows) {
      const identity = row.at(-1);
      if (!isFileIdentity(identity)) continue;
      const file = readStoredFile(identity, row, files.get(identity) ?? null, generation);
      if (file !== null) files.set(identity, file);
    }
    return [...files.values()];
  }

  /** In the order of their first storing; empty only at the end. An id is never used again. */
  identitiesAfter(
    id: number,
    limit: number,
  ): { readonly lastId: number; readonly identities: readonly FileIdentity[] } {
    for (let lastId = id; ;) {
      const from = lastId;
      const rows = this.#slot.read((db) => this.#reads(db).identitiesAfter.all(from, limit), []);
      const identities = rows.map((row) => row[1]).filter(isFileIdentity);
      lastId = Number(rows.at(-1)?.[0] ?? lastId);
      if (identities.length > 0 || rows.length === 0) return { lastId, identities };
    }
  }

  /** Kept along with the rows, so that nothing has to be counted. */
  counts(): StoredCounts {
    const [, files, contents] = this.#about();
    const sizeBytes = Number(this.#slot.read((db) => this.#reads(db).usedBytes.get(), 0));
    return { files, contents, sizeBytes };
  }

  /** At once, what is queued included; `storeId` is another then. False when it did not go through. */
  clear(): boolean {
    return this.#slot.writeNow((db) => {
      const writes = this.#writes(db);
      writes.clearFiles.run();
      writes.clearContents.run();
      writes.clearEngineStarts.run();
      writes.renewAbout.run();
      return true;
    }, false);
  }

  /** Removes at most `maxRows` rows, at once. @returns how many; 0 when there is nothing more to remove. */
  prune(bounds: VerdictBounds, maxRows: number): number {
    return this.#slot.writeNow((db) => {
      const [, files, contents] = readAbout(this.#reads(db).about.get());
      return pruneVerdicts(this.#writes(db), { files, contents }, bounds, maxRows);
    }, 0);
  }

  #put(db: WritableDb, entry: RememberedFile): void {
    const { identity, path, sha256, hashedAtMs, verdict } = entry;
    const writes = this.#writes(db);
    const hash = Buffer.from(sha256, 'hex');
    const fileValues = [pathBytes(path), hash, hashedAtMs, identity] as const;
    let files = 0;
    let contents = 0;
    const isKept = entry.contentOnly !== true;
    if (isKept && writes.insertFile.run(...fileValues).changes === 0) {
      writes.renewFile.run(...fileValues);
    } else if (isKept) {
      // Rewritten in place, the file has its inode still: the row of what it was is right beside.
      const inode = identity.slice(0, identity.indexOf(':', identity.indexOf(':') + 1));
      files = 1 - writes.deleteFilesBetween.run(`${inode}:`, `${inode};`, identity).changes;
    }
    if (verdict !== null) {
      const { generation, judgement } = verdict;
      contents = 1 - writes.deleteReplaced.run({ sha256: hash, generation }).changes;
      writes.insertContent.run(
        hash,
        generation,
        judgement.kind,
        writeDetections(judgement),
        writeEngines(verdict.engines),
        verdict.sizeBytes,
        verdict.scanMs,
        verdict.scannedAtMs,
      );
    }
    if (files !== 0 || contents !== 0) writes.addToAbout.run(files, contents);
  }

  #about(): About {
    return readAbout(this.#slot.read((db) => this.#reads(db).about.get(), undefined));
  }
}

function readAbout(row: unknown): About {
  const parsed = aboutSchema.safeParse(row);
  return parsed.success ? parsed.data : ['', 0, 0];
}
