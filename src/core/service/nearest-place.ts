// Where a folder really is, or the nearest above it that is there; what is no folder of anybody costs little however long its path is.
import { isFsError } from '../files/open-file.ts';

export interface NearestPlace {
  /** Real path of the folder, or of the nearest above it that is there; null where there is none. */
  readonly path: string | null;
  readonly isThere: boolean;
}

/** Rejects with the error of realpath. */
export type RealPath = (path: string) => Promise<string>;

export const separators = process.platform === 'win32' ? /[/\\]+/g : /\/+/g;

/** Whether a folder is there is nothing to tell who may not look above it: then the nearest that is there counts. */
export async function nearestPlace(folder: string, realPath: RealPath): Promise<NearestPlace> {
  const path = await realPathOrNull(folder, realPath);
  if (path !== null) return { path, isThere: true };
  // What is below a folder that is not there is not there either: halving finds it however many names somebody thinks up.
  const ends = [...folder.matchAll(separators)].map(({ index }) => index + 1);
  let nearest: string | null = null;
  let [known, beyond] = [0, ends.length];
  while (known < beyond) {
    const middle = Math.floor((known + beyond) / 2);
    const above = await realPathOrNull(folder.slice(0, ends[middle]), realPath);
    if (above === null) beyond = middle;
    else [nearest, known] = [above, middle + 1];
  }
  return { path: nearest, isThere: false };
}

/** null for what is not there, or not to be reached. */
export async function realPathOrNull(path: string, realPath: RealPath): Promise<string | null> {
  return await realPath(path).catch(nullIfFsError);
}

/** @throws what is no error of the file system. */
export function nullIfFsError(error: unknown): null {
  if (!isFsError(error)) throw error;
  return null;
}
