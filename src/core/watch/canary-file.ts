// The harmless files by which watching is tested: written and removed in one folder, never through a link.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, opendir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFsError, noFollow, scanOpenFlags } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import { describeWriteError } from '../files/write-failure.ts';

/** `impossible`: no canary can be written there, which is nothing to be alarmed about. */
export type CanaryWrite =
  /** `key` tells the file from any other that may come to have its name. */
  | { readonly kind: 'written'; readonly key: string }
  | { readonly kind: 'impossible'; readonly cause: string };

export interface CanaryFiles {
  write(root: string, name: string): Promise<CanaryWrite>;
  /** Does nothing when the file is gone, or is another one by now. */
  remove(root: string, name: string, key: string): Promise<void>;
  /** Removes those of a run that was killed. */
  removeLeftOver(root: string): Promise<void>;
}

const sentence =
  'Vedette wrote this file to test that new files are scanned. It is harmless and may be deleted.';
const namePattern = /(?:^|[/\\])(?<name>\.vedette-canary-[0-9a-f]{12})$/u;
const maxSizeBytes = 512;
const platformConstants: Readonly<Record<string, number | undefined>> = constants;
const folderFlags = constants.O_RDONLY | noFollow | (platformConstants['O_DIRECTORY'] ?? 0);

export function makeCanaryName(): string {
  return `.vedette-canary-${randomBytes(6).toString('hex')}`;
}

/** The last part of the path when it is a name that canaries have; others may have such names, too. */
export function canaryNameOf(path: string): string | null {
  return namePattern.exec(path)?.groups?.['name'] ?? null;
}

export const canaryFiles: CanaryFiles = { write, remove, removeLeftOver };

async function write(root: string, name: string): Promise<CanaryWrite> {
  try {
    return await inFolder(root, async (folder) => {
      const path = join(folder, name);
      const file = await open(path, 'wx', 0o600);
      try {
        const { dev, ino } = await file.stat({ bigint: true });
        // Content of its own, so that no remembered verdict is given for it.
        await file.writeFile(`${sentence}\n${randomBytes(16).toString('hex')}\n`);
        return { kind: 'written', key: `${dev}:${ino}` };
      } catch (error) {
        await unlink(path).catch(() => {});
        throw error;
      } finally {
        await file.close();
      }
    });
  } catch (error) {
    return { kind: 'impossible', cause: causeOf(error) };
  }
}

async function remove(root: string, name: string, key: string): Promise<void> {
  try {
    await inFolder(root, async (folder) => {
      const path = join(folder, name);
      const stats = await lstat(path, { bigint: true });
      if (`${stats.dev}:${stats.ino}` === key) await unlink(path);
    });
  } catch (error) {
    // Gone with its volume, quarantined by a rule that flags all there is, or not ours to remove any more.
    if (!isFsError(error)) throw error;
  }
}

async function removeLeftOver(root: string): Promise<void> {
  try {
    await inFolder(root, async (folder) => {
      for await (const { name } of await opendir(folder)) {
        if (canaryNameOf(name) !== null) await removeIfOurs(join(folder, name));
      }
    });
  } catch (error) {
    // The write that follows tells what is wrong with this folder.
    if (!isFsError(error)) throw error;
  }
}

/** Whoever may write there can make a file with such a name: only one with our sentence in it is removed. */
async function removeIfOurs(path: string): Promise<void> {
  try {
    const { dev, ino, size, uid, isFile } = await describe(path);
    if (!isFile || size > maxSizeBytes) return;
    if (process.getuid !== undefined && uid !== process.getuid()) return;
    const file = await open(path, scanOpenFlags);
    try {
      const opened = await file.stat({ bigint: true });
      if (opened.dev !== dev || opened.ino !== ino || !opened.isFile()) return;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sentence.length), 0, sentence.length, 0);
      if (buffer.toString('latin1', 0, bytesRead) !== sentence) return;
    } finally {
      await file.close();
    }
    await unlink(path);
  } catch (error) {
    if (!isFsError(error)) throw error;
  }
}

async function describe(path: string) {
  const stats = await lstat(path, { bigint: true });
  const { dev, ino, size, uid } = stats;
  return { dev, ino, size: Number(size), uid: Number(uid), isFile: stats.isFile() };
}

/**
 * Gives a path below which names mean this very folder, also if somebody puts a link in its place meanwhile (Linux;
 * elsewhere the folder is only looked at before).
 */
async function inFolder<T>(root: string, work: (folder: string) => Promise<T>): Promise<T> {
  const path = encodePath(root);
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) throw new NoPlace('the folder is a symbolic link');
  if (!stats.isDirectory()) throw new NoPlace('it is not a folder');
  if (process.platform !== 'linux') return work(root);
  const handle = await open(path, folderFlags);
  try {
    return await work(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}

/** Looks like an error of the file system to those who only ask whether the place can be used. */
class NoPlace extends Error {
  readonly syscall = 'lstat';
}

/** @throws what is no error of the file system. */
function causeOf(error: unknown): string {
  if (error instanceof NoPlace) return error.message;
  const cause = describeWriteError(error);
  if (cause === null) throw error;
  return cause;
}
