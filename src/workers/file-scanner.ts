// One file, looked at once: one open, the same file as identified, the same bytes to the hash, YARA and clamd.
import { closeSync, fstatSync, lstatSync } from 'node:fs';
import type { ClamdClient } from '../core/engines/clamd/clamd-client.ts';
import type { ClamdTarget } from '../core/engines/clamd/target.ts';
import { contentNotes } from '../core/engines/content-notes.ts';
import type { HashLists } from '../core/engines/hash-lists.ts';
import { mergeVerdicts } from '../core/engines/merge-verdicts.ts';
import type { EngineAnswer, EngineOutcome } from '../core/engines/scan-engine.ts';
import type { YaraEngine } from '../core/engines/yara/yara-engine.ts';
import { identityOf } from '../core/files/file-identity.ts';
import { describeFsError, isFsError, openForScan } from '../core/files/open-file.ts';
import { encodePath } from '../core/files/raw-path.ts';
import type { FileResult, FileToScan, VerdictScope } from '../core/pool/worker-protocol.ts';
import type { IdentifiedFile } from '../shared/scan.ts';
import { assertNever, isComplete, type UnscannableReason, threatIn } from '../shared/verdict.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ContentMemory, KnownContent, RememberedContent } from './content-memory.ts';
import { chunkBytes, chunksOf, readAll, readerAt } from './file-reading.ts';

/** clamd as this worker knows it. */
export type ClamdPort =
  | { readonly kind: 'off' }
  | { readonly kind: 'down'; readonly detail: string }
  | { readonly kind: 'on'; readonly target: ClamdTarget; readonly client: ClamdClient };

export interface FileScannerOptions {
  readonly clamd: ClamdPort;
  readonly yara: YaraEngine | null;
  readonly hashLists: HashLists;
  /** A known-good hash spares the engines. */
  readonly trustKnownGood: boolean;
  readonly buffers: BufferPool;
  /** null: the engines are asked about every file. */
  readonly contents: ContentMemory | null;
  readonly wholeFileBytes: number;
}

/** What became of a content: what was remembered of it, or what the engines say now. */
type Look =
  | { readonly kind: 'remembered'; readonly content: RememberedContent }
  | {
      readonly kind: 'fresh';
      readonly content: KnownContent;
      /** False where an engine did not look that might have found more: its silence must not be remembered. */
      readonly byAll: boolean;
      readonly isOneReading: boolean;
    };

/** A file under the scanner: open, the one that was identified, and read. */
interface OpenFile {
  readonly descriptor: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** All of it, or its first `wholeFileBytes`. */
  readonly head: Buffer;
  /** clamd is given the path and reads for itself: the bytes may be others by then. */
  readonly isReadTwice: boolean;
}

const vanished = unscannable('vanished', 'deleted while it was scanned');

export class FileScanner {
  readonly #options: FileScannerOptions;

  constructor(options: FileScannerOptions) {
    this.#options = options;
  }

  /** What cannot be scanned is a verdict; only a bug rejects. */
  async scan(file: FileToScan, scope: VerdictScope): Promise<FileResult> {
    const startedMs = performance.now();
    const { buffers, wholeFileBytes } = this.#options;
    using lease = await buffers.acquire(Math.min(file.sizeBytes, wholeFileBytes));
    try {
      return await this.#scanInto(lease.buffer.subarray(0, wholeFileBytes), file, scope, startedMs);
    } catch (error) {
      if (!isFsError(error)) throw error;
      const { reason, detail } = describeFsError(error);
      return unreadResult(file, startedMs, unscannable(reason, detail));
    }
  }

  async #scanInto(
    buffer: Buffer,
    file: FileToScan,
    scope: VerdictScope,
    startedMs: number,
  ): Promise<FileResult> {
    const { sizeBytes } = file;
    const descriptor = openForScan(file.path);
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) {
        return unreadResult(file, startedMs, unscannable('special_file', 'not a regular file any more'));
      }
      if (identityOf(stats) !== file.identity) return { kind: 'changed' };
      const reading = await readAll(descriptor, sizeBytes, buffer);
      if (reading.kind === 'changed') return reading;

      const { sha256, head } = reading;
      const contents = file.fresh === true ? null : this.#options.contents;
      const remembered = contents?.recall(sha256, scope) ?? null;
      const look: Look =
        remembered === null
          ? await this.#look({ descriptor, sizeBytes, sha256, head, isReadTwice: this.#isReadTwice(file) })
          : { kind: 'remembered', content: remembered };

      const now = identityNow(file.path, look.content);
      if (now !== null && now !== file.identity) return { kind: 'changed' };
      // A finding stays one when the file is gone; `clean` would be said of nothing.
      if (now === null && threatIn(look.content) === null) return unreadResult(file, startedMs, vanished);
      return this.#resultOf(file, sha256, look, scope, startedMs);
    } finally {
      closeSync(descriptor);
    }
  }

  #resultOf(
    { sizeBytes, mayChangeUnseen }: FileToScan,
    sha256: string,
    look: Look,
    scope: VerdictScope,
    startedMs: number,
  ): FileResult {
    const { judgement, engines } = look.content;
    const durationMs = performance.now() - startedMs;
    const cachedFrom = look.kind === 'remembered' ? 'content' : null;
    const verdict = { judgement, engines, sha256, sizeBytes, durationMs, cachedFrom } as const;
    if (look.kind === 'remembered') {
      const savedMs = Math.max(0, look.content.scanMs - durationMs);
      return { kind: 'verdict', verdict, reusable: true, savedMs };
    }
    const reusable = look.byAll && isComplete(judgement);
    // Otherwise this may be the hash of other bytes than those the engines saw.
    if (reusable && (look.isOneReading || mayChangeUnseen !== true)) {
      const content = { judgement, engines, scanMs: durationMs, scannedAtMs: Date.now() };
      this.#options.contents?.remember(sha256, content, scope);
    }
    return {
      kind: 'verdict',
      verdict,
      reusable,
      savedMs: 0,
      ...(look.isOneReading && { isOneReading: true }),
    };
  }

  /** clamd is asked first, so that it works while this thread computes. */
  async #look(file: OpenFile): Promise<Look> {
    const { hashLists, trustKnownGood, yara, clamd } = this.#options;
    // Nothing to look at, or known to be good: the hash says so, and no engine is asked.
    if (file.sizeBytes === 0 || (trustKnownGood && hashLists.look(file.sha256).kind === 'good')) {
      return {
        kind: 'fresh',
        content: { judgement: { kind: 'clean' }, engines: ['hash'] },
        byAll: true,
        isOneReading: true,
      };
    }
    const readAt = readerAt(file.descriptor, file.sizeBytes, file.head);
    const notes = contentNotes(readAt, file.sizeBytes, clamd.kind === 'on' ? clamd.target : null);
    const clamav = this.#askClamd(file);
    const answers: EngineAnswer[] = [{ engine: 'hash', outcome: hashLists.outcome(file.sha256) }];
    if (yara !== null) answers.push(...askYara(yara, file));
    if (clamav !== null) answers.push({ engine: 'clamav', outcome: await clamav });
    const merged = mergeVerdicts({ answers, notes });
    const isOneReading = file.head.length === file.sizeBytes && !file.isReadTwice;
    return { kind: 'fresh', content: merged, byAll: merged.engines.length === answers.length, isOneReading };
  }

  /** A path spares clamd a copy; bytes that may change unseen are sent from memory, where all of them are there. */
  #isReadTwice({ sizeBytes, mayChangeUnseen }: FileToScan): boolean {
    const { clamd, wholeFileBytes } = this.#options;
    if (clamd.kind !== 'on' || !clamd.target.acceptsPaths) return false;
    const mostSentBytes = Math.min(wholeFileBytes, clamd.target.limits.maxStreamBytes);
    return mayChangeUnseen !== true || sizeBytes > mostSentBytes;
  }

  #askClamd({ descriptor, sizeBytes, head, isReadTwice }: OpenFile): Promise<EngineOutcome> | null {
    const { clamd } = this.#options;
    switch (clamd.kind) {
      case 'off':
        return null;
      case 'down':
        return Promise.resolve({ kind: 'failed', reason: 'engine_unavailable', detail: clamd.detail });
      case 'on':
        if (isReadTwice) return clamd.client.scanPath(`/proc/${process.pid}/fd/${descriptor}`);
        // What is large may be over a limit that nobody told us: it must not take others with it.
        if (sizeBytes === head.length && sizeBytes <= chunkBytes) return clamd.client.scanBytes(head);
        return clamd.client.scanStream(() => chunksOf(descriptor, sizeBytes, head), sizeBytes);
      default:
        return assertNever(clamd);
    }
  }
}

function askYara(yara: YaraEngine, { head, sizeBytes }: OpenFile): readonly EngineAnswer[] {
  const answer: EngineAnswer = { engine: 'yara', outcome: yara.scan(head) };
  if (head.length === sizeBytes) return [answer];
  const detail = `YARA saw the first ${head.length} of ${sizeBytes} bytes`;
  return [answer, { engine: 'yara', outcome: { kind: 'incomplete', reason: 'yara_size_limit', detail } }];
}

/**
 * Identity of what the path names now; null when it names nothing.
 * @throws the error of the file system, unless that would hide a finding.
 */
function identityNow(path: string, content: KnownContent): string | null {
  try {
    const stats = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : identityOf(stats);
  } catch (error) {
    if (threatIn(content) !== null) return null;
    throw error;
  }
}

function unscannable(reason: UnscannableReason, detail: string): KnownContent {
  return { judgement: { kind: 'unscannable', reason, detail }, engines: [] };
}

/** For a file of which nothing, or not all, was read. */
function unreadResult(
  { sizeBytes }: IdentifiedFile,
  startedMs: number,
  { judgement, engines }: KnownContent,
): FileResult {
  const durationMs = performance.now() - startedMs;
  const verdict = { judgement, engines, sha256: null, sizeBytes, durationMs, cachedFrom: null };
  return { kind: 'verdict', verdict, reusable: false, savedMs: 0 };
}
