// Sets, removes and moves single keys of TOML text; whatever else is there stays as it is, and every comment stays.
import { isDeepStrictEqual } from 'node:util';
import { patch } from '@decimalturn/toml-patch';
import { AppError } from '../../shared/errors.ts';
import type { SettingValue } from '../../shared/settings/catalogue.ts';
import { rebuildBraces, replaceValue } from './toml-braces.ts';
import { insertStatement, type KeyPath } from './toml-insert.ts';
import { commentBehind, commentsAbove, commentsIn, indentation } from './toml-lines.ts';
import { insertLines, lineEnd, lineStart, textOf } from './toml-lines.ts';
import { outline, type Entry, type Outline } from './toml-outline.ts';
import { tomlValue } from './toml-value-text.ts';
import { isTable, merge, parseToml, valueAt, type TomlTable, type TomlValue } from './toml-values.ts';

/**
 * Sets the key to the value, or removes it where that is null.
 * @param file what a message calls the text.
 * @throws AppError CONFIG_INVALID, also for what is no TOML.
 */
export function setKey(file: string, text: string, path: KeyPath, value: SettingValue | null): string {
  const others = without(parseToml(file, text), path);
  return checked(file, value === null ? others : merge(others, tableOf(path, plain(value))), () => {
    const before = outline(text);
    const entry = entryAt(before, path);
    if (value === null) return entry === null ? text : removeEntry(before, entry);
    if (entry !== null) return replaceValue(before, entry, newValue(before, entry, value));
    return insertStatement(before, { path, raw: tomlValue(value), above: [], behind: '' });
  });
}

/** Gives a key another name and its comments with it. A text without the key, or with both, is left as it is. */
export function moveKey(file: string, text: string, from: KeyPath, to: KeyPath): string {
  const values = parseToml(file, text);
  const value = valueAt(values, from);
  if (value === undefined || valueAt(values, to) !== undefined) return text;
  return checked(file, merge(without(values, from), tableOf(to, value)), () => {
    const before = outline(text);
    const entry = entryAt(before, from);
    if (entry === null) return text;
    const raw = textOf(before, entry.value);
    if (entry.depth > 0) {
      return insertStatement(outline(removeEntry(before, entry)), { path: to, raw, above: [], behind: '' });
    }
    const comments = commentsAbove(before, entry);
    const behind = commentBehind(before, entry);
    const rest = cutLines(text, lineStart(text, comments[0]?.start ?? entry.start), lineEnd(text, entry.end));
    return insertStatement(outline(rest), {
      path: to,
      raw,
      above: comments.map((comment) => textOf(before, comment)),
      behind: behind === null ? '' : textOf(before, behind),
    });
  });
}

/** A list on several lines keeps them, and the comments of what stays in it. */
function newValue(before: Outline, entry: Entry, value: SettingValue): string {
  const old = textOf(before, entry.value);
  if (typeof value !== 'object' || !old.startsWith('[') || !old.includes('\n')) return tomlValue(value);
  const patched = outline(patch(`list = ${old}`, { list: value }));
  const [list] = patched.entries;
  return list === undefined ? tomlValue(value) : textOf(patched, list.value);
}

/** Comments above, within and behind it stay. */
function removeEntry(before: Outline, entry: Entry): string {
  const { text, entries } = before;
  const braces = entries.find(({ inline }) => inline?.includes(entry) === true);
  if (braces !== undefined) return rebuildBraces(before, braces, { gone: entry });
  const behind = commentBehind(before, entry);
  const kept = [...commentsIn(before, entry), ...(behind === null ? [] : [textOf(before, behind)])];
  const start = lineStart(text, entry.start);
  const indent = indentation(text, entry.start);
  return insertLines(
    cutLines(text, start, lineEnd(text, entry.end)),
    start,
    kept.map((comment) => indent + comment),
  );
}

function cutLines(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(end);
}

/**
 * What was written is read again, by the parser of record: nothing but the change may have changed.
 * Its complaints are not passed on: they name lines that nobody ever wrote.
 */
function checked(file: string, expected: TomlTable, edit: () => string): string {
  const message = `${file} is written in a way that cannot be edited by program; edit it by hand`;
  let edited: string;
  try {
    edited = edit();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('CONFIG_INVALID', message, { cause: error });
  }
  try {
    if (isDeepStrictEqual(withoutEmpty(parseToml(file, edited)), withoutEmpty(expected))) return edited;
  } catch (error) {
    throw new AppError('CONFIG_INVALID', message, { cause: error, details: { edited } });
  }
  throw new AppError('CONFIG_INVALID', message, { details: { edited } });
}

function entryAt({ entries }: Outline, path: KeyPath): Entry | null {
  return entries.find((entry) => isDeepStrictEqual(entry.path, path)) ?? null;
}

function plain(value: SettingValue): TomlValue {
  return typeof value === 'object' ? [...value] : value;
}

function tableOf(path: KeyPath, value: TomlValue): TomlTable {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : tableOf(rest, value) };
}

function without(table: TomlTable, path: KeyPath): TomlTable {
  const [key = '', ...rest] = path;
  if (!Object.hasOwn(table, key)) return table;
  const { [key]: value, ...others } = table;
  if (rest.length === 0) return others;
  return isTable(value) ? { ...others, [key]: without(value, rest) } : table;
}

/** Removing the only dotted key of a table removes the table. */
function withoutEmpty(table: TomlTable): TomlTable {
  const entries = Object.entries(table).flatMap(([key, value]): [string, TomlValue][] => {
    if (!isTable(value)) return [[key, value]];
    const rest = withoutEmpty(value);
    return Object.keys(rest).length === 0 ? [] : [[key, rest]];
  });
  return Object.fromEntries(entries);
}
