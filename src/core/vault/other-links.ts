// Other names of a file, as far as a short look finds them: in its folder and below, no further than a bound.
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFsError } from '../files/open-file.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';
import { folderKey } from './folder-names.ts';
import type { SourceFile } from './source-file.ts';
import { inTime, lookAt } from './timely-files.ts';

export interface LinkSearch {
  /** Looked at most, folders included. */
  readonly maxEntries: number;
  readonly limitMs: number;
}

const defaultSearch: LinkSearch = { maxEntries: 2000, limitMs: 1000 };
/** Names as bytes, one character each; Windows has none that are not text. */
const encoding = process.platform === 'win32' ? 'utf8' : 'latin1';

/** Paths of names found; the name it has itself is not among them. What cannot be read is passed over. */
export async function findOtherLinks(
  { path, folder, stats }: SourceFile,
  { maxEntries, limitMs }: LinkSearch = defaultSearch,
): Promise<string[]> {
  const wanted = folderKey(stats);
  const missing = Number(stats.nlink) - 1;
  const links: string[] = [];
  if (missing <= 0) return links;
  const end = performance.now() + limitMs;
  const waiting = [{ place: folder.self, shown: folder.path }];
  let looked = 0;
  // A folder found on the way is added to what is gone through.
  for (const { place, shown } of waiting) {
    for await (const name of namesIn(place)) {
      looked += 1;
      if (looked > maxEntries || performance.now() > end) return links;
      const found = await lookOrNull(join(place, name));
      if (found === null) continue;
      if (found.isDirectory()) waiting.push({ place: join(place, name), shown: join(shown, name) });
      const known = join(shown, name);
      if (found.isFile() && folderKey(found) === wanted && known !== path) links.push(known);
      if (links.length === missing) return links;
    }
  }
  return links;
}

async function* namesIn(place: string): AsyncGenerator<string> {
  try {
    const entries = await inTime(opendir(encodePath(place), { encoding }));
    for await (const { name } of entries) {
      yield encoding === 'latin1' ? decodePath(Buffer.from(name, 'latin1')) : name;
    }
  } catch (error) {
    if (!isFsError(error)) throw error;
  }
}

async function lookOrNull(place: string): Promise<Awaited<ReturnType<typeof lookAt>>> {
  try {
    return await lookAt(place);
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
}
