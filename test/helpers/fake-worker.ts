// A worker process that is none: the test decides what it says and when it is gone.
import type { IdentifiedFile } from '../../src/shared/scan.ts';
import { identityOf } from '../../src/core/files/file-identity.ts';
import type {
  FileResult,
  MessageToWorker,
  VerdictScope,
  WorkerProcess,
} from '../../src/core/pool/worker-protocol.ts';
import { unread, type Verdict } from '../../src/shared/verdict.ts';

export class FakeWorker implements WorkerProcess {
  readonly pid = undefined;
  readonly sent: MessageToWorker[] = [];
  killed = false;
  /** Called for each message it is sent. */
  onSent: (message: MessageToWorker) => void = () => {};
  readonly #answered = new Set<number>();
  #onMessage: (message: unknown) => void = () => {};
  #onExit: (cause: string) => void = () => {};

  /** Files it was given, as `id`s by path, in order. */
  get files(): readonly { readonly id: number; readonly path: string }[] {
    return this.sent.flatMap((message) => (message.kind === 'scan' ? message.files : []));
  }

  send(message: MessageToWorker): void {
    this.sent.push(message);
    this.onSent(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (cause: string) => void): void {
    this.#onExit = listener;
  }

  kill(): void {
    this.killed = true;
  }

  say(message: unknown): void {
    this.#onMessage(message);
  }

  getReady(): void {
    this.say({ kind: 'ready', introduction: { engines: [], fingerprints: {}, startMs: 0 } });
  }

  finish(path: string, result: FileResult = cleanResult): void {
    const id = this.files.findLast((file) => file.path === path)?.id ?? -1;
    this.#answered.add(id);
    this.say({ kind: 'results', results: [{ id, result }] });
  }

  /** Finishes what it has not answered yet with this. */
  finishAll(result: FileResult = cleanResult): void {
    const open = this.files.filter(({ id }) => !this.#answered.has(id));
    for (const { id } of open) this.#answered.add(id);
    this.say({ kind: 'results', results: open.map(({ id }) => ({ id, result })) });
  }

  end(cause = 'ended'): void {
    this.#onExit(cause);
  }
}

export const cleanVerdict: Verdict = unread({ kind: 'clean' }, 0);

export const cleanResult = resultOf(cleanVerdict);

/** A verdict as a worker answers it that asked its engines. */
export function resultOf(verdict: Verdict): Extract<FileResult, { kind: 'verdict' }> {
  return { kind: 'verdict', verdict, reusable: true, savedMs: 0 };
}

/** For pools whose workers remember nothing. */
export const anyScope: VerdictScope = { generation: 'test', notBeforeMs: 0 };

let inode = 0n;

/** A file that need not be there, with an identity of its own. */
export function anyFile(path: string): IdentifiedFile {
  inode += 1n;
  const stats = { dev: 0n, ino: inode, size: 0n, mtimeNs: 0n, ctimeNs: 0n };
  return { path, identity: identityOf(stats), sizeBytes: 0 };
}
