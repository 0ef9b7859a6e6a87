// What is watched, put together from the settings, what a command named, and the volumes that are mounted.
import { resolve } from 'node:path';
import type { Priority } from '../../shared/scan.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ExclusionRules } from '../intake/exclusions.ts';
import { isFsError } from '../files/open-file.ts';
import { lookAt } from '../intake/place.ts';
import { isCanaryName, type CanarySettings } from '../watch/canary.ts';
import { isInside } from '../watch/is-inside.ts';
import type { PlaceSurroundings } from '../watch/place-surroundings.ts';
import { watchedFolders } from '../watch/watched-places.ts';
import type { WatchRoot, WatchSettings } from '../watch/watch-protocol.ts';

export interface WatchListOptions {
  readonly settings: Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  /** Where removable volumes are mounted now. */
  readonly volumes: readonly string[];
  /** By default this machine as it is. */
  readonly surroundings?: PlaceSurroundings;
}

export interface WatchedPlaces extends Pick<WatchSettings, 'roots' | 'stalled'> {
  readonly settings: Settings;
  readonly dataDir: string;
}

export function watchSettingsOf({ settings, dataDir, ...places }: WatchedPlaces): WatchSettings {
  const { watch } = settings;
  return {
    ...places,
    exclude: exclusionRules(settings, dataDir),
    ownFolders: ownFolders(dataDir),
    settleMs: watch.settle_ms,
    settleMaxMs: watch.settle_max_seconds * 1000,
  };
}

export function watchedRoots(options: WatchListOptions): readonly WatchRoot[] {
  const { settings, named, volumes, surroundings } = options;
  if (!settings.watch.enabled) return [];
  const configured = named.length > 0 ? named.map((path) => resolve(path)) : settings.watch.folders;
  const places = watchedFolders(configured, surroundings).map((path) => ({ path, removable: false }));
  const mounted = settings.watch.watch_removable ? volumes : [];
  const others = mounted.filter((volume) => !places.some(({ path }) => isInside(volume, path)));
  return [...places, ...others.map((path) => ({ path, removable: true }))];
}

export function exclusionRules({ scanning, watch }: Settings, dataDir: string): ExclusionRules {
  return { globs: [...scanning.exclude, ...watch.exclude], folders: [dataDir], extensions: [] };
}

/** As `device:inode`: by whatever name somebody gets there. None while it is not there: watching goes on. */
export function ownFolders(dataDir: string): readonly string[] {
  try {
    return [lookAt(dataDir).key];
  } catch (error) {
    if (isFsError(error)) return [];
    throw error;
  }
}

/** The test must not wait behind a flood, or it would only tell of the flood. */
export function priorityOf(path: string): Priority {
  return isCanaryName(path) ? 'critical' : 'high';
}

export function canarySettings({ watch }: Settings): CanarySettings {
  return {
    intervalMs: watch.enabled ? watch.canary_interval_minutes * 60_000 : 0,
    deadlineMs: watch.canary_deadline_seconds * 1000,
  };
}
