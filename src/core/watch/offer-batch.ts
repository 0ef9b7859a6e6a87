// Offers travel many at a time: a message costs as much as a hundred files in it.
import type { OfferedFile } from './watch-protocol.ts';

export const mostFilesAMessage = 512;

export class OfferBatch {
  readonly #send: (files: readonly OfferedFile[]) => void;
  #files: OfferedFile[] = [];

  constructor(send: (files: readonly OfferedFile[]) => void) {
    this.#send = send;
  }

  add(file: OfferedFile): void {
    this.#files.push(file);
    if (this.#files.length >= mostFilesAMessage) this.flush();
  }

  flush(): void {
    if (this.#files.length === 0) return;
    const files = this.#files;
    this.#files = [];
    this.#send(files);
  }
}
