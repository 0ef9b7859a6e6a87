// Linux: a folder held by a descriptor, reached from the root one component at a time; nobody can swap it under our hands.
import { closeSync, constants, fstat } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnchoredFolder, FolderOpening } from './anchored-folder.ts';
import { checkName, folderKey, splitPath } from './folder-names.ts';
import { inTime, lookAt, openInTime, syncAndClose } from './timely-files.ts';
import { codeOf } from '../files/open-file.ts';

/**
 * O_PATH of open(2), the same on every Linux that Node runs on: the folder need only be passable, not readable.
 * With O_DIRECTORY and O_NOFOLLOW (which `openInTime` adds) a link gives ENOTDIR.
 */
const anchorFlags = 0o10000000 | constants.O_DIRECTORY;
const fstatPromise = promisify(fstat);

export async function openDescriptorFolder(path: string): Promise<FolderOpening> {
  const { root, names } = splitPath(path);
  let descriptor = await openInTime(root, anchorFlags);
  try {
    const lineage = [await keyOf(descriptor)];
    let reached = root;
    for (const name of names) {
      reached = join(reached, name);
      const child = `/proc/self/fd/${descriptor}/${name}`;
      const next = await openChild(child);
      if (next === 'link') return { kind: 'link', at: reached };
      if (next === 'missing') return { kind: 'missing' };
      closeSync(descriptor);
      descriptor = next;
      lineage.push(await keyOf(descriptor));
    }
    const folder = hold(path, descriptor, lineage);
    descriptor = -1;
    return { kind: 'open', folder };
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
  }
}

async function openChild(child: string): Promise<number | 'link' | 'missing'> {
  try {
    return await openInTime(child, anchorFlags);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return 'missing';
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error;
    return (await lookAt(child))?.isSymbolicLink() === true ? 'link' : 'missing';
  }
}

function hold(path: string, descriptor: number, lineage: readonly string[]): AnchoredFolder {
  const self = `/proc/self/fd/${descriptor}/.`;
  let isOpen = true;
  return {
    path,
    lineage,
    self,
    at(name) {
      checkName(name);
      // A number that was closed may by now be another folder.
      if (!isOpen) throw new RangeError('the folder was closed');
      return `/proc/self/fd/${descriptor}/${name}`;
    },
    act: async (work) => ({ value: await work(), isSure: true }),
    async sync() {
      const readable = await openReadable(self);
      if (readable !== null) await syncAndClose(readable);
    },
    [Symbol.dispose]() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** An anchor cannot be synced. A folder that we may write to but not read is synced by the system in its own time. */
async function openReadable(self: string): Promise<number | null> {
  try {
    return await openInTime(self, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (codeOf(error) === 'EACCES') return null;
    throw error;
  }
}

async function keyOf(descriptor: number): Promise<string> {
  return folderKey(await inTime(fstatPromise(descriptor, { bigint: true })));
}
