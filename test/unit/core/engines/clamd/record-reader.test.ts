// Records come out the same however the network cut them, and what never ends is refused.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRecordBytes, RecordReader } from '../../../../../src/core/engines/clamd/record-reader.ts';

describe('RecordReader', () => {
  it('gives the same records for every way to cut the bytes', () => {
    const record = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(record), fc.array(fc.nat(20)), (records, cuts) => {
        const bytes = Buffer.concat(records.map((part) => Buffer.from([...part, 0])));
        const reader = new RecordReader();
        const read: Buffer[] = [];
        let offset = 0;
        for (const length of [...cuts, bytes.length]) {
          read.push(...(reader.push(bytes.subarray(offset, offset + length)) ?? []));
          offset += length;
        }
        expect(read.map((part) => [...part])).toEqual(records);
        expect(reader.pendingBytes).toBe(0);
      }),
    );
  });

  it('counts the bytes of a record that has not ended', () => {
    const reader = new RecordReader();
    expect(reader.push(Buffer.from('a\0bc'))).toEqual([Buffer.from('a')]);
    expect(reader.pendingBytes).toBe(2);
    expect(['bc: ', 'bcd', 'b', 'c', 'bd'].map((start) => reader.mayBecome(start))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('takes a record of 64 KB and refuses one byte more, ended or not', () => {
    expect(new RecordReader().push(Buffer.alloc(maxRecordBytes, 1))).toEqual([]);
    expect(new RecordReader().push(Buffer.alloc(maxRecordBytes + 1, 1))).toBeNull();
    expect(
      new RecordReader().push(Buffer.concat([Buffer.alloc(maxRecordBytes + 1, 1), Buffer.of(0)])),
    ).toBeNull();
    const reader = new RecordReader();
    reader.push(Buffer.alloc(maxRecordBytes, 1));
    expect(reader.push(Buffer.of(1))).toBeNull();
  });
});
