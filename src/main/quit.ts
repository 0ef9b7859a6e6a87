// The end of the app, once and in order, whoever asks for it: what runs is stopped first, but no longer than a deadline.
import type { Logger } from '../core/logger.ts';
import { orLate } from '../core/or-late.ts';
import { messageOf } from '../shared/errors.ts';

export interface QuitOptions {
  /** Stops everything; it may be asked for while it is still starting. */
  readonly end: () => Promise<void>;
  /** Ends the process. */
  readonly exit: (code: number) => void;
  readonly deadlineMs?: number;
  readonly logger: Logger;
}

export class Quit {
  readonly #options: QuitOptions;
  #ending: Promise<void> | null = null;

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  /** Windows are closed for good from now on. */
  get hasBegun(): boolean {
    return this.#ending !== null;
  }

  /** Asked again, it is still the same end. */
  begin(code = 0): Promise<void> {
    this.#ending ??= this.#run(code);
    return this.#ending;
  }

  async #run(code: number): Promise<void> {
    const { end, exit, deadlineMs = 15_000, logger } = this.#options;
    async function endWhole(): Promise<boolean> {
      await end();
      return true;
    }
    let isClean = false;
    try {
      isClean = await orLate(endWhole(), deadlineMs, () => false);
      if (!isClean) logger.error({ deadlineMs }, 'Vedette did not stop in time and was ended');
    } catch (error) {
      logger.error({ cause: messageOf(error) }, 'Vedette did not stop cleanly');
    }
    exit(isClean ? code : Math.max(code, 2));
  }
}
