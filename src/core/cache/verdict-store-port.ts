// What the cache needs of the database. It never throws: trouble looks like "not stored", and protection goes on.
import type { FileIdentity } from '../../shared/scan.ts';
import type { RememberedFile, StoredFile, StoredVerdict } from '../../shared/stored-verdict.ts';

export interface VerdictStorePort {
  /** One database has one id, until it is cleared; empty while there is no database. */
  readonly storeId: string;
  /** In the order asked for; null for what is not stored. */
  recallFiles(identities: readonly FileIdentity[], generation: string): readonly (StoredFile | null)[];
  recallContents(sha256s: readonly string[], generation: string): readonly (StoredVerdict | null)[];
  remember(entry: RememberedFile): void;
  /**
   * Identities in the order they were stored, at most `limit`; none when there are no more. An id is never used
   * twice, and an identity that comes anew gets a higher one.
   */
  identitiesAfter(
    id: number,
    limit: number,
  ): { readonly lastId: number; readonly identities: readonly FileIdentity[] };
  /** Newest first. */
  mostRecent(limit: number, generation: string): readonly StoredFile[];
  counts(): { readonly files: number; readonly contents: number; readonly sizeBytes: number };
  /** At once; false when it did not go through. */
  clear(): boolean;
}
