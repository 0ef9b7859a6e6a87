// Paths as text that loses no byte: a byte that is not UTF-8 becomes a lone surrogate (U+DC80 to U+DCFF), as PEP 383 has it.
import { Buffer } from 'node:buffer';

const replacement = '\uFFFD';

/** Text for the bytes of a name. `encodePath` gives the same bytes back. */
export function decodePath(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes(replacement)) return text;
  return decodeSurrogates(bytes);
}

/**
 * What `node:fs` takes for this path: the string itself, or a Buffer when it holds bytes that are not UTF-8.
 * Windows names are UTF-16 and are passed as they are.
 */
export function encodePath(path: string, platform: NodeJS.Platform = process.platform): string | Buffer {
  if (platform === 'win32' || path.isWellFormed()) return path;
  return pathBytes(path);
}

/** The bytes of a path, whatever they are. */
export function pathBytes(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path);
  const parts: Buffer[] = [];
  let start = 0;
  for (let index = 0; index < path.length; index += 1) {
    const unit = path.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(path.charCodeAt(index + 1))) {
      index += 1;
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      parts.push(Buffer.from(path.slice(start, index)), Buffer.of(unit - 0xdc00));
      start = index + 1;
    }
  }
  parts.push(Buffer.from(path.slice(start)));
  return Buffer.concat(parts);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function decodeSurrogates(bytes: Buffer): string {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[index] ?? 0));
      index += 1;
    } else {
      text += bytes.toString('utf8', index, index + length);
      index += length;
    }
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `index` (Unicode 15, table 3-7), or 0. */
function sequenceLength(bytes: Buffer, index: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0x80) return 1;
  let length = 0;
  let [low, high] = [0x80, 0xbf];
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first === 0xe0) low = 0xa0;
    if (first === 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first === 0xf0) low = 0x90;
    if (first === 0xf4) high = 0x8f;
  } else return 0;
  for (let offset = 1; offset < length; offset += 1) {
    const next = bytes[index + offset] ?? 0;
    if (next < low || next > high) return 0;
    [low, high] = [0x80, 0xbf];
  }
  return length;
}
