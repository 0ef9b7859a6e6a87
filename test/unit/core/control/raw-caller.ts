// A caller that writes what it likes to a control socket, for what the real client would never send.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class RawCaller implements Disposable {
  readonly socket: Socket;
  #text = '';
  #changed = Promise.withResolvers<void>();
  #isEnded = false;

  constructor(address: string) {
    this.socket = connect({ path: address, allowHalfOpen: true });
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => this.#change((this.#text += text)));
    this.socket.on('error', () => {});
    for (const event of ['end', 'close']) this.socket.on(event, () => this.#change((this.#isEnded = true)));
  }

  async connected(): Promise<this> {
    await once(this.socket, 'connect');
    return this;
  }

  send(...messages: readonly unknown[]): void {
    this.socket.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  /** The next answers, in order; fewer when the connection ends before. */
  async next(count = 1): Promise<readonly unknown[]> {
    const lines: unknown[] = [];
    while (lines.length < count) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        lines.push(JSON.parse(this.#text.slice(0, end)));
        this.#text = this.#text.slice(end + 1);
      } else if (this.#isEnded) return lines;
      else await this.#changed.promise;
    }
    return lines;
  }

  /** The server says no more. */
  async ended(): Promise<void> {
    while (!this.#isEnded) await this.#changed.promise;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #change(_what: unknown): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers();
    before.resolve();
  }
}
