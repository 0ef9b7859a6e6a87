// The wait for the verdict on one test file: answered, late or taken back, and then nothing else any more.
import type { VerdictKind } from '../../shared/verdict.ts';

export type CanaryAnswer =
  | { readonly kind: 'answered'; readonly milliseconds: number }
  | { readonly kind: 'late'; readonly cause: string }
  /** The test was taken back. */
  | { readonly kind: 'stopped' };

export interface CanaryWaitOptions {
  readonly deadlineMs: number;
  /** Takes the test back. */
  readonly signal: AbortSignal;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

/** A deadline that is noticed so late tells of us, who did not listen (a machine that slept), and not of the events. */
const overdueMs = 1000;

export class CanaryWait implements Disposable {
  readonly answer: Promise<CanaryAnswer>;
  readonly #options: CanaryWaitOptions;
  readonly #settle: (answer: CanaryAnswer) => void;
  readonly #startedAtMs: number;
  readonly #stop: () => void;
  #timer: NodeJS.Timeout;
  #isExtended = false;
  #wasUnscannable = false;

  /** Begins at once: made before the file is, as the verdict may come before the write has returned. */
  constructor(options: CanaryWaitOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<CanaryAnswer>();
    this.answer = promise;
    this.#settle = resolve;
    this.#startedAtMs = options.now();
    this.#timer = this.#wait();
    this.#stop = () => resolve({ kind: 'stopped' });
    if (options.signal.aborted) this.#stop();
    else options.signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** A file that could not be scanned is no answer: the test is of the whole way to a verdict. */
  hear(kind: VerdictKind): void {
    if (kind === 'unscannable') this.#wasUnscannable = true;
    else this.#settle({ kind: 'answered', milliseconds: this.#options.now() - this.#startedAtMs });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener('abort', this.#stop);
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => this.#end(), this.#options.deadlineMs).unref();
  }

  #end(): void {
    const { deadlineMs, now } = this.#options;
    if (now() - this.#startedAtMs > deadlineMs + overdueMs && !this.#isExtended) {
      this.#isExtended = true;
      this.#timer = this.#wait();
      return;
    }
    const detail = this.#wasUnscannable ? ': it could not be scanned' : '';
    this.#settle({
      kind: 'late',
      cause: `a test file got no verdict within ${deadlineMs / 1000} s${detail}`,
    });
  }
}
