// Archives by hand: those that hide, swell or lie. Built in memory; nothing is ever unpacked here.
import { crc32, gzipSync } from 'node:zlib';
import { buildZip, type Member } from '../../unit/core/engines/build-zip.ts';

/** `depth` archives within archives around `innermost`, each the only member of the next. */
export function nestedZip(innermost: Buffer, depth: number): Buffer {
  let content = innermost;
  for (let level = 0; level < depth; level += 1)
    content = buildZip([{ name: `level-${level}.zip`, content }]);
  return content;
}

/** `width` archives in one, each of `contentBytes` zeros and a number: small here, enormous unpacked, no two alike. */
export function wideZip(contentBytes: number, width: number): Buffer {
  const members: Member[] = Array.from({ length: width }, (_, index) => {
    const content = Buffer.alloc(contentBytes);
    content.writeUInt32LE(index, contentBytes - 4);
    return { name: `${index}.zip`, content: buildZip([{ name: 'zeros', content }]) };
  });
  return buildZip(members);
}

/** `count` directory entries that all name the data of one member. */
export function overlappingZip(contentBytes: number, count: number): Buffer {
  const content = Buffer.alloc(contentBytes);
  const compressed = buildZip([{ name: 'kernel', content }]).readUInt32LE(18);
  const told = { offset: 0, compressed, uncompressed: contentBytes };
  const others = Array.from({ length: count - 1 }, () => ({
    name: 'kernel',
    content: Buffer.alloc(0),
    told,
  }));
  return buildZip([{ name: 'kernel', content, told }, ...others]);
}

/** A tar of regular files (POSIX ustar). */
export function buildTar(members: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const blocks = members.flatMap(({ name, content }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\0', 257);
    header.write('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function buildTarGz(members: Parameters<typeof buildTar>[0]): Buffer {
  return gzipSync(buildTar(members));
}

/** A 7z whose header is encrypted (coder 06F10701, AES-256), as `7z a -mhe=on -p` writes it. */
export function encrypted7z(): Buffer {
  const packed = Buffer.alloc(64, 0xa5);
  const header = Buffer.from(
    [
      '17', // EncodedHeader
      '06 00 01 09 40 00', // PackInfo: one stream of 64 bytes at 0
      '07 0b 01 00 01 24 06f10701 02 0000 0c 40 00', // UnpackInfo: one folder, one coder
      '00',
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  );
  const start = Buffer.alloc(20);
  start.writeBigUInt64LE(BigInt(packed.length), 0);
  start.writeBigUInt64LE(BigInt(header.length), 8);
  start.writeUInt32LE(crc32(header), 16);
  const signature = Buffer.alloc(12);
  Buffer.from('377abcaf271c0004', 'hex').copy(signature);
  signature.writeUInt32LE(crc32(start), 8);
  return Buffer.concat([signature, start, packed, header]);
}
