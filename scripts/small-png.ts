// A picture of pages in 256 colours: a third of the bytes, and what is drawn in plain colours keeps them exactly.
import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';
import { readPng } from './png-pixels.ts';

interface Colour {
  /** Red, green, blue. */
  readonly rgb: readonly [number, number, number];
  readonly count: number;
}

const maxColours = 256;
const channels = [0, 1, 2] as const;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function smallPng(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png);
  const boxes = boxesOf(coloursOf(rgb));
  const palette = Buffer.from(boxes.flatMap((box) => [...mostFrequent(box).rgb]));
  const indexes = new Map(
    boxes.flatMap(({ colours }, index) => colours.map(({ rgb: one }) => [keyOf(one), index])),
  );
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const row = Math.floor(pixel / width);
    const key = keyAt(rgb, pixel);
    rows[pixel + row + 1] = indexes.get(key) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function keyAt(rgb: Uint8Array, pixel: number): number {
  return ((rgb[pixel * 3] ?? 0) << 16) | ((rgb[pixel * 3 + 1] ?? 0) << 8) | (rgb[pixel * 3 + 2] ?? 0);
}

function keyOf([red, green, blue]: Colour['rgb']): number {
  return (red << 16) | (green << 8) | blue;
}

function coloursOf(rgb: Uint8Array): readonly Colour[] {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < rgb.length / 3; pixel += 1) {
    const key = keyAt(rgb, pixel);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ rgb: [key >> 16, (key >> 8) & 255, key & 255], count }));
}

interface Box {
  readonly colours: readonly Colour[];
  /** In which it spreads most. */
  readonly channel: 0 | 1 | 2;
  /** How much it spreads there, weighed by its pixels; 0 for a single colour. */
  readonly weight: number;
}

/** Median cut: the box of the greatest weight is cut in two until there is one for each place of the palette. */
function boxesOf(colours: readonly Colour[]): readonly Box[] {
  const boxes = [boxOf(colours)];
  while (boxes.length < maxColours) {
    const heaviest = boxes.reduce((best, box) => (box.weight > best.weight ? box : best));
    if (heaviest.weight === 0) break;
    boxes.splice(boxes.indexOf(heaviest), 1, ...cut(heaviest));
  }
  return boxes;
}

function boxOf(colours: readonly Colour[]): Box {
  const pixels = colours.reduce((sum, { count }) => sum + count, 0);
  // By the root: one plain background must not take the whole palette for itself.
  const weights = channels.map((channel) => ({
    channel,
    weight: rangeOf(colours, channel) * Math.sqrt(pixels),
  }));
  return { colours, ...weights.reduce((best, one) => (one.weight > best.weight ? one : best)) };
}

function rangeOf(colours: readonly Colour[], channel: 0 | 1 | 2): number {
  let [least, most] = [255, 0];
  for (const { rgb } of colours) {
    least = Math.min(least, rgb[channel]);
    most = Math.max(most, rgb[channel]);
  }
  return most - least;
}

function cut({ colours, channel }: Box): readonly Box[] {
  const sorted = colours.toSorted((first, second) => first.rgb[channel] - second.rgb[channel]);
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  let [seen, at] = [0, 0];
  while (at < sorted.length - 1 && seen + (sorted[at]?.count ?? 0) <= half) {
    seen += sorted[at]?.count ?? 0;
    at += 1;
  }
  const place = Math.max(1, at);
  return [boxOf(sorted.slice(0, place)), boxOf(sorted.slice(place))];
}

function mostFrequent({ colours }: Box): Colour {
  return colours.reduce((best, colour) => (colour.count > best.count ? colour : best));
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
