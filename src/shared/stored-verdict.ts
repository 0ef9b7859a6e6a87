// What is remembered of a file and of its content: only what every enabled engine said of all of its bytes.
import type { FileIdentity } from './scan.ts';
import type { CompleteJudgement, EngineName } from './verdict.ts';

/** The verdict on one content, within the signature generation it was made with. */
export interface StoredVerdict {
  /** Lower-case hexadecimal SHA-256 of the content. */
  readonly sha256: string;
  /** What is in force now may be another: then only a finding still counts, until the file is scanned again. */
  readonly generation: string;
  readonly judgement: CompleteJudgement;
  readonly engines: readonly EngineName[];
  readonly sizeBytes: number;
  /** What the engines took for it, milliseconds: what is saved each time it is remembered. */
  readonly scanMs: number;
  /** When the engines looked, milliseconds since 1970. */
  readonly scannedAtMs: number;
}

/** What is known of one file without reading it. */
export interface StoredFile {
  readonly identity: FileIdentity;
  readonly sha256: string;
  /** When its bytes were hashed, milliseconds since 1970. */
  readonly hashedAtMs: number;
  /** Of the generation asked for; else a finding of another generation; else null. */
  readonly verdict: StoredVerdict | null;
}

/** A file with its fresh verdict, to be remembered. */
export interface RememberedFile {
  readonly identity: FileIdentity;
  /** As it travels inside (`core/files/raw-path.ts`); kept as bytes. */
  readonly path: string;
  readonly hashedAtMs: number;
  /** null: the content's verdict is stored already, only the file is new. */
  readonly verdict: StoredVerdict | null;
  readonly sha256: string;
  /** Nobody will ask for the file again. */
  readonly contentOnly?: true;
}
