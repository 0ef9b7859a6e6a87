// Where clamd listens and what is known of its limits: settled once at start, the same for every worker.

export type ClamdAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Limits of clamd.conf(5), in bytes and counts. */
export interface ClamdLimits {
  /** `StreamMaxLength`: a longer INSTREAM is refused and its connection lost. */
  readonly maxStreamBytes: number;
  /** `MaxFileSize`: a larger file, or member of an archive, is not looked at. */
  readonly maxFileBytes: number;
  /** `MaxScanSize`: all that is unpacked from one file, together. */
  readonly maxScanBytes: number;
  readonly maxRecursion: number;
  readonly maxFiles: number;
}

/** Plain JSON: it travels to the workers. */
export interface ClamdTarget {
  readonly address: ClamdAddress;
  /** `managed`: ours, under our own uid, with our configuration. */
  readonly kind: 'managed' | 'found';
  readonly limits: ClamdLimits;
  /** `AlertExceedsMax yes`: it says so when a limit kept it from looking at everything. */
  readonly reportsLimits: boolean;
  /** `AlertEncrypted yes` (or both `AlertEncryptedArchive` and `AlertEncryptedDoc`). */
  readonly reportsEncrypted: boolean;
  /** It may be given `/proc/<pid>/fd/<n>` instead of the bytes (managed, on Linux, proved at start). */
  readonly acceptsPaths: boolean;
}
