// Inline tables are written anew when a key comes or goes; comments that were inside move above the statement.
import { outline, type Entry, type Outline } from './toml-outline.ts';
import { commentsIn, indentation, insertLines, lineStart, missingComments, textOf } from './toml-lines.ts';

interface Rebuilding {
  readonly gone?: Entry;
  /** `key = value` */
  readonly added?: string;
  /** Comments to be kept besides those inside. */
  readonly comments?: readonly string[];
}

export function rebuildBraces(
  before: Outline,
  braces: Entry,
  { gone, added, comments = [] }: Rebuilding,
): string {
  const kept = (braces.inline ?? []).filter((entry) => entry !== gone).map((entry) => textOf(before, entry));
  const parts = added === undefined ? kept : [...kept, added];
  return replaceValue(before, braces, parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`, comments);
}

/** Puts `raw` in the place of the value; comments that were in the old value and are not in the new one go above. */
export function replaceValue(
  before: Outline,
  entry: Entry,
  raw: string,
  comments: readonly string[] = [],
): string {
  const { text, entries } = before;
  const kept = outline(`value = ${raw}`).comments.map(({ start, end }) => `value = ${raw}`.slice(start, end));
  const lost = [...missingComments(commentsIn(before, entry.value), kept), ...comments];
  const statement =
    entries.find(({ depth, start, end }) => depth === 0 && start <= entry.start && end >= entry.end) ?? entry;
  const indent = indentation(text, statement.start);
  const replaced = text.slice(0, entry.value.start) + raw + text.slice(entry.value.end);
  return insertLines(
    replaced,
    lineStart(text, statement.start),
    lost.map((comment) => indent + comment),
  );
}
