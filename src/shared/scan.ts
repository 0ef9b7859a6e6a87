// What is asked for: one file to look at, who asked, how urgent it is, and what exactly was identified.

export const priorities = ['critical', 'high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

export const origins = ['realtime', 'manual', 'scheduled', 'removable', 'api', 'fleet', 'rescan'] as const;
export type Origin = (typeof origins)[number];

export interface ScanRequest {
  /** Absolute path; bytes that are not UTF-8 stand as lone surrogates (`core/files/raw-path.ts`). */
  readonly path: string;
  readonly priority: Priority;
  readonly origin: Origin;
  /** The engines look whatever is remembered. */
  readonly fresh?: boolean;
  /** A file that only Vedette writes, gone after the scan: its content is remembered, and the file is not. */
  readonly isPassing?: true;
}

declare const identityBrand: unique symbol;

/**
 * Device, inode, size, mtime (ns) and ctime (ns) as one string, `dev:ino:size:mtimeNs:ctimeNs`.
 * The same identity means the same bytes without reading them; ctime is in it because mtime can be forged.
 */
export type FileIdentity = string & { readonly [identityBrand]: true };

/** A regular file as `lstat` saw it. What was identified is what is scanned and what is moved. */
export interface IdentifiedFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly sizeBytes: number;
}
