// Gives a finished copy its final name and never overwrites: by a hard link, or where there are none by a new file.
import type { ObjectHeader } from './object-header.ts';
import type { AnchoredFolder } from './anchored-folder.ts';
import { folderKey } from './folder-names.ts';
import { statDescriptor, syncDescriptor } from './descriptor-io.ts';
import {
  closeInTime,
  inTime,
  linkInTime,
  lookAt,
  openNew,
  piecesInTime,
  removeIfThere,
  setMode,
  setOwner,
  setTimes,
  writeInTime,
} from './timely-files.ts';
import { codeOf } from '../files/open-file.ts';

export interface CopyToPlace {
  readonly folder: AnchoredFolder;
  /** Name of the copy, and its descriptor. */
  readonly temporary: string;
  readonly descriptor: number;
  readonly name: string;
  readonly header: ObjectHeader;
  readonly keepMode: boolean;
  /** Told, and waited for, before a file grows under its final name. */
  readonly willWriteInPlace: () => Promise<void>;
  readonly link?: typeof linkInTime;
}

/** File systems without hard links (FAT) answer one of these; on Windows the answer becomes EISDIR. */
const noLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EISDIR',
  'EMLINK',
]);
/** A file system that keeps no owners, modes or times. */
const notKept: ReadonlySet<string> = new Set(['EPERM', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** @throws the error of `node:fs`: EEXIST where the name is taken; ESTALE where the folder was replaced. Nothing is left then. */
export async function placeCopy(copy: CopyToPlace): Promise<void> {
  const { folder, name, temporary } = copy;
  const { value: key, isSure } = await folder.act(async () => {
    try {
      await (copy.link ?? linkInTime)(folder.at(temporary), folder.at(name));
      return await proveOurs(folder.at(name), copy.descriptor);
    } catch (error) {
      if (!noLinks.has(codeOf(error))) throw error;
      await copy.willWriteInPlace();
      return await writeInPlace(copy);
    }
  });
  if (!isSure) {
    await removeIfOurs(folder.at(name), key);
    throw Object.assign(new Error('the folder was replaced'), { code: 'ESTALE', syscall: 'lstat' });
  }
  await folder.sync();
}

/** Who may write to the folder may have exchanged the copy just before: then what has the name now is left to them. */
async function proveOurs(place: string, descriptor: number): Promise<string> {
  const key = folderKey(await inTime(statDescriptor(descriptor)));
  const placed = await lookAt(place);
  if (placed !== null && folderKey(placed) === key) return key;
  throw Object.assign(new Error('the copy was exchanged'), { code: 'ESTALE', syscall: 'link' });
}

async function writeInPlace({ folder, name, descriptor, header, keepMode }: CopyToPlace): Promise<string> {
  const place = folder.at(name);
  const target = await openNew(place);
  try {
    let position = 0;
    for await (const piece of piecesInTime(descriptor, header.size_bytes)) {
      await writeInTime(target, piece, position);
      position += piece.length;
    }
    await dressFile(target, header, keepMode);
    await inTime(syncDescriptor(target));
    return folderKey(await inTime(statDescriptor(target)));
  } catch (error) {
    await removeIfThere(place);
    throw error;
  } finally {
    await closeInTime(target);
  }
}

async function removeIfOurs(place: string, key: string): Promise<void> {
  const found = await lookAt(place);
  if (found !== null && folderKey(found) === key) await removeIfThere(place);
}

/** Owner, mode and time as they were. Nothing that runs, and nobody else's to read, unless the mode is to be kept. */
export async function dressFile(descriptor: number, header: ObjectHeader, keepMode: boolean): Promise<void> {
  if (process.geteuid?.() === 0) await asFarAsKept(setOwner(descriptor, header.uid, header.gid));
  // After the owner. Never setuid, setgid or sticky.
  await asFarAsKept(setMode(descriptor, keepMode ? header.mode & 0o777 : 0o600));
  await asFarAsKept(setTimes(descriptor, new Date(), Number(header.mtime_ns) / 1e9));
}

async function asFarAsKept(work: Promise<void>): Promise<void> {
  try {
    await inTime(work);
  } catch (error) {
    if (!notKept.has(codeOf(error))) throw error;
  }
}
