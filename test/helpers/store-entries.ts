// Entries for the verdict store, and databases to keep them in.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { identityOf } from '../../src/core/files/file-identity.ts';
import { silentLogger, type Logger } from '../../src/core/logger.ts';
import { cacheApplicationId } from '../../src/core/store/application-ids.ts';
import { DatabaseFile } from '../../src/core/store/database-file.ts';
import { cacheMigrations } from '../../src/core/store/migrations/cache/all.ts';
import type { FileIdentity } from '../../src/shared/scan.ts';
import type { RememberedFile, StoredVerdict } from '../../src/shared/stored-verdict.ts';
import type { Detection } from '../../src/shared/verdict.ts';

export const generation = 'a1b2c3d4e5f60718';

export const finding: Detection = {
  engine: 'yara',
  name: 'Test_Rule',
  severity: 'high',
  kind: 'rule',
  meta: { author: 'someone', score: 75, experimental: false },
  matches: [{ pattern: '$a', offset: 12, length: 4, bytes_hex: 'deadbeef' }],
};

export const infected: StoredVerdict['judgement'] = { kind: 'infected', detections: [finding] };

/** Another one for each number; `version` changes as a write changes a file in place. */
export function identityFor(inode: number, version = 0): FileIdentity {
  const timeNs = 1_700_000_000_000_000_000n + BigInt(version);
  return identityOf({ dev: 2049n, ino: BigInt(inode), size: 4096n, mtimeNs: timeNs, ctimeNs: timeNs });
}

export function hashOf(content: number | string): string {
  return createHash('sha256').update(String(content)).digest('hex');
}

export function verdictOn(sha256: string, changes: Partial<StoredVerdict> = {}): StoredVerdict {
  return {
    sha256,
    generation,
    judgement: { kind: 'clean' },
    engines: ['clamav', 'yara'],
    sizeBytes: 4096,
    scanMs: 1.25,
    scannedAtMs: 1_700_000_000_000,
    ...changes,
  };
}

/** File number `inode` with the content of the same number, clean. */
export function entryFor(inode: number, changes: Partial<RememberedFile> = {}): RememberedFile {
  const sha256 = changes.sha256 ?? hashOf(inode);
  return {
    identity: identityFor(inode),
    path: `/home/someone/file-${inode}`,
    hashedAtMs: 1_700_000_000_000 + inode,
    sha256,
    verdict: verdictOn(sha256),
    ...changes,
  };
}

export interface CacheFileOptions {
  readonly logger?: Logger;
  readonly maxQueuedWrites?: number;
}

/** The verdict cache in `folder`. */
export function cacheFile(
  folder: string,
  { logger = silentLogger, ...options }: CacheFileOptions = {},
): DatabaseFile {
  return new DatabaseFile({
    file: join(folder, 'cache.db'),
    title: 'verdict cache',
    applicationId: cacheApplicationId,
    migrations: cacheMigrations,
    logger,
    ...options,
  });
}
