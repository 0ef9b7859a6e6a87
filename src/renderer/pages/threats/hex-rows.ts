// Bytes around a match as rows of sixteen, at even offsets of the file; long ones are cut in the middle, and say so.
import type { Detection } from '../../../shared/verdict.ts';
import type { MatchContext } from '../../../shared/page-documents.ts';

export const bytesPerRow = 16;
const maxRows = 9;
/** Rows kept before a cut: what stands before a match, and how it begins. */
const rowsBeforeCut = 6;

export interface HexCell {
  readonly hex: string;
  /** A dot for what is not printable ASCII. */
  readonly character: string;
  readonly isMatch: boolean;
}

export type HexRow =
  /** null where the row reaches beyond the bytes that are known. */
  | { readonly kind: 'bytes'; readonly offset: number; readonly cells: readonly (HexCell | null)[] }
  | { readonly kind: 'cut'; readonly offset: number; readonly rows: number };

export function hexRows({ offset, length, start, bytes_hex: hex }: MatchContext): readonly HexRow[] {
  const bytes = hex.match(/[\da-f]{2}/giu) ?? [];
  const end = start + bytes.length;
  const rows: HexRow[] = [];
  for (let at = start - (start % bytesPerRow); at < end; at += bytesPerRow) {
    const cells = Array.from({ length: bytesPerRow }, (_none, column): HexCell | null => {
      const place = at + column;
      const byte = place < start ? undefined : bytes[place - start];
      if (byte === undefined) return null;
      return {
        hex: byte.toLowerCase(),
        character: printable(Number.parseInt(byte, 16)),
        isMatch: place >= offset && place < offset + length,
      };
    });
    rows.push({ kind: 'bytes', offset: at, cells });
  }
  return cutRows(rows);
}

/** `0x000004b4`: as wide as hexadecimal viewers have it. */
export function offsetText(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

/** The matched bytes as far as they are known, as text: what a screen reader says instead of the table. */
export function matchedText({ offset, length, start, bytes_hex: hex }: MatchContext): string {
  const bytes = hex.match(/[\da-f]{2}/giu) ?? [];
  return bytes
    .slice(Math.max(0, offset - start), Math.max(0, offset - start + length))
    .map((byte) => printable(Number.parseInt(byte, 16)))
    .join('');
}

/** Where the file itself can no longer be read: the bytes that were kept when it was found, and nothing around them. */
export function keptMatches({ matches }: Detection): readonly MatchContext[] {
  return matches
    .filter((match) => match.bytes_hex !== '')
    .slice(0, 20)
    .map(({ pattern, offset, length, bytes_hex }) => ({ pattern, offset, length, start: offset, bytes_hex }));
}

function cutRows(rows: readonly HexRow[]): readonly HexRow[] {
  if (rows.length <= maxRows) return rows;
  const left = maxRows - rowsBeforeCut;
  const cut = rows.slice(rowsBeforeCut, -left);
  const [first] = cut;
  if (first === undefined) return rows;
  return [
    ...rows.slice(0, rowsBeforeCut),
    { kind: 'cut', offset: first.offset, rows: cut.length },
    ...rows.slice(-left),
  ];
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '·';
}
