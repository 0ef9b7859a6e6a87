// What happens in the demo's folders, and when: a steady trickle, now and then many files at once, and two findings.
import { setTimeout as pause } from 'node:timers/promises';
import { DemoFiles } from './demo-files.ts';

const archiveEveryMs = 14_000;
const lettersEveryMs = 900;
const beforeTestFileMs = 4000;
const beforeScriptMs = 3000;

export class DemoWorkload implements AsyncDisposable {
  readonly #files: DemoFiles;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

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
  }

  async #run(): Promise<void> {
    const files = this.#files;
    await files.first();
    await this.#pause(beforeTestFileMs);
    await files.testFile();
    await this.#pause(beforeScriptMs);
    await files.script();
    await Promise.all([
      this.#repeat(() => files.letters(), lettersEveryMs),
      this.#repeat(() => files.archive(), archiveEveryMs),
    ]);
  }

  async #repeat(step: () => Promise<void>, everyMs: number): Promise<void> {
    for (;;) {
      await step();
      await this.#pause(everyMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal });
  }
}
