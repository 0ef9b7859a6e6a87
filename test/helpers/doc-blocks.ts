// What a page of the docs prints for a machine to read: its fenced blocks, in order, with the heading they stand under.
export interface DocBlock {
  readonly heading: string;
  readonly language: string;
  /** What stands behind the language, such as the name of a file; empty for none. */
  readonly info: string;
  readonly text: string;
}

/** Indented blocks are for people: they are left out. */
export function blocksIn(page: string): readonly DocBlock[] {
  const blocks: DocBlock[] = [];
  let heading = '';
  let open: { readonly language: string; readonly info: string; readonly lines: string[] } | null = null;
  for (const line of page.split('\n')) {
    const fence = /^```(?<language>\w*) ?(?<info>.*)$/.exec(line)?.groups;
    if (open === null && fence !== undefined) {
      open = { language: fence['language'] ?? '', info: fence['info'] ?? '', lines: [] };
    } else if (open !== null && line === '```') {
      blocks.push({ heading, language: open.language, info: open.info, text: `${open.lines.join('\n')}\n` });
      open = null;
    } else if (open !== null) {
      open.lines.push(line);
    } else {
      heading = /^#+ (?<title>.*)$/.exec(line)?.groups?.['title'] ?? heading;
    }
  }
  if (open !== null) throw new Error(`a block under '${heading}' has no end`);
  return blocks;
}
