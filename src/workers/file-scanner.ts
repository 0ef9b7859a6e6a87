// One file, looked at once: one open, the same file as identified, the same bytes to the hash, YARA and clamd.
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClamdClient } from '../core/engines/clamd/clamd-client.ts';
import type { ClamdTarget } from '../core/engines/clamd/target.ts';
import { contentNotes, type ContentNote } from '../core/engines/content-notes.ts';
import type { HashLists } from '../core/engines/hash-lists.ts';
import { mergeVerdicts } from '../core/engines/merge-verdicts.ts';
import type { EngineAnswer, EngineOutcome } from '../core/engines/scan-engine.ts';
import type { YaraEngine } from '../core/engines/yara/yara-engine.ts';
import { identityOf } from '../core/files/file-identity.ts';
import { describeFsError, isFsError, openForScan } from '../core/files/open-file.ts';
import { encodePath } from '../core/files/raw-path.ts';
import type { FileResult } from '../core/pool/worker-protocol.ts';
import type { IdentifiedFile } from '../shared/scan.ts';
import type { EngineName, Judgement, UnscannableReason, Verdict } from '../shared/verdict.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ContentMemory, KnownContent } from './content-memory.ts';

/** clamd as this worker knows it. */
export type ClamdPort =
  | { readonly kind: 'off' }
  | { readonly kind: 'down'; readonly detail: string }
  | { readonly kind: 'on'; readonly target: ClamdTarget; readonly client: ClamdClient };

export interface FileScannerOptions {
  readonly clamd: ClamdPort;
  readonly yara: YaraEngine | null;
  readonly hashLists: HashLists;
  readonly buffers: BufferPool;
  readonly contents: ContentMemory;
  readonly wholeFileBytes: number;
}

/** What is known after reading: nothing more when the file shrank under our hands. */
type Reading =
  | { readonly kind: 'read'; readonly sha256: string; readonly head: Buffer }
  | { readonly kind: 'changed' };

const chunkBytes = 1024 * 1024;
const emptySha256 = hash('sha256', '');

export class FileScanner {
  readonly #options: FileScannerOptions;

  constructor(options: FileScannerOptions) {
    this.#options = options;
  }

  /** What cannot be scanned is a verdict; only a bug rejects. */
  async scan(file: IdentifiedFile): Promise<FileResult> {
    const startedMs = performance.now();
    function unscannable(reason: UnscannableReason, detail: string): FileResult {
      return verdictOf(
        file,
        startedMs,
        { judgement: { kind: 'unscannable', reason, detail }, engines: [] },
        null,
      );
    }
    using lease = await this.#options.buffers.acquire(Math.min(file.sizeBytes, this.#options.wholeFileBytes));
    let descriptor: number;
    try {
      descriptor = openForScan(file.path);
    } catch (error) {
      const { reason, detail } = describeFsError(error);
      return unscannable(reason, detail);
    }
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) return unscannable('special_file', 'not a regular file any more');
      if (identityOf(stats) !== file.identity) return { kind: 'changed' };
      const reading = await readAll(
        descriptor,
        file.sizeBytes,
        lease.buffer.subarray(0, this.#options.wholeFileBytes),
      );
      if (reading.kind === 'changed') return reading;
      return await this.#judge(file, startedMs, descriptor, reading.sha256, reading.head);
    } catch (error) {
      if (!isFsError(error)) throw error;
      const { reason, detail } = describeFsError(error);
      return unscannable(reason, detail);
    } finally {
      closeSync(descriptor);
    }
  }

  async #judge(
    file: IdentifiedFile,
    startedMs: number,
    descriptor: number,
    sha256: string,
    head: Buffer,
  ): Promise<FileResult> {
    const remembered = this.#options.contents.recall(sha256);
    const content = remembered ?? (await this.#ask(file, descriptor, sha256, head));
    const found = content.judgement.kind === 'infected' || content.judgement.kind === 'suspicious';
    const now = identityNow(file.path);
    if (now !== file.identity && !(found && now === null)) {
      if (now !== null) return { kind: 'changed' };
      const judgement: Judgement = {
        kind: 'unscannable',
        reason: 'vanished',
        detail: 'deleted while it was scanned',
      };
      return verdictOf(file, startedMs, { judgement, engines: [] }, null);
    }
    if (remembered === undefined) this.#options.contents.remember(sha256, content);
    return verdictOf(file, startedMs, content, sha256, remembered === undefined ? null : 'content');
  }

  /** clamd is asked first, so that it works while this thread computes. */
  async #ask(file: IdentifiedFile, descriptor: number, sha256: string, head: Buffer): Promise<KnownContent> {
    // Nothing to look at: its hash says so, and no engine is asked.
    if (file.sizeBytes === 0) return { judgement: { kind: 'clean' }, engines: ['hash'] };
    const { hashLists, yara } = this.#options;
    const known = hashLists.look(sha256);
    if (known.kind === 'good') return { judgement: { kind: 'clean' }, engines: ['hash'] };

    const clamav = this.#askClamd(file, descriptor, head);
    const answers: EngineAnswer[] = [{ engine: 'hash', outcome: hashLists.outcome(sha256) }];
    const notes: ContentNote[] = this.#notes(file, descriptor, head);
    if (yara !== null) answers.push({ engine: 'yara', outcome: yara.scan(head) });
    if (clamav !== null) answers.push({ engine: 'clamav', outcome: await clamav });
    return mergeVerdicts({ answers, notes });
  }

  #askClamd(file: IdentifiedFile, descriptor: number, head: Buffer): Promise<EngineOutcome> | null {
    const { clamd } = this.#options;
    switch (clamd.kind) {
      case 'off':
        return null;
      case 'down':
        return Promise.resolve({ kind: 'failed', reason: 'engine_unavailable', detail: clamd.detail });
      case 'on':
        if (clamd.target.acceptsPaths) return clamd.client.scanPath(`/proc/${process.pid}/fd/${descriptor}`);
        // What is large may be over a limit that nobody told us: it must not take others with it.
        if (file.sizeBytes <= chunkBytes) return clamd.client.scanBytes(head);
        return clamd.client.scanStream(() => chunksOf(descriptor, file.sizeBytes), file.sizeBytes);
    }
  }

  #notes(file: IdentifiedFile, descriptor: number, head: Buffer): ContentNote[] {
    const { clamd, yara } = this.#options;
    function readAt(offset: number, length: number): Uint8Array {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, file.sizeBytes - offset)));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
    }
    const target = clamd.kind === 'on' ? clamd.target : null;
    const notes: ContentNote[] = [...contentNotes(readAt, file.sizeBytes, target)];
    if (yara !== null && head.length < file.sizeBytes) {
      const detail = `YARA saw the first ${head.length} of ${file.sizeBytes} bytes`;
      notes.push({ reason: 'yara_size_limit', detail });
    }
    return notes;
  }
}

/** Hashes all of the file and leaves its beginning, as much as fits, in `buffer`. */
async function readAll(descriptor: number, sizeBytes: number, buffer: Buffer): Promise<Reading> {
  // Some file systems say 0 and still have content.
  if (sizeBytes === 0 && readFully(descriptor, buffer.subarray(0, 1), 0) > 0) return { kind: 'changed' };
  const head = buffer.subarray(0, Math.min(sizeBytes, buffer.length));
  if (readFully(descriptor, head, 0) < head.length) return { kind: 'changed' };
  if (head.length === sizeBytes) {
    return { kind: 'read', sha256: sizeBytes === 0 ? emptySha256 : hash('sha256', head), head };
  }
  const digest = createHash('sha256').update(head);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let offset = head.length; offset < sizeBytes; offset += chunkBytes) {
    const part = chunk.subarray(0, Math.min(chunkBytes, sizeBytes - offset));
    if (readFully(descriptor, part, offset) < part.length) return { kind: 'changed' };
    digest.update(part);
    await nextTurn();
  }
  return { kind: 'read', sha256: digest.digest('hex'), head };
}

/** The whole file again, from the same descriptor, for a clamd that wants it streamed; the chunk is reused. */
async function* chunksOf(descriptor: number, sizeBytes: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes) {
    const read = readFully(descriptor, chunk, offset);
    yield chunk.subarray(0, read);
    if (read < chunk.length) return;
  }
}

function readFully(descriptor: number, target: Buffer, position: number): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(descriptor, target, done, target.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Identity of what the path names now; null when it names nothing. */
function identityNow(path: string): string | null {
  const stats = lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : identityOf(stats);
}

function verdictOf(
  file: IdentifiedFile,
  startedMs: number,
  { judgement, engines }: KnownContent,
  sha256: string | null,
  cachedFrom: Verdict['cachedFrom'] = null,
): FileResult {
  const durationMs = performance.now() - startedMs;
  return {
    kind: 'verdict',
    verdict: { judgement, engines, sha256, sizeBytes: file.sizeBytes, durationMs, cachedFrom },
  };
}
