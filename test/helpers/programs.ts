// Windows programs that never ran: headers that scanners take for real, around any bytes.
import { Buffer } from 'node:buffer';

const alignmentBytes = 512;
const headerBytes = 512;
const optionalHeaderBytes = 224;

/** A PE32 file with one section that holds `code`; PE format, "File headers" in Microsoft's documentation. */
export function programOf(code: Buffer): Buffer {
  const rawBytes = Math.max(alignmentBytes, Math.ceil(code.length / alignmentBytes) * alignmentBytes);
  const header = Buffer.alloc(headerBytes);
  header.write('MZ', 0);
  header.writeUInt32LE(64, 60);
  header.write('PE\0\0', 64);
  header.writeUInt16LE(0x14c, 68);
  header.writeUInt16LE(1, 70);
  header.writeUInt16LE(optionalHeaderBytes, 84);
  header.writeUInt16LE(0x102, 86);

  const optional = header.subarray(88);
  optional.writeUInt16LE(0x10b, 0);
  optional.writeUInt32LE(rawBytes, 4);
  optional.writeUInt32LE(0x1000, 16);
  optional.writeUInt32LE(0x1000, 20);
  optional.writeUInt32LE(0x400000, 28);
  optional.writeUInt32LE(0x1000, 32);
  optional.writeUInt32LE(alignmentBytes, 36);
  optional.writeUInt16LE(4, 40);
  optional.writeUInt16LE(4, 48);
  optional.writeUInt32LE(0x1000 + roundUp(rawBytes, 0x1000), 56);
  optional.writeUInt32LE(headerBytes, 60);
  optional.writeUInt16LE(3, 68);
  optional.writeUInt32LE(16, 92);

  const section = header.subarray(88 + optionalHeaderBytes);
  section.write('.text', 0);
  section.writeUInt32LE(rawBytes, 8);
  section.writeUInt32LE(0x1000, 12);
  section.writeUInt32LE(rawBytes, 16);
  section.writeUInt32LE(headerBytes, 20);
  section.writeUInt32LE(0x60000020, 36);
  return Buffer.concat([header, code, Buffer.alloc(rawBytes - code.length)]);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
