// Settings from the file, the environment's overlay and VEDETTE_* variables; one wrong value refuses the whole.
import { AppError, messageOf } from '../../shared/errors.ts';
import { settingDescriptions } from '../../shared/settings/catalogue.ts';
import { didYouMean } from '../../shared/settings/closest-name.ts';
import { lineOfKey, linesOfKeys, type ConfigLines } from './config-lines.ts';
import type { ConfigNotice, ConfigPlace, Configuration, SettingOrigin } from './config-place.ts';
import { configInvalid, maxProblems } from './config-problem.ts';
import { migrateText, overlayNames, type MigratedText } from './migrations.ts';
import { readConfig, readConfigIfThere, type ConfigText } from './read-config.ts';
import { keepBeside, replaceFile } from './replace-file.ts';
import {
  isTable,
  merge,
  parseToml,
  tableAt,
  valueAt,
  type TomlTable,
  type TomlValue,
} from './toml-values.ts';
import { fileKey, validateConfig, type ValueSource } from './validate-config.ts';
import { unknownVariables, variableOf, withVariables } from './variables.ts';

export interface LoadOptions {
  /** Whether a file of an older version is written anew; false leaves it as it is. */
  readonly saveMigration: boolean;
}

/** @throws AppError CONFIG_INVALID with file, line, key and what was expected; FILE_UNREADABLE */
export function loadConfigurationAt(place: ConfigPlace, options: LoadOptions): Configuration {
  const { file, mustExist } = place;
  return configurationOf(place, mustExist ? readConfig(file) : readConfigIfThere(file), options);
}

/** What holds without the file; without the variables too where they are wrong. */
export function defaultConfiguration(place: ConfigPlace): Configuration {
  try {
    return configurationOf(place, null, { saveMigration: false });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return configurationOf({ ...place, overlay: null, env: {} }, null, { saveMigration: false });
  }
}

/** The text with each overlay laid over it. @throws AppError CONFIG_INVALID */
export function validateText(file: string, text: string, lines: ConfigLines): void {
  checkedText(file, text, lines);
}

function configurationOf(
  place: ConfigPlace,
  read: ConfigText | null,
  { saveMigration }: LoadOptions,
): Configuration {
  const { file, env } = place;
  const { base, overlays, lines, migrated } = checkedText(file, read?.text ?? '');
  const chosen = place.overlay ?? env['VEDETTE_ENV'] ?? '';
  if (chosen !== '' && !overlayNames.includes(chosen)) {
    const names = overlayNames.join(', ');
    throw new AppError('CONFIG_INVALID', `'${chosen}' is no environment; there are ${names}`);
  }
  const overlay = overlays.find(({ name }) => name === chosen) ?? null;
  const source = { file, lines, isOld: migrated !== null, overlay, env };
  const settings = validateConfig(withVariables(merge(base, overlay?.values ?? {}), env), source);

  const notices: ConfigNotice[] = [];
  let now: ValueSource = source;
  if (read !== null && migrated !== null) {
    const { isSaved, notice } = saveMigration
      ? saveMigrated(file, read, migrated)
      : { isSaved: false, notice: oldVersion(file, migrated.from) };
    notices.push(notice);
    if (isSaved) now = { ...source, lines: linesOfKeys(migrated.text), isOld: false };
  }
  const origins = originsOf(base, now);
  return {
    settings,
    file,
    fileExists: read !== null,
    overlay: chosen === '' ? null : chosen,
    notices: [...notices, ...noticesOf(origins, now)],
    origins,
  };
}

interface CheckedText {
  readonly base: TomlTable;
  readonly overlays: readonly { readonly name: string; readonly values: TomlTable }[];
  /** Of the text as it came in. */
  readonly lines: ConfigLines;
  readonly migrated: MigratedText | null;
}

/** An overlay that is not in use is checked all the same: it must not fail on the day it is chosen. */
function checkedText(file: string, text: string, lines: ConfigLines = linesOfKeys(text)): CheckedText {
  const values = parseToml(file, text);
  const migrated = migrateText(text, values, file);
  const { env: byName, ...base } = migrated === null ? values : parseToml(file, migrated.text);
  const source = { file, lines, isOld: migrated !== null, overlay: null, env: {} };
  checkOverlayNames(byName, source);
  const overlays = overlayNames.flatMap((name) => {
    const overlay = tableAt(byName, name);
    return overlay === null ? [] : [{ name, values: overlay }];
  });
  validateConfig(base, source);
  for (const overlay of overlays) validateConfig(merge(base, overlay.values), { ...source, overlay });
  return { base, overlays, lines, migrated };
}

function saveMigrated(
  file: string,
  read: ConfigText,
  { text, from }: MigratedText,
): { readonly isSaved: boolean; readonly notice: ConfigNotice } {
  try {
    const copy = keepBeside(file, read, `v${from}`);
    if (replaceFile(file, read, read.byteOrderMark + text) === 'changed') {
      return { isSaved: false, notice: notSaved(file, from, 'another program changed it meanwhile') };
    }
    const message = `${file} was brought from version ${from} to the present one; the old text is ${copy}`;
    return { isSaved: true, notice: { kind: 'migrated', message } };
  } catch (error) {
    return { isSaved: false, notice: notSaved(file, from, messageOf(error)) };
  }
}

function oldVersion(file: string, from: number): ConfigNotice {
  const message = `${file} is of version ${from}; Vedette brings it up to date at the next start and keeps the old text`;
  return { kind: 'old_version', message };
}

function notSaved(file: string, from: number, reason: string): ConfigNotice {
  const message = `${file} is of version ${from} and is understood as it is, but was not brought up to date: ${reason}`;
  return { kind: 'migration_not_saved', message };
}

function checkOverlayNames(byName: TomlValue | undefined, { file, lines }: ValueSource): void {
  if (byName === undefined) return;
  const unknown = isTable(byName) ? Object.keys(byName).filter((name) => !overlayNames.includes(name)) : [''];
  if (unknown.length === 0) return;
  const expected = `there are ${overlayNames.map((name) => `[env.${name}]`).join(', ')}`;
  const problems = unknown.slice(0, maxProblems).map((name) => {
    const path = name === '' ? ['env'] : ['env', name];
    const line = lineOfKey(lines, path);
    const message = `${expected}${didYouMean(name, overlayNames)}`;
    return { place: line === null ? file : `${file}:${line}`, line, key: path.join('.'), message };
  });
  throw configInvalid(problems, { total: unknown.length });
}

function originsOf(base: TomlTable, source: ValueSource): ReadonlyMap<string, SettingOrigin> {
  const { overlay, env, lines } = source;
  return new Map(
    settingDescriptions.map((description): [string, SettingOrigin] => {
      const { name, section, key } = description;
      const variable = variableOf(description, env);
      if (variable !== null) return [name, { kind: 'variable', name: variable }];
      if (overlay !== null && valueAt(overlay.values, [section, key]) !== undefined) {
        const line = lineOfKey(lines, fileKey(['env', overlay.name, section, key], source));
        return [name, { kind: 'overlay', name: overlay.name, line }];
      }
      if (valueAt(base, [section, key]) === undefined) return [name, { kind: 'default' }];
      return [name, { kind: 'file', line: lineOfKey(lines, fileKey([section, key], source)) }];
    }),
  );
}

function noticesOf(
  origins: ReadonlyMap<string, SettingOrigin>,
  { file, env }: ValueSource,
): readonly ConfigNotice[] {
  const notices: ConfigNotice[] = [];
  for (const { name, variable, pending } of settingDescriptions) {
    const origin = origins.get(name) ?? { kind: 'default' };
    if (origin.kind === 'default') continue;
    const place =
      origin.kind === 'variable' ? origin.name : origin.line === null ? file : `${file}:${origin.line}`;
    if (pending)
      notices.push({ kind: 'pending_key', message: `${place}: ${name} has no effect in this version` });
    if (origin.kind === 'variable' && origin.name !== variable)
      notices.push({ kind: 'renamed_variable', message: `${origin.name} is called ${variable} now` });
  }
  for (const { name, meant } of unknownVariables(env)) {
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    notices.push({ kind: 'unknown_variable', message: `${name} sets nothing${hint}` });
  }
  return notices;
}
