// Keeps the newest exports: only regular files with exactly the names that exports have are ever removed.
import { lstatSync, readdirSync, type BigIntStats } from 'node:fs';
import type { ExportFolder } from './export-folder.ts';
import { isExportName, isTemporaryName } from './export-name.ts';
import { removeQuietly } from './write-export.ts';

/** A write takes milliseconds: what is older was left by a process that was killed. */
const abandonedSeconds = 3600;

/**
 * Newest by time of writing, because names repeat an hour when summer time ends; `written` always counts as the newest.
 * What cannot be removed stays: the next export tries again.
 * @param keep at least 1.
 */
export function retainExports(
  folder: ExportFolder,
  {
    written,
    keep,
    nowSeconds,
  }: { readonly written: string; readonly keep: number; readonly nowSeconds: number },
): void {
  const others: { readonly name: string; readonly mtimeNs: bigint }[] = [];
  for (const name of namesIn(folder)) {
    const isExport = isExportName(name) && name !== written;
    if (!isExport && !isTemporaryName(name)) continue;
    const stats = lstatQuietly(folder.at(name));
    if (stats?.isFile() !== true) continue;
    if (isExport) others.push({ name, mtimeNs: stats.mtimeNs });
    else if (nowSeconds - Number(stats.mtimeNs) / 1e9 > abandonedSeconds) removeQuietly(folder.at(name));
  }
  others.sort((left, right) => Number(right.mtimeNs - left.mtimeNs) || (left.name < right.name ? 1 : -1));
  for (const { name } of others.slice(Math.max(0, keep - 1))) removeQuietly(folder.at(name));
}

function namesIn(folder: ExportFolder): readonly string[] {
  try {
    return readdirSync(folder.at('.'));
  } catch {
    return [];
  }
}

function lstatQuietly(path: string | Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
