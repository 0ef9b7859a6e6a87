// Finds the lines of keys in TOML text, for messages that point at them; a guess for a person, never used to decide.

/** From the parts of a heading or key, joined with NUL, to the first line (from 1) that agrees with them. */
export type ConfigLines = ReadonlyMap<string, number>;

export function linesOfKeys(text: string): ConfigLines {
  const lines = new Map<string, number>();
  let heading: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const found = /^\s*\[{1,2}(?<name>[^\]]+)\]/.exec(line)?.groups?.['name'];
    if (found !== undefined) heading = keyParts(found);
    const own = found === undefined ? keyParts(line.split('=', 1)[0] ?? '') : [];
    const full = [...heading, ...own].slice(0, maxDepth);
    for (let depth = 1; depth <= full.length; depth += 1) {
      const parts = full.slice(0, depth).join('\0');
      if (!lines.has(parts)) lines.set(parts, index + 1);
    }
  }
  return lines;
}

/** Line of the first heading or key that agrees with most of `path`; null when none does. */
export function lineOfKey(lines: ConfigLines, path: readonly string[]): number | null {
  const names = path.filter((part) => !/^\d+$/.test(part));
  for (let depth = names.length; depth > 0; depth -= 1) {
    const line = lines.get(names.slice(0, depth).join('\0'));
    if (line !== undefined) return line;
  }
  return null;
}

/** `env.dev.section.key` is as deep as settings are. */
const maxDepth = 4;

/** `a."b".c` in its parts; bare and quoted keys without escapes, which is all that settings have. */
function keyParts(key: string): readonly string[] {
  return key
    .split('.', maxDepth)
    .map((part) => part.trim().replace(/^["'](.*)["']$/, '$1'))
    .filter((part) => part !== '');
}
