// What is watched and walked at the moment: by the settings, a command and the volumes there are, as far as it answers.
import type { Settings } from '../../shared/settings.ts';
import { createExclusions } from '../intake/exclusions.ts';
import type { WalkOptions } from '../intake/walk.ts';
import { StalledMounts } from '../watch/stalled-mounts.ts';
import type { WatchSettings } from '../watch/watch-protocol.ts';
import { exclusionRules, ownFolders, watchSettingsOf } from './watch-list.ts';

export interface WatchScopeOptions {
  readonly settings: Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly dataDir: string;
  /** File systems of watched folders have ceased to answer, or answer again. */
  readonly onChange: () => void;
}

export class WatchScope implements Disposable {
  settings: Settings;
  /** Where removable volumes are mounted. */
  volumes: readonly string[] = [];
  readonly #options: WatchScopeOptions;
  readonly #mounts: StalledMounts;

  constructor(options: WatchScopeOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#mounts = new StalledMounts({ folders: () => this.folders, onChange: options.onChange });
    void this.#mounts.check([]);
  }

  get folders(): readonly string[] {
    return this.#settingsWith(() => []).roots.map(({ path }) => path);
  }

  get watchSettings(): WatchSettings {
    return this.#settingsWith((folders) => this.#mounts.of(folders));
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

  #settingsWith(stalledOf: (folders: readonly string[]) => readonly string[]): WatchSettings {
    const { settings, volumes } = this;
    const { named, dataDir } = this.#options;
    return watchSettingsOf({ settings, named, volumes, dataDir, stalledOf });
  }
}
