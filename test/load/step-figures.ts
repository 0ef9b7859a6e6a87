// What one step of the load gave: times in milliseconds, shares from 0 to 1.
import type { RequestKind } from './mixes.ts';

export interface KindFigures {
  readonly kind: RequestKind;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface StepFigures {
  readonly name: string;
  /** Requests a second; null: as many as come, each connection sending when it has its answer. */
  readonly wantedRate: number | null;
  readonly reachedRate: number;
  readonly seconds: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Other statuses than 2xx, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Timeouts, resets, connections that were not made, requests without an answer. */
  readonly broken: number;
  readonly errorShare: number;
  readonly bytesPerSecond: number;
  readonly kinds: readonly KindFigures[];
  readonly eachSecond: readonly { readonly answered: number; readonly p95Ms: number }[];
  /** Of one processor, all processes of the service together; null when it runs elsewhere. */
  readonly serviceShare: number | null;
  readonly generatorShare: number;
}
