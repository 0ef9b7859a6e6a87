// Lists of texts without empty or repeated ones; what changes nothing gives the same list back; pure.
export function addEntries(entries: readonly string[], more: readonly string[]): readonly string[] {
  const added = more.map((entry) => entry.trim()).filter((entry) => entry !== '' && !entries.includes(entry));
  return added.length === 0 ? entries : [...entries, ...new Set(added)];
}

/** One place up (-1) or down (1); the ends stay where they are. */
export function moveEntry(entries: readonly string[], index: number, by: -1 | 1): readonly string[] {
  const [moved, other] = [entries[index], entries[index + by]];
  if (moved === undefined || other === undefined) return entries;
  return entries.with(index, other).with(index + by, moved);
}
