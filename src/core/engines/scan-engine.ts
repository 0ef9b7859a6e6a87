// What any engine answers about one file; `merge-verdicts.ts` makes one verdict of several answers.
import type { Detection, EngineName, PartialReason } from '../../shared/verdict.ts';

export type EngineOutcome =
  /** It looked at all of the bytes and found nothing. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'found'; readonly detections: readonly [Detection, ...Detection[]] }
  /** It looked, but not at all of it. */
  | { readonly kind: 'incomplete'; readonly reason: PartialReason; readonly detail: string }
  /** It is enabled and did not answer properly. */
  | {
      readonly kind: 'failed';
      readonly reason: 'engine_unavailable' | 'timeout' | 'protocol_error';
      readonly detail: string;
    };

export interface EngineAnswer {
  readonly engine: EngineName;
  readonly outcome: EngineOutcome;
}

/** Random access to the bytes of the open file: at most `length` bytes from `offset`, fewer at the end. */
export type ReadAt = (offset: number, length: number) => Uint8Array;
