// What kind of filesystem error it is, by its code only; a message is for people.

export function errorCodeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return '';
}

/** The path is no longer there, or no longer leads anywhere. */
export function isMissing(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The path that an error of `node:fs` is about; null when it names none. */
export function errorPathOf(error: unknown): string | null {
  if (error instanceof Error && 'path' in error && typeof error.path === 'string') return error.path;
  return null;
}
