// Settings from the file, the environment's overlay and VEDETTE_* variables; one wrong value refuses the whole.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import type { z } from 'zod';
import { AppError, messageOf } from '../shared/errors.ts';
import { settingsSchema, type Settings } from '../shared/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSource {
  /** null: the platform's own place, where a missing file is no error. */
  readonly file: string | null;
  /** Name of an `[env.NAME]` overlay; null for `VEDETTE_ENV` or none. */
  readonly overlay: string | null;
  readonly env: Environment;
}

const fileName = 'rt_protection_config.toml';
const overlays = ['dev', 'staging', 'prod'];
const maxFileBytes = 1024 * 1024;

/** @throws AppError CONFIG_INVALID with file, line, key and what was expected; FILE_UNREADABLE for a named file. */
export function loadSettings(source: ConfigSource): Settings {
  const file = source.file ?? defaultConfigFile(source.env);
  const text = source.file === null && !existsSync(file) ? '' : readConfig(file);
  const { env: byEnvironment, ...base } = parseToml(file, text);
  const overlay = chooseOverlay(source, byEnvironment);
  const values = withVariables(merge(base, overlay), source.env);
  const result = settingsSchema.safeParse(values);
  if (result.success) return result.data;
  throw invalid(file, text, result.error.issues);
}

function defaultConfigFile(env: Environment): string {
  if (process.platform === 'win32') {
    return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Vedette', fileName);
  }
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Vedette', fileName);
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'vedette', fileName);
}

function readConfig(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > maxFileBytes)
      throw new RangeError(`it holds ${bytes.length} bytes; at most ${maxFileBytes} are read`);
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
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

function chooseOverlay({ overlay, env }: ConfigSource, byEnvironment: TomlValue | undefined): TomlTable {
  const name = overlay ?? env['VEDETTE_ENV'] ?? '';
  if (name === '') return {};
  if (!overlays.includes(name)) {
    throw new AppError('CONFIG_INVALID', `'${name}' is no environment; there are ${overlays.join(', ')}`);
  }
  const chosen = isTable(byEnvironment) ? byEnvironment[name] : undefined;
  return isTable(chosen) ? chosen : {};
}

/** `VEDETTE_SCANNING_ENABLE_YARA=false` and the like; a list is separated as PATH is. */
function withVariables(values: TomlTable, env: Environment): TomlTable {
  let merged = values;
  for (const section of ['scanning', 'scaling'] as const) {
    for (const key of Object.keys(settingsSchema.shape[section].unwrap().shape)) {
      const text = env[`VEDETTE_${section.toUpperCase()}_${key.toUpperCase()}`];
      if (text !== undefined)
        merged = merge(merged, { [section]: { [key]: parseVariable(section, key, text) } });
    }
  }
  return merged;
}

/** The text as whatever the schema takes at that key: a list, a number or a boolean before a string. */
function parseVariable(section: 'scanning' | 'scaling', key: string, text: string): TomlValue {
  const separator = process.platform === 'win32' ? ';' : ':';
  const readings: TomlValue[] = [text.split(separator).filter((part) => part !== '')];
  if (/^-?\d+(\.\d+)?$/.test(text)) readings.push(Number(text));
  if (text === 'true' || text === 'false') readings.push(text === 'true');
  return (
    readings.find((reading) => settingsSchema.safeParse({ [section]: { [key]: reading } }).success) ?? text
  );
}

function merge(base: TomlTable, over: TomlTable): TomlTable {
  const merged: TomlTable = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTable(value) && isTable(below) ? merge(below, value) : value;
  }
  return merged;
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

function invalid(file: string, text: string, issues: readonly z.core.$ZodIssue[]): AppError {
  const sentences = issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    const line = lineOf(text, path.map(String));
    return `${file}${line === null ? '' : `:${line}`}: ${path.join('.')}: ${issue.message}`;
  });
  return new AppError('CONFIG_INVALID', sentences.join('\n'), { details: { file } });
}

/** Line of the last key of `path` below its section's heading; null when it came from elsewhere. */
function lineOf(text: string, path: readonly string[]): number | null {
  const key = path.findLast((part) => !/^\d+$/.test(part)) ?? '';
  const section = path.length > 1 ? (path[0] ?? '') : '';
  let current = '';
  for (const [index, line] of text.split('\n').entries()) {
    const heading = /^\s*\[(?<name>[^\]]+)\]/.exec(line)?.groups?.['name'];
    if (heading !== undefined) current = heading.trim().split('.').at(-1) ?? '';
    if (heading !== undefined && current === key) return index + 1;
    if ((current === section || section === '') && line.trimStart().split(/[\s=]/, 1)[0] === key)
      return index + 1;
  }
  return null;
}
