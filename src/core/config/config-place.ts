// Where a configuration is looked for, and what was found there.
import type { Settings } from '../../shared/settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigPlace {
  readonly file: string;
  /** false: where there is no file the defaults hold. */
  readonly mustExist: boolean;
  /** Name of an `[env.NAME]` overlay; null for `VEDETTE_ENV` or none. */
  readonly overlay: string | null;
  readonly env: Environment;
}

/** What gave a key its value. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly line: number | null }
  | { readonly kind: 'overlay'; readonly name: string; readonly line: number | null }
  | { readonly kind: 'variable'; readonly name: string };

/** What the user should know although all is well enough to go on. */
export interface ConfigNotice {
  readonly kind:
    | 'migrated'
    | 'old_version'
    | 'migration_not_saved'
    | 'renamed_variable'
    | 'pending_key'
    | 'unknown_variable';
  readonly message: string;
}

export interface Configuration {
  readonly settings: Settings;
  readonly file: string;
  readonly fileExists: boolean;
  /** Name of the overlay in use. */
  readonly overlay: string | null;
  readonly notices: readonly ConfigNotice[];
  /** By `section.key`, for every key. */
  readonly origins: ReadonlyMap<string, SettingOrigin>;
}
