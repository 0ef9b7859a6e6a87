// Reading buffers, reused and bounded: whoever finds no room waits, first come first served.

export interface BufferLease extends Disposable {
  /** At least as long as was asked for; its content is whatever the last user left. */
  readonly buffer: Buffer;
}

interface Waiter {
  readonly sizeBytes: number;
  readonly resolve: (lease: BufferLease) => void;
}

const smallestBytes = 64 * 1024;
/** Larger buffers go back to the system at once. */
const keptBytes = 4 * 1024 * 1024;

export class BufferPool {
  readonly #budgetBytes: number;
  readonly #free: Buffer[] = [];
  readonly #waiters: Waiter[] = [];
  #leasedBytes = 0;

  /** @param budgetBytes sum of all buffers leased at a time; one lease may exceed it when it is alone. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  async acquire(sizeBytes: number): Promise<BufferLease> {
    if (this.#waiters.length === 0 && this.#fits(sizeBytes)) return this.#lease(sizeBytes);
    return new Promise((resolve) => {
      this.#waiters.push({ sizeBytes, resolve });
    });
  }

  #fits(sizeBytes: number): boolean {
    return this.#leasedBytes === 0 || this.#leasedBytes + roundUp(sizeBytes) <= this.#budgetBytes;
  }

  #lease(sizeBytes: number): BufferLease {
    const buffer = this.#take(sizeBytes);
    this.#leasedBytes += buffer.length;
    let ended = false;
    return {
      buffer,
      [Symbol.dispose]: () => {
        if (ended) return;
        ended = true;
        this.#leasedBytes -= buffer.length;
        if (buffer.length <= keptBytes) this.#free.push(buffer);
        this.#serveWaiters();
      },
    };
  }

  #take(sizeBytes: number): Buffer {
    const wanted = roundUp(sizeBytes);
    const index = this.#free.findIndex((buffer) => buffer.length === wanted);
    const [found] = index === -1 ? [] : this.#free.splice(index, 1);
    return found ?? Buffer.allocUnsafeSlow(wanted);
  }

  #serveWaiters(): void {
    for (
      let next = this.#waiters[0];
      next !== undefined && this.#fits(next.sizeBytes);
      next = this.#waiters[0]
    ) {
      this.#waiters.shift();
      next.resolve(this.#lease(next.sizeBytes));
    }
  }
}

function roundUp(sizeBytes: number): number {
  return Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(Math.max(1, sizeBytes))));
}
