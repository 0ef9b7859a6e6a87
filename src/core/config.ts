// The configuration: where it is on this platform, and the way into `core/config`, which reads, checks and writes it.
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConfigPlace, Configuration, Environment } from './config/config-place.ts';
import { loadConfigurationAt, type LoadOptions } from './config/load-configuration.ts';
import { defaultConfigFolder } from './platform-folders.ts';

export interface ConfigSource {
  /** null: the platform's own place, where a missing file is no error. */
  readonly file: string | null;
  /** Name of an `[env.NAME]` overlay; null for `VEDETTE_ENV` or none. */
  readonly overlay: string | null;
  readonly env: Environment;
}

const fileName = 'rt_protection_config.toml';

export function configPlace({ file, overlay, env }: ConfigSource): ConfigPlace {
  const folder = defaultConfigFolder({ platform: process.platform, env, home: homedir() });
  return { file: file ?? join(folder, fileName), mustExist: file !== null, overlay, env };
}

/**
 * A file of an older version is brought up to date on the way, unless that is not wished.
 * @throws AppError CONFIG_INVALID with file, line, key and what was expected; FILE_UNREADABLE
 */
export function loadConfiguration(
  source: ConfigSource,
  options: LoadOptions = { saveMigration: true },
): Configuration {
  return loadConfigurationAt(configPlace(source), options);
}
