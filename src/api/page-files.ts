// The built pages as a browser asks for them: a fixed list made at the start, so that no name can lead anywhere else.
import { constants, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { codeOf, isFsError } from '../core/files/open-file.ts';
import { AppError } from '../shared/errors.ts';

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Of this file: how long it may be kept. */
  readonly headers: Readonly<Record<string, string>>;
}

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
  ['.json', 'application/json; charset=utf-8'],
]);

/** Names as the build makes them; nothing of that needs to be escaped in an address. */
const plainName = /^[\w-][\w.-]*$/;
const maxFiles = 2000;
const maxDepth = 8;
const maxCachedBytes = 32 * 1024 * 1024;
const platformConstants: Readonly<Record<string, number | undefined>> = constants;
const readFlags =
  constants.O_RDONLY | (platformConstants['O_NOFOLLOW'] ?? 0) | (platformConstants['O_NONBLOCK'] ?? 0);

export class PageFiles {
  /** From the path in an address to the file. */
  readonly #files: ReadonlyMap<string, string>;
  readonly #cache = new Map<string, PageFile>();
  #cachedBytes = 0;

  /** @throws AppError FILE_UNREADABLE where no pages are. */
  constructor(folder: string) {
    this.#files = listFiles(folder);
    if (!this.#files.has('/index.html'))
      throw new AppError('FILE_UNREADABLE', `the pages are not in ${folder}; run: npm run build`);
  }

  /** @param urlPath as it stands in the address, without query and fragment; `/` is `/index.html`. Null: there is none. */
  read(urlPath: string): PageFile | null {
    const name = urlPath === '/' ? '/index.html' : urlPath;
    const known = this.#cache.get(name);
    if (known !== undefined) return known;
    const file = this.#files.get(name);
    const type = types.get(extname(name));
    if (file === undefined || type === undefined) return null;
    const bytes = readPlain(file);
    if (bytes === null) return null;
    const page: PageFile = { bytes, type, headers: { 'cache-control': keepFor(name) } };
    if (this.#cachedBytes + bytes.length <= maxCachedBytes) {
      this.#cachedBytes += bytes.length;
      this.#cache.set(name, page);
    }
    return page;
  }
}

function listFiles(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  function look(folder: string, prefix: string, depth: number): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      // A link is neither a file nor a folder here.
      if (!plainName.test(entry.name) || found.size >= maxFiles) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < maxDepth) look(path, `${prefix}${entry.name}/`, depth + 1);
      else if (entry.isFile() && types.has(extname(entry.name))) found.set(`${prefix}${entry.name}`, path);
    }
  }
  try {
    look(root, '/', 0);
  } catch (error) {
    if (!isFsError(error)) throw error;
    const problem = `the pages cannot be read in ${root} (${codeOf(error)}); run: npm run build`;
    throw new AppError('FILE_UNREADABLE', problem, { cause: error });
  }
  return found;
}

/** null: it is no longer what was listed. */
function readPlain(file: string): Buffer | null {
  try {
    return readFileSync(file, { flag: readFlags });
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
}

/** The build writes a hash of the content into the names of its assets. */
function keepFor(name: string): string {
  return /^\/assets\/.+-[\w-]{8,}\.[a-z\d]+$/.test(name) ? 'public, max-age=31536000, immutable' : 'no-store';
}
