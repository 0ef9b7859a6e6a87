// Writes zip files for tests, truthful or lying: every field can be overridden after it was computed.
import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  readonly name: string | Buffer;
  readonly content?: Buffer;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** Sizes after the data, as streaming writers do. */
  readonly streamed?: boolean;
  /** What the directory says instead of the truth. */
  readonly told?: Partial<Record<'compressed' | 'uncompressed' | 'offset' | 'disk', number>>;
  /** What the local header says instead of the truth. */
  readonly local?: Partial<Record<'flags' | 'compressed' | 'uncompressed' | 'method', number>>;
  readonly zip64?: boolean;
}

export interface ZipOptions {
  readonly comment?: Buffer;
  readonly before?: Buffer;
  readonly after?: Buffer;
  readonly zip64?: boolean;
  readonly told?: Partial<Record<'count' | 'size' | 'offset' | 'disk', number>>;
}

export function buildZip(members: readonly Member[], options: ZipOptions = {}): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { body, entry } = buildMember(member, offset);
    bodies.push(body);
    entries.push(entry);
    offset += body.length;
  }
  const directory = Buffer.concat(entries);
  const comment = options.comment ?? Buffer.alloc(0);
  const told = { count: members.length, size: directory.length, offset, disk: 0, ...options.told };
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(told.disk, 4);
  end.writeUInt16LE(options.zip64 ? 0xffff : Math.min(told.count, 0xffff), 8);
  end.writeUInt16LE(options.zip64 ? 0xffff : told.count % 0x1_0000, 10);
  end.writeUInt32LE(options.zip64 ? 0xffff_ffff : told.size, 12);
  end.writeUInt32LE(options.zip64 ? 0xffff_ffff : told.offset, 16);
  end.writeUInt16LE(comment.length, 20);
  const wide = options.zip64 ? zip64End(told, offset + directory.length) : Buffer.alloc(0);
  const before = options.before ?? Buffer.alloc(0);
  return Buffer.concat([before, ...bodies, directory, wide, end, comment, options.after ?? Buffer.alloc(0)]);
}

function buildMember(member: Member, offset: number): { readonly body: Buffer; readonly entry: Buffer } {
  const name = Buffer.from(member.name);
  const content = member.content ?? Buffer.from('content');
  const data = member.stored ? content : deflateRawSync(content);
  const flags = (member.flags ?? 0) | (member.streamed ? 8 : 0);
  const method = member.method ?? (member.stored ? 0 : 8);
  const checksum = crc32(content);
  const truth = { compressed: data.length, uncompressed: content.length };
  const inHeader = member.streamed ? { compressed: 0, uncompressed: 0 } : truth;
  const local = { flags, method, ...inHeader, ...member.local };
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(local.flags, 6);
  header.writeUInt16LE(local.method, 8);
  header.writeUInt32LE(member.streamed ? 0 : checksum, 14);
  header.writeUInt32LE(local.compressed, 18);
  header.writeUInt32LE(local.uncompressed, 22);
  header.writeUInt16LE(name.length, 26);
  const trailer = Buffer.alloc(member.streamed ? 16 : 0);
  if (member.streamed) {
    trailer.writeUInt32LE(0x0807_4b50, 0);
    trailer.writeUInt32LE(checksum, 4);
    trailer.writeUInt32LE(data.length, 8);
    trailer.writeUInt32LE(content.length, 12);
  }
  const told = { ...truth, offset, disk: 0, ...member.told };
  const extra = member.zip64
    ? zip64Extra([told.uncompressed, told.compressed, told.offset])
    : Buffer.alloc(0);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x0201_4b50, 0);
  entry.writeUInt16LE(20, 4);
  entry.writeUInt16LE(20, 6);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(checksum, 16);
  entry.writeUInt32LE(member.zip64 ? 0xffff_ffff : told.compressed, 20);
  entry.writeUInt32LE(member.zip64 ? 0xffff_ffff : told.uncompressed, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt16LE(told.disk, 34);
  entry.writeUInt32LE(member.zip64 ? 0xffff_ffff : told.offset, 42);
  return { body: Buffer.concat([header, name, data, trailer]), entry: Buffer.concat([entry, name, extra]) };
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function zip64End(told: Readonly<Record<'count' | 'size' | 'offset', number>>, at: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x0606_4b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(told.count), 24);
  record.writeBigUInt64LE(BigInt(told.count), 32);
  record.writeBigUInt64LE(BigInt(told.size), 40);
  record.writeBigUInt64LE(BigInt(told.offset), 48);
  record.writeUInt32LE(0x0706_4b50, 56);
  record.writeBigUInt64LE(BigInt(at), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
