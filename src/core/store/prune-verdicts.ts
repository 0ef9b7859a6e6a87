// Which remembered verdicts go: those past their time, then the oldest of too many; some rows at a time, and the counts with them.
import type { prepareWrites } from './verdict-statements.ts';

export interface VerdictBounds {
  /** Files hashed, and clean contents scanned, before these moments go; milliseconds since 1970. */
  readonly hashedBeforeMs: number;
  readonly scannedBeforeMs: number;
  /** The same for findings, which stand until the content is scanned again. */
  readonly findingsBeforeMs: number;
  /** Of more files, or more contents, the oldest go. */
  readonly maxFiles: number;
}

type Statements = Pick<
  ReturnType<typeof prepareWrites>,
  'deleteExpiredFiles' | 'deleteExpiredClean' | 'deleteExpiredFindings' | 'addToAbout'
>;

/** @returns how many rows went, at most `maxRows`. */
export function pruneVerdicts(
  { deleteExpiredFiles, deleteExpiredClean, deleteExpiredFindings, addToAbout }: Statements,
  stored: { readonly files: number; readonly contents: number },
  { hashedBeforeMs, scannedBeforeMs, findingsBeforeMs, maxFiles }: VerdictBounds,
  maxRows: number,
): number {
  let left = maxRows;
  function remove(statement: typeof deleteExpiredFiles, beforeMs: number, limit: number): number {
    const { changes } = statement.run(beforeMs, Math.min(left, Math.max(0, limit)));
    left -= changes;
    return changes;
  }
  let files = remove(deleteExpiredFiles, hashedBeforeMs, maxRows);
  files += remove(deleteExpiredFiles, Number.MAX_SAFE_INTEGER, stored.files - files - maxFiles);
  let contents = remove(deleteExpiredClean, scannedBeforeMs, maxRows);
  contents += remove(deleteExpiredFindings, findingsBeforeMs, maxRows);
  for (const statement of [deleteExpiredClean, deleteExpiredFindings]) {
    contents += remove(statement, Number.MAX_SAFE_INTEGER, stored.contents - contents - maxFiles);
  }
  if (files + contents > 0) addToAbout.run(-files, -contents);
  return files + contents;
}
