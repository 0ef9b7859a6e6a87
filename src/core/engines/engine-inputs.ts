// What decides verdicts, seen by lstat alone: the same text means the engines would come up as they did before.
import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from '../files/file-identity.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';

/** More than this is not looked through: the engines are started instead. */
const maxFiles = 20_000;
const maxDepth = 16;

/**
 * 32 hexadecimal digits; null when it cannot be told.
 * @param files files and folders (with all that is in them), links followed; what is missing counts as missing.
 * @param settings whatever else decides: anything JSON holds.
 */
export function engineInputs(files: readonly string[], settings: unknown): string | null {
  const sum = createHash('sha256').update(JSON.stringify(settings));
  const seen = { files: 0 };
  try {
    for (const file of files) addIdentities(file, sum, seen, 0);
  } catch {
    return null;
  }
  return sum.digest('hex').slice(0, 32);
}

function addIdentities(
  path: string,
  sum: ReturnType<typeof createHash>,
  seen: { files: number },
  depth: number,
): void {
  const stats: BigIntStats | undefined = statSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
  seen.files += 1;
  if (seen.files > maxFiles || depth > maxDepth) throw new RangeError('too much to look through');
  sum.update(`\n${JSON.stringify(path)} ${stats === undefined ? 'missing' : identityOf(stats)}`);
  // A link that turns elsewhere and back is another one then.
  const link = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
  if (link?.isSymbolicLink() === true) sum.update(` through ${identityOf(link)}`);
  if (stats?.isDirectory() !== true) return;
  const names = readdirSync(encodePath(path), { encoding: 'buffer' });
  for (const name of names.map((bytes) => decodePath(bytes)).toSorted()) {
    addIdentities(join(path, name), sum, seen, depth + 1);
  }
}
