// Every message between the core and the watch worker; plain JSON, many files a message.
import type { StartProcess } from '../processes/worker-process.ts';

export interface WatchRoot {
  /** Absolute path of a folder; it need not be there (yet). */
  readonly path: string;
  readonly removable: boolean;
}

/** All that decides what is watched and when a file is offered; a change is sent whole. */
export interface WatchSettings {
  readonly roots: readonly WatchRoot[];
  /** As `createExclusions` takes them. */
  readonly exclude: {
    readonly globs: readonly string[];
    readonly folders: readonly string[];
    readonly extensions: readonly string[];
  };
  /** Our own folders as `device:inode`, whatever name they are reached by: nothing in them is ever watched. */
  readonly ownFolders: readonly string[];
  /** Mounts that do not answer: they are not even looked at. */
  readonly stalled: readonly string[];
  readonly settleMs: number;
  /** A file that keeps growing is offered after this time, and again once it has settled. */
  readonly settleMaxMs: number;
}

/** A file that appeared or changed. What it is now is for the core to look at: it may be gone again. */
export interface OfferedFile {
  readonly path: string;
  /** The root it was seen in. */
  readonly root: string;
  /** When the first event since its last offer came, milliseconds since 1970. */
  readonly eventAtMs: number;
  /** false: it is still being written; it is offered again when it has settled. */
  readonly settled: boolean;
}

export interface RootHealth {
  readonly path: string;
  readonly removable: boolean;
  readonly state: 'starting' | 'watching' | 'degraded' | 'gone';
  /** One sentence; empty while it is watched. */
  readonly cause: string;
  /** What to do about it, with the exact command where there is one; may be empty. */
  readonly remedy: string;
  /** Folders in it that are watched. */
  readonly folders: number;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

export type MessageToWatcher =
  /** First message and every change: what is watched already and still wanted stays watched. */
  | { readonly kind: 'watch'; readonly settings: WatchSettings }
  /** Blocks the event loop on purpose: only with VEDETTE_FAULTS=1 in the environment of the worker. */
  | { readonly kind: 'block'; readonly milliseconds: number }
  | { readonly kind: 'stop' };

export type MessageFromWatcher =
  | { readonly kind: 'files'; readonly files: readonly OfferedFile[] }
  /** All roots, whenever one of them changed; at most a few times a second. */
  | { readonly kind: 'roots'; readonly roots: readonly RootHealth[] }
  /**
   * Events may have been lost in this root (null: in any): the event loop was blocked, the kernel's queue ran over, a
   * root came back, more files waited than can be held. A sweep finds what they were about.
   */
  | { readonly kind: 'doubt'; readonly root: string | null; readonly cause: string }
  /** Once a second. */
  | {
      readonly kind: 'alive';
      readonly memoryBytes: number;
      /** Longest time the loop did not turn since the last message. */
      readonly loopDelayMs: number;
      /** Files that wait to settle. */
      readonly unsettled: number;
      /** Events since the start. */
      readonly events: number;
    };

export type StartWatcherProcess = StartProcess<MessageToWatcher>;
