// Requests that took too long: each is counted, and the log has one line at once, then one a second with how many there were.
import type { Logger } from '../../core/logger.ts';
import type { EndedRequest } from './ended-request.ts';

export interface SlowRequestsOptions {
  readonly thresholdSeconds: () => number;
  /** Templated, never the address. */
  readonly count: (route: string) => void;
  readonly logger: Pick<Logger, 'warn'>;
}

const quietMs = 1000;

export class SlowRequests implements Disposable {
  readonly #options: SlowRequestsOptions;
  #quiet: NodeJS.Timeout | null = null;
  #untold = 0;
  #slowest: EndedRequest | null = null;

  constructor(options: SlowRequestsOptions) {
    this.#options = options;
  }

  look(ended: EndedRequest): void {
    if (ended.seconds <= this.#options.thresholdSeconds()) return;
    this.#options.count(ended.route);
    if (this.#quiet === null) {
      this.#tell(ended, 1);
      this.#keepQuiet();
      return;
    }
    this.#untold += 1;
    if (this.#slowest === null || ended.seconds > this.#slowest.seconds) this.#slowest = ended;
  }

  [Symbol.dispose](): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = null;
    this.#tellRest();
  }

  #keepQuiet(): void {
    this.#quiet = setTimeout(() => {
      this.#quiet = null;
      if (this.#tellRest()) this.#keepQuiet();
    }, quietMs).unref();
  }

  #tellRest(): boolean {
    const slowest = this.#slowest;
    if (slowest === null) return false;
    this.#tell(slowest, this.#untold);
    this.#slowest = null;
    this.#untold = 0;
    return true;
  }

  /** Never the address or the query: they may name files. */
  #tell({ method, route, status, seconds, requestId, client }: EndedRequest, requests: number): void {
    const fields = { method, route, status, duration_ms: Math.round(seconds * 1000), client };
    this.#options.logger.warn(
      { request_id: requestId, ...fields, requests },
      requests === 1 ? 'a request was slow' : 'requests were slow; this is the slowest',
    );
  }
}
