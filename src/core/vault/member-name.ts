// The name of an exported file inside the zip: one folder and one harmless name, whatever the file was called.
import type { VaultRecord } from '../../shared/vault-record.ts';

// Controls, formats (bidirectional marks), lone surrogates, private and unassigned characters, separators other than the
// ordinary space, what is not drawn, and what Windows or an unpacker takes for more than a letter.
const unsafe = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\/:*?"<>|]|(?! )\p{Zs}/gu;
/** Windows means a device by these, whatever the ending. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
const maxBytes = 200;

/** `<id>/<base name>`; the true name, byte for byte, is in the records. */
export function memberName({ id, path }: Pick<VaultRecord, 'id' | 'path'>): string {
  return `${id}/${safeName(path.slice(path.lastIndexOf('/') + 1))}`;
}

/** Never empty, never a path, never `.` or `..`; what is safe already stays as it is. */
export function safeName(name: string): string {
  const drawn = cut(name.replaceAll(unsafe, '_'))
    // Windows drops dots and spaces at the end.
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  if (drawn === '') return '_';
  return device.test(drawn) ? `_${drawn}` : drawn;
}

/** Names of more than 255 bytes cannot be unpacked. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  let bytes = 0;
  let text = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    text += character;
  }
  return text;
}
