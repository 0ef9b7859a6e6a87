// Where a new key goes: into the braces, below the heading or behind the dotted keys of its table.
import { isDeepStrictEqual } from 'node:util';
import { rebuildBraces } from './toml-braces.ts';
import type { Outline, Span } from './toml-outline.ts';
import { indentation, insertLines, lineEnd, newlineOf } from './toml-lines.ts';

export type KeyPath = readonly string[];

/** A key and its value, with what is said about them. */
export interface Statement {
  readonly path: KeyPath;
  /** The value as TOML. */
  readonly raw: string;
  /** Comments for lines of their own above it. */
  readonly above: readonly string[];
  /** Comment behind it, or nothing. */
  readonly behind: string;
}

export function insertStatement(outline: Outline, statement: Statement): string {
  const { text, entries, headings } = outline;
  const { path, raw, above, behind } = statement;
  const braces = entries
    .filter((entry) => entry.inline !== null && isBelow(path, entry.path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
  if (braces !== undefined) {
    const added = `${path.slice(braces.path.length).join('.')} = ${raw}`;
    return rebuildBraces(outline, braces, {
      added,
      comments: [...above, ...(behind === '' ? [] : [behind])],
    });
  }
  const table = path.slice(0, -1);
  const heading = headings.find((candidate) => isDeepStrictEqual(candidate.path, table));
  const family = entries.filter((entry) => entry.depth === 0 && isBelow(entry.path, table));
  const last =
    heading === undefined
      ? family.findLast((entry) => isBelow(path, entry.heading?.path ?? []))
      : family.findLast((entry) => entry.heading === heading);
  const place = heading === undefined ? last : (placeholder(outline, heading, path) ?? last ?? heading);
  const container = heading?.path ?? last?.heading?.path ?? (place === undefined ? table : []);
  const indent = last === undefined ? '' : indentation(text, last.start);
  const end = behind === '' ? '' : ` ${behind}`;
  const lines = [...above, `${path.slice(container.length).join('.')} = ${raw}${end}`].map(
    (line) => indent + line,
  );
  if (place !== undefined) return insertLines(text, lineEnd(text, place.end), lines);
  if (table.length === 0) return insertLines(text, 0, lines);
  const before = text === '' || text.endsWith('\n') ? text : text + newlineOf(text);
  return insertLines(before, before.length, [...(text === '' ? [] : ['']), `[${table.join('.')}]`, ...lines]);
}

/** The line `# key = …` below the heading: a new key goes below what explains it. */
function placeholder({ text, comments, headings }: Outline, heading: Span, path: KeyPath): Span | null {
  const end = headings.find(({ start }) => start > heading.start)?.start ?? text.length;
  const pattern = new RegExp(`^#+\\s*${path.at(-1)}\\s*=`);
  const found = comments.find(
    (comment) =>
      comment.start > heading.end &&
      comment.end <= end &&
      pattern.test(text.slice(comment.start, comment.end)),
  );
  return found ?? null;
}

function isBelow(path: KeyPath, above: KeyPath): boolean {
  return path.length > above.length && above.every((part, index) => part === path[index]);
}
