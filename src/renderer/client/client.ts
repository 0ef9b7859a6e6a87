// Calls of the pages: typed by the contract; what is refused is thrown with its code and the sentence to show.
import type { ErrorCode } from '../../shared/errors.ts';
import type { PageCallName, PageInput, PageOutput, PageTransport } from '../../shared/page-transport.ts';
import { StateStore, type Visibility } from './state-store.ts';

export class CallError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'CallError';
    this.code = code;
    this.details = details;
  }
}

export class Client implements Disposable {
  readonly kind: PageTransport['kind'];
  readonly store: StateStore;
  readonly #transport: PageTransport;
  #isAsking = false;

  constructor(transport: PageTransport, visibility: Visibility) {
    this.kind = transport.kind;
    this.#transport = transport;
    this.store = new StateStore(transport, visibility);
    this.store.subscribe(() => this.#askWhetherAdmitted());
  }

  /** @throws CallError */
  async call<Name extends PageCallName>(name: Name, input: PageInput<Name>): Promise<PageOutput<Name>> {
    const reply = await this.#transport.call(name, input);
    if (!reply.ok && reply.error.code === 'NOT_ADMITTED') this.store.refuse();
    if (!reply.ok) throw new CallError(reply.error.code, reply.error.message, reply.error.details);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Vedette checks every answer against the contract
    return reply.value as PageOutput<Name>;
  }

  async drop(files: readonly File[]): Promise<readonly string[]> {
    return await this.#transport.drop(files);
  }

  /**
   * A browser is not told why its stream of events ended; a call is. At every loss: one that is back may know it no more.
   * One at a time: a browser has few connections, and who does not answer keeps each of them.
   */
  #askWhetherAdmitted(): void {
    if (this.kind !== 'service' || this.store.connection !== 'lost' || this.#isAsking) return;
    this.#isAsking = true;
    void this.#ask().finally(() => {
      this.#isAsking = false;
    });
  }

  async #ask(): Promise<void> {
    const reply = await this.#transport.call('app.state', {});
    if (!reply.ok && reply.error.code === 'NOT_ADMITTED') this.store.refuse();
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
  }
}
