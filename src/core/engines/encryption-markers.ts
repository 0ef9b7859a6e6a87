// Archives that say in the clear that they are encrypted: 7z, RAR and Office documents. What is not recognized is not claimed.
import { Buffer } from 'node:buffer';
import type { ContainerKind } from './container-kind.ts';
import type { ReadAt } from './scan-engine.ts';
import { asBuffer, toNumber } from './zip-end.ts';

/** Folder sectors of a compound file that are looked at. */
const maxFolderSectors = 1024;
const max7zHeaderBytes = 64 * 1024;

/** How the file is encrypted, as a sentence; null when nothing says that it is. @throws what `readAt` throws. */
export function encryptionMarker(kind: ContainerKind | null, readAt: ReadAt): string | null {
  if (kind === 'ole' && hasEncryptedPackage(readAt)) return 'the document is encrypted';
  if (kind === '7z' && is7zEncrypted(readAt)) return 'the 7z archive is encrypted';
  if (kind === 'rar' && isRarEncrypted(readAt)) return 'the RAR archive is encrypted';
  return null;
}

/** An encrypted Office document is a compound file with the stream `EncryptedPackage` ([MS-OFFCRYPTO] 2.3.4.4). */
function hasEncryptedPackage(readAt: ReadAt): boolean {
  // The header of a compound file, [MS-CFB] 2.2; copied, because `readAt` may reuse its memory.
  const header = Buffer.from(readAt(0, 512));
  if (header.length < 512) return false;
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return false;
  let sector = header.readUInt32LE(48);
  for (let seen = 0; seen < maxFolderSectors && sector < 0xffff_fffa; seen += 1) {
    const entries = asBuffer(readAt((sector + 1) * 2 ** shift, 2 ** shift));
    for (let at = 0; at + 128 <= entries.length; at += 128) {
      const nameBytes = entries.readUInt16LE(at + 64);
      if (nameBytes === 34 && entries.toString('utf16le', at, at + 32) === 'EncryptedPackage') return true;
    }
    sector = nextSector(readAt, header, sector, shift);
  }
  return false;
}

function nextSector(readAt: ReadAt, header: Buffer, sector: number, shift: number): number {
  const perSector = 2 ** shift / 4;
  const index = Math.floor(sector / perSector);
  // Beyond 109 table sectors (7 MiB) the table goes on elsewhere; folders stand in front.
  if (index >= 109) return 0xffff_ffff;
  const tableSector = header.readUInt32LE(76 + 4 * index);
  const next = asBuffer(readAt((tableSector + 1) * 2 ** shift + 4 * (sector % perSector), 4));
  return next.length < 4 ? 0xffff_ffff : next.readUInt32LE(0);
}

/** The AES coder in the part of the header that is in the clear (7zFormat.txt, "Coders"). */
function is7zEncrypted(readAt: ReadAt): boolean {
  const start = asBuffer(readAt(0, 32));
  if (start.length < 32) return false;
  const offset = toNumber(start.readBigUInt64LE(12));
  const size = toNumber(start.readBigUInt64LE(20));
  if (!Number.isSafeInteger(32 + offset)) return false;
  const header = asBuffer(readAt(32 + offset, Math.min(size, max7zHeaderBytes)));
  // 0x24: a coder with an identifier of four bytes and properties.
  return header.includes(Buffer.from('2406f10701', 'hex'));
}

/** RAR 5: an encryption header comes first. RAR 4: flags of the archive, or of its first member. */
function isRarEncrypted(readAt: ReadAt): boolean {
  const head = asBuffer(readAt(0, 128));
  if (head.length < 32) return false;
  if (head[6] === 1) return head[typeOffset5(head)] === 4;
  if (head[9] !== 0x73) return false;
  if ((head.readUInt16LE(10) & 0x80) !== 0) return true;
  const member = 7 + head.readUInt16LE(12);
  return (
    member + 5 <= head.length && head[member + 2] === 0x74 && (head.readUInt16LE(member + 3) & 0x04) !== 0
  );
}

/** Behind the signature (8 bytes), the checksum (4 bytes) and the size (up to 3 bytes of 7 bits). */
function typeOffset5(head: Buffer): number {
  let at = 12;
  while (at < 15 && ((head[at] ?? 0) & 0x80) !== 0) at += 1;
  return at + 1;
}
