// The pixels of a PNG without interlacing, eight bits a channel, as browsers write it (PNG specification, third edition).
import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each, row by row; what was transparent is not told apart. */
  readonly rgb: Uint8Array;
}

const signatureBytes = 8;
/** Bytes a pixel, by colour type: truecolour, palette, truecolour with alpha. */
const channelsOfType = new Map([
  [2, 3],
  [3, 1],
  [6, 4],
]);

/** @throws Error for a form of PNG that it does not know. */
export function readPng(png: Buffer): Pixels {
  const chunks = [...chunksOf(png)];
  const header = chunks[0]?.data ?? Buffer.alloc(0);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, , , interlace] = header.subarray(8);
  const channels = channelsOfType.get(type ?? -1);
  if (depth !== 8 || interlace !== 0 || channels === undefined) throw new Error('a PNG of another form');
  const packed = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map(({ data }) => data));
  const bytes = withoutFilters(inflateSync(packed), { width, height, channels });
  const palette = chunks.find(({ name }) => name === 'PLTE')?.data;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [source, from] =
      palette === undefined ? [bytes, pixel * channels] : [palette, (bytes[pixel] ?? 0) * 3];
    rgb.set(source.subarray(from, from + 3), pixel * 3);
  }
  return { width, height, rgb };
}

function* chunksOf(png: Buffer): Generator<{ readonly name: string; readonly data: Buffer }> {
  for (let at = signatureBytes; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    yield { name: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) };
    at = end + 4;
  }
}

/** Each row is told as a difference from what stands left of it and above it (section 9). */
function withoutFilters(
  filtered: Buffer,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): Uint8Array {
  const rowBytes = width * channels;
  const bytes = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (rowBytes + 1)] ?? 0;
    for (let column = 0; column < rowBytes; column += 1) {
      const at = row * rowBytes + column;
      const left = column < channels ? 0 : (bytes[at - channels] ?? 0);
      const above = row === 0 ? 0 : (bytes[at - rowBytes] ?? 0);
      const corner = column < channels || row === 0 ? 0 : (bytes[at - rowBytes - channels] ?? 0);
      const difference = filtered[at + row + 1] ?? 0;
      bytes[at] = difference + predicted(filter, left, above, corner);
    }
  }
  return bytes;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [byLeft, byAbove, byCorner] = [left, above, corner].map((value) => Math.abs(estimate - value));
  if (byLeft === undefined || byAbove === undefined || byCorner === undefined) return 0;
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}
