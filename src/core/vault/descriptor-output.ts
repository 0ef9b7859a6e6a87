// A stream into an open file that can be ended from outside: after that not one byte goes to the number of its descriptor.
import { writeAt } from './descriptor-io.ts';

export class DescriptorOutput implements AsyncDisposable {
  readonly stream: WritableStream<Uint8Array>;
  #position = 0;
  #isOver = false;
  #lastWrite = Promise.resolve();

  /** Writes from the beginning of the file. The caller closes the descriptor, after the end of this. */
  constructor(descriptor: number) {
    this.stream = new WritableStream<Uint8Array>({
      write: async (chunk) => {
        if (this.#isOver) throw new Error('nothing more is written to this file');
        this.#lastWrite = writeAt(descriptor, chunk, this.#position);
        await this.#lastWrite;
        this.#position += chunk.length;
      },
    });
  }

  get writtenBytes(): number {
    return this.#position;
  }

  /** Once it is closed, the number may be that of another file in the next moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled([this.#lastWrite]);
  }
}
