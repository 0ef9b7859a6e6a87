// Archives made byte by byte, so that a corpus is the same everywhere and needs no program that packs.
import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Buffer;
  /** zip only: the flag of an encrypted member and 12 bytes where its header would be; nobody has the key. */
  readonly encrypted?: boolean;
  /** zip only: method 0 instead of deflate. */
  readonly stored?: boolean;
}

const localHeaderBytes = 30;
const directoryEntryBytes = 46;
const methodStored = 0;
const methodDeflate = 8;
const encryptedFlag = 1;

/** APPNOTE.TXT 4.3: local headers with data, the directory, the end record. */
export function zipOf(members: readonly ArchiveMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, encrypted = false, stored = false } of members) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const data = encrypted ? Buffer.concat([Buffer.alloc(12, 0x5a), packed]) : packed;
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? encryptedFlag : 0, 2);
    common.writeUInt16LE(stored ? methodStored : methodDeflate, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, data);

    const entry = Buffer.alloc(directoryEntryBytes);
    entry.write('PK\x01\x02', 0, 'latin1');
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, nameBytes);
    offset += localHeaderBytes + nameBytes.length + data.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}

/** POSIX.1-1988 ustar, for names of up to 100 bytes. */
export function tarOf(members: readonly ArchiveMember[]): Buffer {
  const blocks = members.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0' + '0000000\0'.repeat(2), 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
    header.write(' '.repeat(8) + '0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
