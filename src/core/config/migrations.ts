// Steps from older versions of the configuration to this one, each on the text, so that comments and order stay.
import { configVersion } from '../../shared/settings.ts';
import { lineOfKey, linesOfKeys } from './config-lines.ts';
import { configInvalid } from './config-problem.ts';
import { moveKey, setKey } from './edit-toml.ts';
import { valueAt, type TomlTable } from './toml-values.ts';

type KeyName = readonly [section: string, key: string];

interface Migration {
  /** The version it starts from; it leads to the next. */
  readonly from: number;
  /** Whether a file that says no version can only be of this one. */
  readonly isRecognized: (values: TomlTable) => boolean;
  readonly apply: (file: string, text: string) => string;
}

/** Names of overlays; a table `[env.NAME.section]` lies over `[section]`. */
export const overlayNames: readonly string[] = ['dev', 'staging', 'prod'];

const places: readonly (readonly string[])[] = [[], ...overlayNames.map((name) => ['env', name])];

/** Keys that had another name once; their variables of old are still heard. */
export const renamedKeys: readonly { readonly from: KeyName; readonly to: KeyName }[] = [
  { from: ['scanning', 'worker_memory_limit'], to: ['scaling', 'worker_memory_limit'] },
];

const migrations: readonly Migration[] = [
  {
    from: 1,
    isRecognized: (values) =>
      places.some((place) => valueAt(values, [...place, 'scanning', 'worker_memory_limit']) !== undefined),
    apply: (file, text) =>
      places.reduce(
        (moved, place) =>
          moveKey(
            file,
            moved,
            [...place, 'scanning', 'worker_memory_limit'],
            [...place, 'scaling', 'worker_memory_limit'],
          ),
        text,
      ),
  },
];

export interface MigratedText {
  readonly text: string;
  /** Version of the text that came in. */
  readonly from: number;
}

/**
 * The text in the current version; null where it is that already, or says a version that is none.
 * @throws AppError CONFIG_INVALID for a version of the future.
 */
export function migrateText(text: string, values: TomlTable, file: string): MigratedText | null {
  const version = versionOf(values);
  if (version === null) return null;
  if (version > configVersion) {
    const newer = `version ${version} is newer than this Vedette knows, which is ${configVersion}`;
    const message = `${newer}; use the Vedette that wrote it, or a newer one`;
    const line = lineOfKey(linesOfKeys(text), ['config_version']);
    throw configInvalid([{ place: `${file}:${line}`, line, key: 'config_version', message }]);
  }
  if (version === configVersion) return null;
  const migrated = migrations
    .filter(({ from }) => from >= version)
    .reduce((older, migration) => migration.apply(file, older), text);
  const newest = setKey(file, migrated, ['config_version'], configVersion);
  return { text: newest, from: version };
}

/** null for what is no version at all: validation says so. */
function versionOf(values: TomlTable): number | null {
  const version = valueAt(values, ['config_version']);
  if (version === undefined) {
    return migrations.find(({ isRecognized }) => isRecognized(values))?.from ?? configVersion;
  }
  const known = typeof version === 'number' && Number.isInteger(version) && version >= 1;
  return known ? version : null;
}
