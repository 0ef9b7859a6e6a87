// Moves a database that cannot be used out of the way: nothing is overwritten, and only the last few are kept.
import { closeSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../files/open-file.ts';

/** `damaged`: not readable as it should be. `foreign`: a database of something else. `newer`: of a newer Vedette. */
export type Unusable = 'damaged' | 'foreign' | 'newer';

/** Files that SQLite keeps beside a database. Moved before it: left alone beside a new one they would be played into it. */
export const companions = ['-journal', '-wal', '-shm'] as const;

const keptFiles = 3;
const maxNames = 100;
const abandonedAfterMs = 600_000;

/** Device and inode of the file in this place; null when there is none. @throws other errors of `lstat`. */
export function fileInPlace(file: string): string | null {
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

/**
 * Moves `file` to `<file>.<why>-YYYYMMDD-HHMMSS` (UTC), with its companions.
 * @param fileId of the file that was found unusable.
 * @returns its new place; null when another file is there by now, because another process was quicker.
 * @throws the `node:fs` error when it cannot be moved.
 */
export function setAside(file: string, why: Unusable, fileId: string): string | null {
  if (fileInPlace(file) !== fileId) return null;
  const target = reserveName(`${file}.${why}-${timestamp(new Date())}`);
  try {
    for (const companion of companions) {
      if (fileInPlace(file + companion) !== null) renameSync(file + companion, target + companion);
    }
    renameSync(file, target);
  } catch (error) {
    if (lstatSync(target).size === 0) rmSync(target);
    throw error;
  }
  return target;
}

/** Removes all but the newest few that were set aside, and what a killed process left half made. */
export function removeOldFiles(file: string): void {
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.`));
  const aside = names
    .map((name) => ({ name, when: /\.(?:damaged|foreign|newer)-(\d{8}-\d{6}(?:-\d+)?)$/.exec(name)?.[1] }))
    .filter((entry): entry is { name: string; when: string } => entry.when !== undefined)
    .toSorted((a, b) => b.when.localeCompare(a.when, 'en', { numeric: true }));
  for (const { name } of aside.slice(keptFiles)) removeDatabase(join(folder, name));
  for (const name of names.filter((entry) => entry.includes('.new-'))) {
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > abandonedAfterMs)
      rmSync(join(folder, name), { force: true });
  }
}

export function removeDatabase(file: string): void {
  for (const name of [...companions.map((companion) => file + companion), file])
    rmSync(name, { force: true });
}

/** Makes an empty file of this name, or of one with a number above all that there are: who makes it has the name. */
function reserveName(wanted: string): string {
  const taken = readdirSync(dirname(wanted)).map((name) => numberOf(name, basename(wanted)));
  for (let number = Math.max(0, ...taken) + 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      closeSync(openSync(name, 'wx', 0o600));
      return name;
    } catch (error) {
      const isTaken = codeOf(error) === 'EEXIST';
      if (!isTaken || number >= maxNames) throw error;
    }
  }
}

/** 1 for the name itself, 2 for `<name>-2`, 0 for others. */
function numberOf(name: string, wanted: string): number {
  if (name === wanted) return 1;
  const number = name.startsWith(`${wanted}-`) ? Number(name.slice(wanted.length + 1)) : 0;
  return Number.isSafeInteger(number) ? number : 0;
}

function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
