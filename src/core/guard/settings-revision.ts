// A number that moves with every change of the settings in force, so that a page knows when to read them again.
import { isDeepStrictEqual } from 'node:util';
import type { AppState } from '../../shared/app-state.ts';
import type { Configuration } from '../config/config-place.ts';
import type { LiveSettings } from '../config/live-settings.ts';

export class SettingsRevision {
  readonly #live: Pick<LiveSettings, 'configuration' | 'problem'>;
  #seen: Configuration;
  #revision = 0;

  constructor(live: Pick<LiveSettings, 'configuration' | 'problem'>) {
    this.#live = live;
    this.#seen = live.configuration;
  }

  /** The slice of the state. */
  get current(): AppState['settings'] {
    const { configuration, problem } = this.#live;
    // Every look at the file makes a new one: it is compared only then.
    if (configuration !== this.#seen) {
      if (!isDeepStrictEqual(newsIn(configuration), newsIn(this.#seen))) this.#revision += 1;
      this.#seen = configuration;
    }
    return { revision: this.#revision, problem: problem?.message ?? '' };
  }
}

/** Lines of the file move with every comment. */
function newsIn({ settings, origins, fileExists, notices }: Configuration): unknown {
  return [settings, fileExists, notices, [...origins.values()].map(({ kind }) => kind)];
}
