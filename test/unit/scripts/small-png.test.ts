// Pictures in 256 colours: the same picture where that is enough, nearly the same where it is not.
import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPng } from '../../../scripts/png-pixels.ts';
import { smallPng } from '../../../scripts/small-png.ts';

type Channels = readonly number[];

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Truecolour, with or without alpha; `rows` as they stand in the file, the filter first. */
function png(width: number, rows: readonly Channels[], type: 2 | 6 = 2): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, type], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('the pixels of a picture', () => {
  // Worked out by hand: two pixels a row, each row the same differences under another filter.
  test.each([
    ['none', 0, [10, 20, 30, 5, 5, 5]],
    ['left', 1, [10, 20, 30, 15, 25, 35]],
    ['above', 2, [110, 120, 130, 205, 205, 205]],
    ['average', 3, [60, 70, 80, 135, 140, 145]],
    ['paeth', 4, [110, 120, 130, 205, 205, 205]],
  ] as const)('are read through the filter %s', (_name, filter, second) => {
    const first = [100, 100, 100, 200, 200, 200];
    const { rgb } = readPng(
      png(2, [
        [0, ...first],
        [filter, 10, 20, 30, 5, 5, 5],
      ]),
    );
    expect([...rgb]).toEqual([...first, ...second]);
  });

  test('are read without their alpha', () => {
    expect([...readPng(png(1, [[0, 1, 2, 3, 255]], 6)).rgb]).toEqual([1, 2, 3]);
  });
});

describe('a small picture', () => {
  test('of few colours is the same picture', () => {
    const rows = Array.from({ length: 16 }, (_, row) => [
      0,
      ...Array.from({ length: 16 }, (_unused, column) => [row * 16, column * 16, 77]).flat(),
    ]);
    const picture = png(16, rows);
    const small = smallPng(picture);
    expect(small[25]).toBe(3);
    expect(readPng(small)).toEqual(readPng(picture));
  });

  test('of many colours keeps its background exactly, and every other colour nearly', () => {
    const size = 96;
    const rows = Array.from({ length: size }, (_, row) => [
      0,
      ...Array.from({ length: size }, (_unused, column) =>
        row < 48 ? [250, 251, 252] : [row * 2, column * 2, (row + column) & 63],
      ).flat(),
    ]);
    const picture = png(size, rows);
    const [before, after] = [readPng(picture).rgb, readPng(smallPng(picture)).rgb];
    const half = (size * size * 3) / 2;
    expect(after.subarray(0, half)).toEqual(before.subarray(0, half));
    const largest = before.reduce((most, value, at) => Math.max(most, Math.abs(value - (after[at] ?? 0))), 0);
    expect(largest).toBeLessThan(48);
    expect(smallPng(picture).length).toBeLessThan(picture.length);
  });
});
