// How much of the one database file each type of the cache takes: divided by their rows.

/** Bytes. */
export function sizesByType(stored: {
  readonly files: number;
  readonly contents: number;
  readonly sizeBytes: number;
}): { readonly identity: number; readonly verdict: number } {
  const { files, contents, sizeBytes } = stored;
  const identity = files === 0 ? 0 : Math.round((sizeBytes * files) / (files + contents));
  return { identity, verdict: sizeBytes - identity };
}
