// What the bytes themselves say about how far an engine can have looked: clamd says plain OK for much it did not open.
import type { ClamdTarget } from './clamd/target.ts';
import { containerHeadBytes, containerKind } from './container-kind.ts';
import { encryptionMarker } from './encryption-markers.ts';
import type { ContentNote } from './merge-verdicts.ts';
import type { ReadAt } from './scan-engine.ts';
import { inspectZip } from './zip-directory.ts';

/** @param target the clamd that is asked about these bytes; null when none is enabled. */
export function contentNotes(
  readAt: ReadAt,
  sizeBytes: number,
  target: ClamdTarget | null,
): readonly ContentNote[] {
  const notes: ContentNote[] = [];
  const limits = target?.limits ?? unlimited;
  const largestBytes = Math.min(limits.maxFileBytes, limits.maxScanBytes);
  if (target !== null && sizeBytes > largestBytes) {
    const detail = `${sizeBytes} bytes; clamd looks at files up to ${largestBytes}`;
    notes.push({ reason: 'limits_exceeded', detail });
  }
  const kind = containerKind(readAt(0, Math.min(containerHeadBytes, sizeBytes)));
  notes.push(...inspectZip(readAt, sizeBytes, limits));
  const marker = kind === null ? null : encryptionMarker(kind, readAt);
  if (marker !== null) notes.push({ reason: 'encrypted', detail: marker });
  if (kind !== null && target !== null && !(target.reportsLimits && target.reportsEncrypted)) {
    const detail = `this clamd does not say when it leaves out parts of a ${kind} container`;
    notes.push({ reason: 'limits_unknown', detail });
  }
  return notes;
}

/** Without clamd nobody unpacks: only encryption is worth a note. */
const unlimited = {
  maxFileBytes: Number.POSITIVE_INFINITY,
  maxScanBytes: Number.POSITIVE_INFINITY,
  maxFiles: Number.POSITIVE_INFINITY,
};
