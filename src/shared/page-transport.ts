// How a page talks to its Vedette, whoever carries it: IPC in the window, HTTP and server-sent events in a browser.
import type { StateMessage } from './app-state.ts';
import type { CallInput, CallName, CallOutput } from './contract.ts';
import type { ErrorCode } from './errors.ts';
import type { DesktopCallInput, DesktopCallName, DesktopCallOutput } from './page-calls.ts';

export type PageCallName = CallName | DesktopCallName;

/** Who acts is known to the carrier: a page does not say it. */
export type PageInput<Name extends PageCallName> = Name extends CallName
  ? Omit<CallInput<Name>, 'actor'>
  : Name extends DesktopCallName
    ? DesktopCallInput<Name>
    : never;
export type PageOutput<Name extends PageCallName> = Name extends CallName
  ? CallOutput<Name>
  : Name extends DesktopCallName
    ? DesktopCallOutput<Name>
    : never;

/** Every answer, on both carriers. */
export type PageReply<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
      };
    };

/** What preload puts at `window.vedette`, and what the browser makes of fetch and EventSource. */
export interface PageTransport {
  readonly kind: 'desktop' | 'service';
  /** Resolves always; a reply that is not `ok` says why. */
  call(name: PageCallName, input: unknown): Promise<PageReply>;
  /** Snapshot first, slices after it, until the returned function is called. `onLost` when the other side is gone. */
  on(listener: (message: StateMessage) => void, onLost: () => void): () => void;
  /**
   * Paths of files that were dropped on the window, which the page itself cannot know; what it may scan afterwards.
   * Empty in a browser, where a dropped file has no path.
   */
  drop(files: readonly File[]): Promise<readonly string[]>;
}
