// Where each heading, key, value and comment of a TOML text stands, as offsets, so that an edit touches nothing else.
import { parseDocument } from '@decimalturn/toml-patch';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Entry extends Span {
  /** From the root, whatever headings, dots and braces it is written with. */
  readonly path: readonly string[];
  readonly value: Span;
  /** What is between the braces, where the value is an inline table. */
  readonly inline: readonly Entry[] | null;
  /** Depth of braces around it. */
  readonly depth: number;
  /** The heading it stands below; null before the first. */
  readonly heading: Heading | null;
}

export interface Heading extends Span {
  readonly path: readonly string[];
}

export interface Outline {
  readonly text: string;
  readonly headings: readonly Heading[];
  /** Those within braces too. */
  readonly entries: readonly Entry[];
  readonly comments: readonly Span[];
}

type Node = ReturnType<typeof parseDocument>['cst'][number];
type KeyValue = Extract<Node, { equals: number }>;

/**
 * @param text TOML that the parser of record has taken, without byte order mark.
 * @throws whatever the parser of the outline throws where it does not agree.
 */
export function outline(text: string): Outline {
  const spanOf = spans(text);
  const headings: Heading[] = [];
  const entries: Entry[] = [];
  const comments: Span[] = [];

  function addEntry(node: KeyValue, heading: Heading | null, above: readonly string[], depth: number): Entry {
    const path = [...above, ...node.key.value];
    const place = entries.length;
    const value = spanOf(node.value.loc);
    const items = text[value.start] === '{' && 'items' in node.value ? node.value.items : null;
    const inline =
      items
        ?.map(({ item }) => item)
        .filter(isKeyValue)
        .map((item) => addEntry(item, heading, path, depth + 1)) ?? null;
    const entry = {
      path,
      ...spanOf(node.loc),
      value,
      inline,
      depth,
      heading,
    };
    entries.splice(place, 0, entry);
    return entry;
  }

  for (const node of parseDocument(text).cst) {
    if ('equals' in node) addEntry(node, null, [], 0);
    else if ('raw' in node) comments.push(spanOf(node.loc));
    else {
      const heading = { path: node.key.item.value, ...spanOf(node.key.loc) };
      headings.push(heading);
      for (const item of node.items) {
        if ('equals' in item) addEntry(item, heading, heading.path, 0);
        else comments.push(spanOf(item.loc));
      }
    }
  }
  return { text, headings, entries, comments };
}

function isKeyValue(node: object): node is KeyValue {
  return 'equals' in node && 'key' in node && 'value' in node;
}

/** From lines (from 1) and columns (from 0) to offsets. */
function spans(text: string) {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1))
    starts.push(index + 1);
  function offset({ line, column }: { line: number; column: number }): number {
    return (starts[line - 1] ?? text.length) + column;
  }
  return ({ start, end }: KeyValue['loc']): Span => ({ start: offset(start), end: offset(end) });
}
