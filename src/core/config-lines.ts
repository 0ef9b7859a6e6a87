// Finds the line of a key in TOML text, for messages that point at it; a guess for a person, never used to decide.

/**
 * Line (from 1) of the first heading, or key below its heading, that agrees with most of `path`; null when none does.
 */
export function lineOfKey(text: string, path: readonly string[]): number | null {
  const names = path.filter((part) => !/^\d+$/.test(part));
  let best: { readonly depth: number; readonly line: number } | null = null;
  let heading: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const found = /^\s*\[{1,2}(?<name>[^\]]+)\]/.exec(line)?.groups?.['name'];
    if (found !== undefined) heading = keyParts(found);
    const own = found === undefined ? keyParts(line.split('=', 1)[0] ?? '') : [];
    const full = [...heading, ...own];
    const depth = Math.min(full.length, names.length);
    const agrees = full.slice(0, depth).every((part, level) => part === names[level]);
    if (agrees && depth > (best?.depth ?? 0)) best = { depth, line: index + 1 };
  }
  return best?.line ?? null;
}

/** `a."b".c` in its parts; bare and quoted keys without escapes, which is all that settings have. */
function keyParts(key: string): readonly string[] {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^["'](.*)["']$/, '$1'))
    .filter((part) => part !== '');
}
