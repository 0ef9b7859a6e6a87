// What stands readable at the front of a vault object; it always fits, because a hostile file may not be too odd to be moved.
import { z } from 'zod';
import { innerPathSchema } from '../../shared/file-place.ts';
import { vaultRecordSchema } from '../../shared/vault-record.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';

export const maxHeaderBytes = 1024 * 1024;

export const objectHeaderSchema = vaultRecordSchema.omit({ state: true, problem: true }).extend({
  size_bytes: z.number().int().nonnegative(),
  other_link_count: z.number().int().nonnegative(),
  /** Reserved: extended attributes by name, their values in base64. Nothing is kept there yet. */
  xattrs: z.record(z.string(), z.string()),
});
export type ObjectHeader = Readonly<z.infer<typeof objectHeaderSchema>>;

/** In the file paths are base64: their bytes need not be text, and no scanner finds a signature in them. */
const storedPathSchema = z.base64().min(1).transform(decodeBase64).pipe(innerPathSchema);
const storedHeaderSchema = objectHeaderSchema.extend({
  path: storedPathSchema,
  other_links: z.array(storedPathSchema),
});

/**
 * The bytes to store. What a file can make large without end (pattern matches, hard links, detections) is left out where
 * the whole would not fit; `other_link_count` still tells of all links.
 * @returns also the header as it is stored.
 */
export function encodeHeader(wanted: ObjectHeader): { bytes: Buffer; header: ObjectHeader } {
  let header = wanted;
  for (const reduce of reductions) {
    header = reduce(header);
    const bytes = toBytes(header);
    if (bytes.length <= maxHeaderBytes) return { bytes, header };
  }
  throw new RangeError('a vault header cannot be made to fit');
}

/** null for what is no header; bytes from anywhere may be passed in. */
export function decodeHeader(bytes: Buffer): ObjectHeader | null {
  try {
    return storedHeaderSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

const reductions: readonly ((header: ObjectHeader) => ObjectHeader)[] = [
  // There may be millions of either; each of these is known to be small.
  (header) => ({
    ...header,
    other_links: header.other_links.slice(0, 1000),
    detections: header.detections.slice(0, 1000),
  }),
  (header) => ({
    ...header,
    detections: header.detections.map((detection) => ({ ...detection, matches: [] })),
  }),
  (header) => ({ ...header, other_links: header.other_links.slice(0, 16) }),
  (header) => ({ ...header, detections: header.detections.slice(0, 16).map(withoutMeta) }),
  (header) => ({
    ...header,
    other_links: [],
    xattrs: {},
    detections: header.detections
      .slice(0, 1)
      .map((detection) => ({ ...withoutMeta(detection), name: detection.name.slice(0, 1000) })),
  }),
];

function withoutMeta(detection: ObjectHeader['detections'][number]): ObjectHeader['detections'][number] {
  return { ...detection, meta: {} };
}

function toBytes(header: ObjectHeader): Buffer {
  return Buffer.from(
    JSON.stringify(
      canonical({
        ...header,
        path: encodeBase64(header.path),
        other_links: header.other_links.map(encodeBase64),
      }),
    ),
  );
}

/** The same with keys in order, so that equal headers are equal bytes. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}

function encodeBase64(path: string): string {
  return pathBytes(path).toString('base64');
}

function decodeBase64(text: string): string {
  return decodePath(Buffer.from(text, 'base64'));
}
