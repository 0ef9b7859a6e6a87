// The list of quarantined files as it is shown: searched, put in order, added up; damaged ones are never left out.
import { displayPath } from '../../../shared/display-path.ts';
import type { VaultRecord } from '../../../shared/vault-record.ts';

export const recordColumns = ['file', 'size', 'found', 'when'] as const;
export type RecordColumn = (typeof recordColumns)[number];

export interface RecordOrder {
  readonly column: RecordColumn;
  readonly descending: boolean;
}

export function searchRecords(records: readonly VaultRecord[], question: string): readonly VaultRecord[] {
  const words = question.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return records;
  return records.filter(({ path, sha256, id, detections, actor }) => {
    const text = [path, displayPath(path), sha256, id, actor, ...detections.map(({ name }) => name)]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function orderRecords(
  records: readonly VaultRecord[],
  { column, descending }: RecordOrder,
): readonly VaultRecord[] {
  const sign = descending ? -1 : 1;
  return records.toSorted(
    (one, other) => sign * comparisons[column](one, other) || other.quarantined_at - one.quarantined_at,
  );
}

export function totalBytes(records: readonly VaultRecord[]): number {
  return records.reduce((sum, { size_bytes: bytes }) => sum + bytes, 0);
}

/** `rwxr-x--- (750)`, with `s` and `t` as `ls` writes them. */
export function modeText(mode: number): string {
  const bits = mode & 0o7777;
  const special = [
    [0o4000, 's'],
    [0o2000, 's'],
    [0o1000, 't'],
  ] as const;
  const text = special
    .map(([bit, letter], index) => {
      const three = (bits >> (6 - index * 3)) & 7;
      const isRun = (three & 1) !== 0;
      const last = (bits & bit) === 0 ? (isRun ? 'x' : '-') : isRun ? letter : letter.toUpperCase();
      return `${(three & 4) === 0 ? '-' : 'r'}${(three & 2) === 0 ? '-' : 'w'}${last}`;
    })
    .join('');
  return `${text} (${bits.toString(8).padStart(3, '0')})`;
}

/** A name for the zip that no earlier one has: `vedette-quarantine-2026-01-31-150409.zip`. */
export function exportName(now: Date): string {
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `vedette-quarantine-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.zip`;
}

/** One plain file name: no folder, no way out of one, nothing a system would not take. */
export function isPlainName(name: string): boolean {
  return (
    name.length > 0 && name.length <= 200 && !/[\p{C}/\\:*?"<>|]/u.test(name) && !/^\.|[ .]$/u.test(name)
  );
}

type Comparison = (one: VaultRecord, other: VaultRecord) => number;

const comparisons: Readonly<Record<RecordColumn, Comparison>> = {
  file: (one, other) => nameOf(one).localeCompare(nameOf(other)) || one.path.localeCompare(other.path),
  size: (one, other) => one.size_bytes - other.size_bytes,
  found: (one, other) => (one.detections[0]?.name ?? '').localeCompare(other.detections[0]?.name ?? ''),
  when: (one, other) => one.quarantined_at - other.quarantined_at,
};

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function nameOf({ path }: VaultRecord): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
