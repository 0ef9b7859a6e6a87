// Values to settings; every wrong one is named with its place, its key and what would be right.
import type { z } from 'zod';
import { settingsSchema, type Settings } from '../../shared/settings.ts';
import {
  expectation,
  sectionNames,
  settingDescriptions,
  settingsByName,
} from '../../shared/settings/catalogue.ts';
import { didYouMean } from '../../shared/settings/closest-name.ts';
import { lineOfKey, type ConfigLines } from './config-lines.ts';
import type { Environment } from './config-place.ts';
import { configInvalid, maxProblems, type ConfigProblem } from './config-problem.ts';
import { renamedKeys } from './migrations.ts';
import { isTable, merge, valueAt, type TomlTable, type TomlValue } from './toml-values.ts';
import { variableOf } from './variables.ts';

/** Where values came from, for saying where a wrong one stands. */
export interface ValueSource {
  readonly file: string;
  /** Of the text as the file has it. */
  readonly lines: ConfigLines;
  /** The file has keys under the names of an older version. */
  readonly isOld: boolean;
  /** Name and values of the overlay in use. */
  readonly overlay: { readonly name: string; readonly values: TomlTable } | null;
  readonly env: Environment;
}

/** @throws AppError CONFIG_INVALID */
export function validateConfig(values: TomlTable, source: ValueSource): Settings {
  const given = lowerDefaults(values);
  const result = settingsSchema.safeParse(given);
  if (result.success) return result.data;
  const faults = withoutEchoes(result.error.issues)
    .flatMap((issue) => pathsOf(issue, given).map((path) => ({ issue, path, ...placeOf(path, source) })))
    .toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  const problems = faults
    .slice(0, maxProblems)
    .map(({ issue, path, ...place }) => ({ ...place, message: messageFor(issue, path, given) }));
  throw configInvalid(problems, { total: faults.length });
}

/** Who allows one worker does not want an error because the default of the other key is two. */
function lowerDefaults(values: TomlTable): TomlTable {
  const maximum = valueAt(values, ['scaling', 'max_workers']);
  const minimum = settingsByName.get('scaling.min_workers')?.default ?? 0;
  const isLower = typeof maximum === 'number' && maximum > 0 && maximum < Number(minimum);
  if (!isLower || valueAt(values, ['scaling', 'min_workers']) !== undefined) return values;
  return merge(values, { scaling: { min_workers: maximum } });
}

/** A value out of range contradicts others by the way: that is not a second fault. */
function withoutEchoes(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const faulty = new Set(issues.filter(({ code }) => code !== 'custom').map(({ path }) => path[0]));
  return issues.filter(({ code, path }) => code !== 'custom' || !faulty.has(path[0]));
}

/** The keys that an issue is about. */
function pathsOf(issue: z.core.$ZodIssue, values: TomlTable): readonly (readonly string[])[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  if (issue.code !== 'custom' || valueAt(values, path) !== undefined) return [path];
  // Of two keys that contradict each other it is the one that was set.
  return [[...path.slice(0, -1), String(issue.params?.['other'])]];
}

function messageFor(issue: z.core.$ZodIssue, path: readonly string[], values: TomlTable): string {
  if (issue.code === 'unrecognized_keys') return unknownKey(path, values);
  return issue.code === 'custom' ? issue.message : wrongValue(path, values);
}

function unknownKey(path: readonly string[], values: TomlTable): string {
  const key = path.at(-1) ?? '';
  const section = path.at(-2);
  const home = settingDescriptions.find((description) => description.key === key);
  const renamed = renamedKeys.find(({ from }) => from[0] === section && from[1] === key);
  if (section === undefined && isTable(valueAt(values, [key])))
    return `there is no such section${didYouMean(key, sectionNames)}`;
  if (renamed !== undefined) return `it is called ${renamed.to.join('.')} now`;
  if (home !== undefined) return `unknown key here; it belongs in [${home.section}]`;
  const keys = settingDescriptions.filter((description) => description.section === section);
  return `unknown key${didYouMean(key, section === undefined ? sectionNames : keys.map((known) => known.key))}`;
}

function wrongValue(path: readonly string[], values: TomlTable): string {
  const [section = '', key] = path;
  const value = shown(valueAt(values, path.slice(0, 2)));
  if (section === 'config_version') return `expected the number of a version, found ${value}`;
  if (key === undefined) return `expected a section, [${section}], found ${value}`;
  const description = settingsByName.get(`${section}.${key}`);
  if (description === undefined) return `found ${value}`;
  const isText = description.type === 'text' || description.type === 'list';
  const meaning = isText ? `. ${description.explanation}` : '';
  return `expected ${expectation(description)}, found ${value}${meaning}`;
}

function shown(value: TomlValue | undefined): string {
  if (Array.isArray(value)) return 'a list with something else in it';
  if (value instanceof Date) return value.toISOString();
  if (isTable(value)) return 'a table';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The variable, or file, line and key as it is written there, that gave the value at `path`. */
function placeOf(path: readonly string[], source: ValueSource): Omit<ConfigProblem, 'message'> {
  const { file, lines, overlay, env } = source;
  const [section = '', key = ''] = path;
  const description = settingsByName.get(`${section}.${key}`);
  const variable = description === undefined ? null : variableOf(description, env);
  if (variable !== null) return { place: variable, line: null, key: null };
  const inOverlay = overlay !== null && valueAt(overlay.values, [section, key]) !== undefined;
  const full = fileKey(inOverlay ? ['env', overlay.name, ...path] : path, source);
  const line = lineOfKey(lines, full);
  return { place: line === null ? file : `${file}:${line}`, line, key: full.join('.') };
}

/** The path of a key as the file has it, which may be its name of an older version. */
export function fileKey(path: readonly string[], { lines, isOld }: ValueSource): readonly string[] {
  if (!isOld || lines.has(path.join('\0'))) return path;
  const [section, key, ...rest] = path.slice(-2);
  const renamed = renamedKeys.find(({ to }) => to[0] === section && to[1] === key);
  return renamed === undefined ? path : [...path.slice(0, -2), ...renamed.from, ...rest];
}
