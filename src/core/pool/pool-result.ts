// What becomes of a file that was handed to the pool.
import type { FileResult } from './worker-protocol.ts';

export type PoolResult =
  | Exclude<FileResult, { readonly kind: 'verdict' }>
  | (Extract<FileResult, { readonly kind: 'verdict' }> & {
      /** The worker came up with other signatures than those in force: they had changed on disk. */
      readonly isOfOthers?: true;
    })
  /** Two workers in a row died or hung on this file alone. */
  | { readonly kind: 'killed_workers'; readonly how: 'crashed' | 'hung'; readonly cause: string }
  /** No worker can be had, or the pool is closing. */
  | { readonly kind: 'no_worker'; readonly cause: string };
