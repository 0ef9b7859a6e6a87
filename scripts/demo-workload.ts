// What happens in the demo's folders, and when: two findings, then a trickle and waves of different height, so that workers come and go.
import { setTimeout as pause } from 'node:timers/promises';
import { DemoFiles } from './demo-files.ts';

const lettersEveryMs = 900;
const beforeTestFileMs = 4000;
const beforeScriptMs = 3000;

interface Wave {
  readonly files: number;
  /** At once, or a few at a time over so long. */
  readonly overMs: number;
  readonly thenMs: number;
}

/** Archives that are unpacked, a project that is fetched; about five minutes until they begin anew. */
const waves: readonly Wave[] = [
  { files: 320, overMs: 0, thenMs: 26_000 },
  { files: 240, overMs: 16_000, thenMs: 8000 },
  { files: 110, overMs: 0, thenMs: 30_000 },
  { files: 560, overMs: 3000, thenMs: 32_000 },
  { files: 160, overMs: 12_000, thenMs: 10_000 },
  { files: 75, overMs: 0, thenMs: 26_000 },
  { files: 430, overMs: 0, thenMs: 34_000 },
  { files: 300, overMs: 24_000, thenMs: 14_000 },
  { files: 210, overMs: 0, thenMs: 30_000 },
];
const partEveryMs = 500;

export class DemoWorkload implements AsyncDisposable {
  readonly #files: DemoFiles;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #loops: readonly Promise<void>[] = [];

  static async start(home: string): Promise<DemoWorkload> {
    return new DemoWorkload(await DemoFiles.in(home));
  }

  private constructor(files: DemoFiles) {
    this.#files = files;
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) console.error('vedette: the demo stopped writing files:', error);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    // One of them has ended `#running`; the other may still be copying.
    await Promise.allSettled(this.#loops);
  }

  async #run(): Promise<void> {
    const files = this.#files;
    await files.first();
    await this.#pause(beforeTestFileMs);
    await files.testFile();
    await this.#pause(beforeScriptMs);
    await files.script();
    this.#loops = [this.#trickle(), this.#waves()];
    await Promise.all(this.#loops);
  }

  async #trickle(): Promise<void> {
    for (;;) {
      await this.#files.letters();
      await this.#pause(lettersEveryMs);
    }
  }

  async #waves(): Promise<void> {
    for (;;) {
      for (const { files, overMs, thenMs } of waves) {
        await this.#pause(thenMs / 2);
        const parts = Math.max(1, Math.round(overMs / partEveryMs));
        const archive = await this.#files.newArchive();
        for (let part = 0; part < parts; part += 1) {
          await this.#files.unpack(archive, Math.round(files / parts));
          if (parts > 1) await this.#pause(partEveryMs);
        }
        await this.#pause(thenMs / 2);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal });
  }
}
