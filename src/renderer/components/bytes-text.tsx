// A size, with its exact number of bytes on hover.
import { formatBytes } from '../format/bytes.ts';
import { counted } from '../format/numbers.ts';

export function BytesText({ sizeBytes }: { readonly sizeBytes: number }) {
  return <span title={counted(sizeBytes, 'byte', 'bytes')}>{formatBytes(sizeBytes)}</span>;
}
