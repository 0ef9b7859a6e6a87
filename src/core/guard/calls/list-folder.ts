// The folders and files of one folder, for choosing: links are left out, names keep every byte, and a folder without end is cut.
import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePath, encodePath } from '../../files/raw-path.ts';

export interface ListedFolder {
  readonly folders: readonly { readonly path: string; readonly name: string }[];
  readonly files: readonly { readonly path: string; readonly name: string; readonly sizeBytes: number }[];
  readonly isCut: boolean;
}

export interface ListFolderOptions {
  readonly files: boolean;
  /** Folders that are not shown. */
  readonly without: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** So many are looked at for the first thousand by name. */
  readonly mostRead?: number;
}

const mostShown = 1000;
const readAhead = 256;
const replacement = '\uFFFD';
const byName = new Intl.Collator('en', { numeric: true });

/** @throws the errors of the file system; that of the signal. */
export async function listFolder(path: string, options: ListFolderOptions): Promise<ListedFolder> {
  const { signal, without, mostRead = 20_000 } = options;
  const entries = await readEntries(path, mostRead, signal);
  const folders = inOrder(entries.list.filter(({ isFolder }) => isFolder))
    .map(({ name }) => ({ path: join(path, name), name }))
    .filter((folder) => !without.has(folder.path));
  const files = options.files ? inOrder(entries.list.filter(({ isFolder }) => !isFolder)) : [];
  const sized: { path: string; name: string; sizeBytes: number }[] = [];
  for (const { name } of files.slice(0, mostShown)) {
    signal.throwIfAborted();
    const file = join(path, name);
    const stats = await lstat(encodePath(file)).catch(() => null);
    if (stats?.isFile() === true) sized.push({ path: file, name, sizeBytes: stats.size });
  }
  return {
    folders: folders.slice(0, mostShown),
    files: sized,
    isCut: entries.isCut || folders.length > mostShown || files.length > mostShown,
  };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function readEntries(
  path: string,
  mostRead: number,
  signal: AbortSignal,
): Promise<{ readonly list: readonly Entry[]; readonly isCut: boolean }> {
  const list: Entry[] = [];
  let hasLostBytes = false;
  for await (const entry of await opendir(encodePath(path), { bufferSize: readAhead })) {
    signal.throwIfAborted();
    if (process.platform !== 'win32' && entry.name.includes(replacement)) hasLostBytes = true;
    else add(list, entry, entry.name);
    if (list.length >= mostRead) return { list, isCut: true };
  }
  if (!hasLostBytes) return { list, isCut: false };
  // Rare, so the folder is read again: in Latin-1 every byte is a character.
  const again = { bufferSize: readAhead, encoding: 'latin1' } as const;
  for await (const entry of await opendir(encodePath(path), again)) {
    signal.throwIfAborted();
    const bytes = Buffer.from(entry.name, 'latin1');
    if (bytes.toString().includes(replacement)) add(list, entry, decodePath(bytes));
    if (list.length >= mostRead) return { list, isCut: true };
  }
  return { list, isCut: false };
}

function add(list: Entry[], entry: Dirent, name: string): void {
  if (entry.isDirectory()) list.push({ name, isFolder: true });
  else if (entry.isFile()) list.push({ name, isFolder: false });
}

function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted(
    (one, other) => byName.compare(one.name, other.name) || (one.name < other.name ? -1 : 1),
  );
}
