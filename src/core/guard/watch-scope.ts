// What is watched and walked at the moment: by the settings, a command and the volumes there are, as far as it answers.
import type { Settings } from '../../shared/settings.ts';
import { createExclusions } from '../intake/exclusions.ts';
import type { WalkOptions } from '../intake/walk.ts';
import { type PlaceSurroundings, surroundingsHere } from '../watch/place-surroundings.ts';
import { StalledMounts, type StalledMountsOptions } from '../watch/stalled-mounts.ts';
import type { WatchRoot, WatchSettings } from '../watch/watch-protocol.ts';
import { exclusionRules, ownFolders, watchedRoots, watchSettingsOf } from './watch-list.ts';

export interface WatchScopeOptions {
  readonly settings: Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly dataDir: string;
  /** File systems of watched folders have ceased to answer, or answer again. */
  readonly onChange: () => void;
  /** By default those of this machine. */
  readonly mounts?: Pick<StalledMountsOptions, 'probe' | 'readTable'>;
}

export class WatchScope implements Disposable {
  readonly #options: WatchScopeOptions;
  readonly #mounts: StalledMounts;
  #settings: Settings;
  #volumes: readonly string[] = [];
  /** Kept, because to find them touches what they are on: only after it was asked. */
  #roots: readonly WatchRoot[] = [];

  constructor(options: WatchScopeOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#mounts = new StalledMounts({
      ...options.mounts,
      folders: () => this.folders,
      onChange: () => {
        this.#findRoots();
        options.onChange();
      },
    });
    this.#findRoots();
    void this.#mounts.check([]);
  }

  get settings(): Settings {
    return this.#settings;
  }

  set settings(settings: Settings) {
    this.#settings = settings;
    this.#findRoots();
  }

  /** Where removable volumes are mounted. */
  get volumes(): readonly string[] {
    return this.#volumes;
  }

  set volumes(volumes: readonly string[]) {
    this.#volumes = volumes;
    this.#findRoots();
  }

  /** Absolute, and where links lead. */
  get folders(): readonly string[] {
    return this.#roots.map(({ path }) => path);
  }

  get watchSettings(): WatchSettings {
    const { dataDir } = this.#options;
    const stalled = this.#mounts.of(this.folders);
    return watchSettingsOf({ settings: this.#settings, dataDir, roots: this.#roots, stalled });
  }

  /** This machine, but for what does not answer: that is taken to be there, and is not touched. */
  get surroundings(): PlaceSurroundings {
    const here = surroundingsHere();
    return {
      ...here,
      exists: (path) => this.#mounts.holds(path) || here.exists(path),
      realPath: (path) => this.#mounts.placeOn(path) ?? here.realPath(path),
    };
  }

  /** For whatever walks: what is left out is left out everywhere. */
  get walkOptions(): WalkOptions {
    const { dataDir } = this.#options;
    return {
      exclusions: createExclusions(exclusionRules(this.settings, dataDir)),
      ownFolders: new Set(ownFolders(dataDir)),
      stalls: (path) => this.#mounts.holds(path),
    };
  }

  /** The same, once it is known which file systems of these folders answer. */
  async walkOptionsFor(folders: readonly string[]): Promise<WalkOptions> {
    await this.#mounts.check(folders);
    return this.walkOptions;
  }

  /** Whether the folder answers in time. */
  async answers(folder: string): Promise<boolean> {
    return await this.#mounts.answers(folder);
  }

  [Symbol.dispose](): void {
    this.#mounts[Symbol.dispose]();
  }

  #findRoots(): void {
    const { named } = this.#options;
    const [settings, volumes, surroundings] = [this.#settings, this.#volumes, this.surroundings];
    this.#roots = watchedRoots({ settings, named, volumes, surroundings });
  }
}
