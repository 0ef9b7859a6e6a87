// What kind of archive the first bytes announce: the kinds whose members an engine has to unpack to see.

/** Archives and compressed streams; not documents or programs, which also hold compressed parts. */
export type ContainerKind =
  | 'zip'
  | 'gzip'
  | 'compress'
  | 'bzip2'
  | 'xz'
  | 'lzip'
  | 'lz4'
  | 'zstd'
  | '7z'
  | 'rar'
  | 'cab'
  | 'ole'
  | 'iso'
  | 'tar'
  | 'cpio'
  | 'ar'
  | 'rpm'
  | 'xar'
  | 'arj'
  | 'lha'
  | 'egg'
  | 'alz'
  | 'ace'
  | 'wim'
  | 'chm'
  | 'installshield';

interface Magic {
  readonly kind: ContainerKind;
  readonly offset: number;
  /** Latin-1 text, one character a byte. */
  readonly bytes: string;
}

const magics: readonly Magic[] = [
  { kind: 'zip', offset: 0, bytes: 'PK\x03\x04' },
  { kind: 'zip', offset: 0, bytes: 'PK\x05\x06' },
  { kind: 'zip', offset: 0, bytes: 'PK\x07\x08' },
  { kind: 'zip', offset: 0, bytes: 'PK00PK\x03\x04' },
  { kind: 'gzip', offset: 0, bytes: '\x1f\x8b' },
  { kind: 'compress', offset: 0, bytes: '\x1f\x9d' },
  { kind: 'bzip2', offset: 0, bytes: 'BZh' },
  { kind: 'xz', offset: 0, bytes: '\xfd7zXZ\0' },
  { kind: 'lzip', offset: 0, bytes: 'LZIP' },
  { kind: 'lz4', offset: 0, bytes: '\x04\x22\x4d\x18' },
  { kind: 'zstd', offset: 0, bytes: '\x28\xb5\x2f\xfd' },
  { kind: '7z', offset: 0, bytes: '7z\xbc\xaf\x27\x1c' },
  { kind: 'rar', offset: 0, bytes: 'Rar!\x1a\x07' },
  { kind: 'cab', offset: 0, bytes: 'MSCF\0\0\0\0' },
  { kind: 'ole', offset: 0, bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { kind: 'cpio', offset: 0, bytes: '070701' },
  { kind: 'cpio', offset: 0, bytes: '070702' },
  { kind: 'cpio', offset: 0, bytes: '070707' },
  { kind: 'cpio', offset: 0, bytes: '\xc7\x71' },
  { kind: 'cpio', offset: 0, bytes: '\x71\xc7' },
  { kind: 'ar', offset: 0, bytes: '!<arch>\n' },
  { kind: 'rpm', offset: 0, bytes: '\xed\xab\xee\xdb' },
  { kind: 'xar', offset: 0, bytes: 'xar!' },
  { kind: 'arj', offset: 0, bytes: '\x60\xea' },
  { kind: 'lha', offset: 2, bytes: '-lh' },
  { kind: 'lha', offset: 2, bytes: '-lz' },
  { kind: 'egg', offset: 0, bytes: 'EGGA' },
  { kind: 'alz', offset: 0, bytes: 'ALZ\x01' },
  { kind: 'ace', offset: 7, bytes: '**ACE**' },
  { kind: 'wim', offset: 0, bytes: 'MSWIM\0\0\0' },
  { kind: 'chm', offset: 0, bytes: 'ITSF' },
  { kind: 'installshield', offset: 0, bytes: 'ISc(' },
  { kind: 'tar', offset: 257, bytes: 'ustar' },
  { kind: 'iso', offset: 32_769, bytes: 'CD001' },
];

/** Bytes that `containerKind` needs to know every kind; with 512 it knows all but `iso`. */
export const containerHeadBytes = 32_774;

/** The kind by its magic bytes, or null. Short or empty heads are fine. */
export function containerKind(head: Uint8Array): ContainerKind | null {
  return magics.find((magic) => hasMagic(head, magic))?.kind ?? null;
}

function hasMagic(head: Uint8Array, { offset, bytes }: Magic): boolean {
  for (let index = 0; index < bytes.length; index += 1) {
    if (head[offset + index] !== bytes.charCodeAt(index)) return false;
  }
  return true;
}
