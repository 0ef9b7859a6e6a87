// The windows that are open, as `app` sees them when it quits.

export interface OpenWindow {
  /** Whether no listener of `close` refused. */
  readonly askToClose: () => boolean;
  readonly destroy: () => void;
}

export const openWindows = new Map<number, OpenWindow>();
