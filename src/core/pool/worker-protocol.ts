// Every message between the pool and a scan worker; plain JSON, many files a message.
import type { IdentifiedFile } from '../../shared/scan.ts';
import type { EngineReport } from '../../shared/engine-report.ts';
import type { Verdict } from '../../shared/verdict.ts';
import type { StartProcess, WorkerProcess as ProcessPort } from '../processes/worker-process.ts';

/** A file as the pool takes it. */
export interface FileToScan extends IdentifiedFile {
  /** The engines are asked whatever is remembered: a finding is confirmed, or a person wants to know. */
  readonly fresh?: boolean;
  /** Its bytes may change and its identity stay: what an engine reads for itself need not be what was hashed. */
  readonly mayChangeUnseen?: boolean;
}

export interface AssignedFile extends FileToScan {
  /** Unique within one worker's life. */
  readonly id: number;
}

export type FileResult =
  | {
      readonly kind: 'verdict';
      readonly verdict: Verdict;
      /** Complete, and every enabled engine had its say: it may be remembered. */
      readonly reusable: boolean;
      /** Every engine was given the very bytes that were hashed: true of the content, whatever became of the file. */
      readonly isOneReading?: true;
      /** What the engines once took for a content that was remembered, milliseconds; 0 when they were asked. */
      readonly savedMs: number;
    }
  /** The file is no longer the one that was identified: identify it again, scan it again. */
  | { readonly kind: 'changed' };

/** Within what a remembered verdict counts. */
export interface VerdictScope {
  readonly generation: string;
  /** Milliseconds since 1970: what the engines said before has expired. */
  readonly notBeforeMs: number;
}

export type MessageToWorker =
  /** First message; `settings` is checked by the worker's own schema. */
  | { readonly kind: 'start'; readonly settings: unknown }
  | { readonly kind: 'scan'; readonly scope: VerdictScope; readonly files: readonly AssignedFile[] }
  /** Finish what was assigned, then end. */
  | { readonly kind: 'drain' };

/** What a worker says of itself once its engines are loaded. */
export interface WorkerIntroduction {
  readonly engines: readonly EngineReport[];
  /** Versions and content of what it scans with; part of the signature generation. */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly startMs: number;
}

export type MessageFromWorker =
  | { readonly kind: 'ready'; readonly introduction: WorkerIntroduction }
  | { readonly kind: 'start_failed'; readonly message: string }
  | {
      readonly kind: 'results';
      readonly results: readonly { readonly id: number; readonly result: FileResult }[];
    }
  /** Once a second; a worker whose event loop is blocked sends none. */
  | { readonly kind: 'alive'; readonly memoryBytes: number; readonly engineBusyCount: number };

/** A scan worker process, however it is started. */
export type WorkerProcess = ProcessPort<MessageToWorker>;
export type StartWorkerProcess = StartProcess<MessageToWorker>;
