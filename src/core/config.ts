// Settings from the file, the environment's overlay and VEDETTE_* variables; one wrong value refuses the whole.
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import { AppError, messageOf } from '../shared/errors.ts';
import { settingsSchema, type Settings } from '../shared/settings.ts';
import { lineOfKey } from './config-lines.ts';
import { defaultConfigFolder } from './platform-folders.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Section = 'scanning' | 'scaling';

export interface ConfigSource {
  /** null: the platform's own place, where a missing file is no error. */
  readonly file: string | null;
  /** Name of an `[env.NAME]` overlay; null for `VEDETTE_ENV` or none. */
  readonly overlay: string | null;
  readonly env: Environment;
}

/** A configuration as it was read, for saying where something wrong came from. */
interface Origin {
  readonly file: string;
  readonly text: string;
  /** Name and values of the overlay in use. */
  readonly overlay: { readonly name: string; readonly values: TomlTable } | null;
  readonly env: Environment;
}

const fileName = 'rt_protection_config.toml';
const overlays = ['dev', 'staging', 'prod'];
const sections: readonly Section[] = ['scanning', 'scaling'];
const maxFileBytes = 1024 * 1024;

/** @throws AppError CONFIG_INVALID with file, line, key and what was expected; FILE_UNREADABLE for a named file. */
export function loadSettings({ file: named, overlay, env }: ConfigSource): Settings {
  const file =
    named ?? join(defaultConfigFolder({ platform: process.platform, env, home: homedir() }), fileName);
  const text = named === null && !existsSync(file) ? '' : readConfig(file);
  const { env: byName, ...base } = parseToml(file, text);
  checkOverlayNames(file, text, byName);
  const chosen = overlay ?? env['VEDETTE_ENV'] ?? '';
  if (chosen !== '' && !overlays.includes(chosen)) {
    throw new AppError('CONFIG_INVALID', `'${chosen}' is no environment; there are ${overlays.join(', ')}`);
  }
  // An overlay that is not in use is checked all the same: it must not fail on the day it is chosen.
  for (const name of overlays) {
    const values = tableAt(byName, name);
    if (name !== chosen && values !== null)
      validate(merge(base, values), { file, text, overlay: { name, values }, env: {} });
  }
  const values = tableAt(byName, chosen);
  const origin = { file, text, overlay: values === null ? null : { name: chosen, values }, env };
  return validate(withVariables(merge(base, values ?? {}), env), origin);
}

/** Never blocks, whatever the name stands for. */
function readConfig(file: string): string {
  try {
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new TypeError('it is not a regular file');
      if (stats.size > maxFileBytes)
        throw new RangeError(`${stats.size} bytes; at most ${maxFileBytes} are read`);
      return readFileSync(descriptor, 'utf8').replace(/^\uFEFF/, '');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', `the configuration ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function parseToml(file: string, text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.split('\n');
    throw new AppError('CONFIG_INVALID', `${file}:${error.line}:${error.column}: ${reason}`, {
      cause: error,
    });
  }
}

function checkOverlayNames(file: string, text: string, byName: TomlValue | undefined): void {
  if (byName === undefined) return;
  const unknown = isTable(byName) ? Object.keys(byName).find((name) => !overlays.includes(name)) : '';
  if (unknown === undefined) return;
  const key = unknown === '' ? 'env' : `env.${unknown}`;
  const place = placeOf(file, lineOfKey(text, key.split('.')));
  throw new AppError(
    'CONFIG_INVALID',
    `${place}: ${key}: there are ${overlays.map((name) => `[env.${name}]`).join(', ')}`,
  );
}

function validate(values: TomlTable, origin: Origin): Settings {
  const result = settingsSchema.safeParse(values);
  if (result.success) return result.data;
  const sentences = result.error.issues.flatMap((issue) => {
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => `${whereFrom(path.map(String), origin)}: ${issue.message}`);
  });
  throw new AppError('CONFIG_INVALID', sentences.join('\n'), { details: { file: origin.file } });
}

/** The variable, or file, line and key, that gave the value at `path`. */
function whereFrom(path: readonly string[], { file, text, overlay, env }: Origin): string {
  const [section = '', key = ''] = path;
  const variable = variableName(section, key);
  if (env[variable] !== undefined) return variable;
  const inOverlay = overlay !== null && tableAt(overlay.values, section)?.[key] !== undefined;
  const full = inOverlay ? ['env', overlay.name, ...path] : path;
  return `${placeOf(file, lineOfKey(text, full))}: ${full.join('.')}`;
}

function placeOf(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}

/** `VEDETTE_SCANNING_ENABLE_YARA=false` and the like; a list is separated as PATH is. */
function withVariables(values: TomlTable, env: Environment): TomlTable {
  let merged = values;
  for (const section of sections) {
    for (const key of Object.keys(settingsSchema.shape[section].unwrap().shape)) {
      const text = env[variableName(section, key)];
      if (text !== undefined)
        merged = merge(merged, { [section]: { [key]: parseVariable(section, key, text) } });
    }
  }
  return merged;
}

function variableName(section: string, key: string): string {
  return `VEDETTE_${section}_${key}`.toUpperCase();
}

/** The text as whatever the schema takes at that key; as what it looks like where the schema takes none of them. */
function parseVariable(section: Section, key: string, text: string): TomlValue {
  const list = text.split(process.platform === 'win32' ? ';' : ':').filter((part) => part !== '');
  const readings: readonly TomlValue[] = [
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    ...(/^-?\d+(\.\d+)?$/.test(text) ? [Number(text)] : []),
    text,
    list,
  ];
  const accepted = readings.find(
    (reading) => settingsSchema.safeParse({ [section]: { [key]: reading } }).success,
  );
  return accepted ?? readings[0] ?? text;
}

function merge(base: TomlTable, over: TomlTable): TomlTable {
  const merged: TomlTable = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTable(value) && isTable(below) ? merge(below, value) : value;
  }
  return merged;
}

function tableAt(table: TomlValue | undefined, key: string): TomlTable | null {
  const value = isTable(table) ? table[key] : undefined;
  return isTable(value) ? value : null;
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}
