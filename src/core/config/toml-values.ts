// TOML text to values, by the parser of record, and what is done with the tables that come out of it.
import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import { configInvalid } from './config-problem.ts';

export type { TomlTable, TomlValue };

/** @throws AppError CONFIG_INVALID with file, line and column. */
export function parseToml(file: string, text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = 'no TOML'] = error.message.split('\n');
    const { line, column } = error;
    throw configInvalid([{ place: `${file}:${line}:${column}`, line, key: null, message }], {
      cause: error,
    });
  }
}

/** Tables are joined; where both have a value, that of `over` counts. */
export function merge(base: TomlTable, over: TomlTable): TomlTable {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isTable(value) && isTable(below) ? merge(below, value) : value);
  }
  return Object.fromEntries(merged);
}

export function tableAt(table: TomlValue | undefined, key: string): TomlTable | null {
  const value = valueAt(table, [key]);
  return isTable(value) ? value : null;
}

export function valueAt(table: TomlValue | undefined, path: readonly string[]): TomlValue | undefined {
  let value = table;
  for (const key of path) value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}
