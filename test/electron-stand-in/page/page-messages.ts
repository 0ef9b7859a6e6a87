// What goes over the one wire between the main process and a page's isolated world.

/** From preload to main. */
export type PageMessage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | {
      readonly kind: 'invoke';
      readonly id: number;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'preload-error'; readonly error: unknown };

/** Only the stand-in's own code in the isolated world can send, so what it is called is what it is. */
export function isPageMessage(message: unknown): message is PageMessage {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

/** A file that the page may be given, and where it is: what a page of real Electron can find out by itself. */
export interface KnownFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly path: string;
}

/** From main to preload. */
export type MainMessage =
  | { readonly kind: 'message'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: false; readonly error: string }
  | { readonly kind: 'files'; readonly files: readonly KnownFile[] }
  | { readonly kind: 'visibility'; readonly isHidden: boolean };

/** What a page is told when its document begins. */
export interface PageEnvironment {
  readonly platform: string;
  readonly arch: string;
  readonly argv: readonly string[];
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** The part of a page's window that the injected code touches. */
export interface PageWindow extends EventTarget {
  readonly document: EventTarget;
  /** Only in the isolated world: the way to main. */
  readonly __standInSend?: (text: string) => void;
}

/** A file as the page has it. */
export interface PageFile {
  readonly name: string;
  readonly size: number;
}
