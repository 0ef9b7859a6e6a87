// Systems without /proc: every component is looked at before and after an act, and must be the same folder both times.
import { constants } from 'node:fs';
import { join } from 'node:path';
import type { AnchoredFolder, FolderOpening } from './anchored-folder.ts';
import { checkName, folderKey, splitPath } from './folder-names.ts';
import { lookAt, openInTime, syncAndClose } from './timely-files.ts';

export async function openComparedFolder(path: string): Promise<FolderOpening> {
  const look = await lookAtComponents(path);
  return Array.isArray(look) ? { kind: 'open', folder: watchOver(path, look) } : look;
}

type Refusal = Exclude<FolderOpening, { readonly kind: 'open' }>;

/** `device:inode` of each. Junctions and mounted folders of Windows are links to `lstat`. */
async function lookAtComponents(path: string): Promise<string[] | Refusal> {
  const { root, names } = splitPath(path);
  const lineage: string[] = [];
  let reached = root;
  for (const name of ['', ...names]) {
    reached = join(reached, name);
    const stats = await lookAt(reached);
    if (stats?.isSymbolicLink() === true) return { kind: 'link', at: reached };
    if (stats?.isDirectory() !== true) return { kind: 'missing' };
    lineage.push(folderKey(stats));
  }
  return lineage;
}

function watchOver(path: string, lineage: readonly string[]): AnchoredFolder {
  async function isStillThere(): Promise<boolean> {
    const look = await lookAtComponents(path);
    return Array.isArray(look) && look.join() === lineage.join();
  }
  return {
    path,
    lineage,
    self: path,
    at(name) {
      checkName(name);
      return join(path, name);
    },
    async act(work) {
      if (!(await isStillThere())) {
        throw Object.assign(new Error('the folder was replaced'), { code: 'ESTALE', syscall: 'lstat' });
      }
      const value = await work();
      return { value, isSure: await isStillThere() };
    },
    sync: async () => await syncFolder(path),
    [Symbol.dispose]() {
      // Nothing is held.
    },
  };
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  await syncAndClose(await openInTime(path, constants.O_RDONLY));
}
