// What stands behind the routes that only the HTTP API has: look-ups, scans, recent detections, warming, figures.
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { DashboardData } from '../../shared/metrics.ts';
import type {
  batchScanInput,
  BatchScanAnswer,
  RecentDetectionsInput,
  ScanAnswer,
  scanFileInput,
  Statistics,
  warmInput,
  WarmJob,
  warmStartedSchema,
} from '../../shared/service-documents.ts';

/** JSON texts, ready to be sent as they are: of `lookupResultSchema` and of `batchLookupAnswerSchema`. */
export interface LookupTexts {
  /** @param sha256 64 hexadecimal digits, in either case. */
  one(sha256: string): string | Promise<string>;
  many(hashes: readonly string[]): string | Promise<string>;
}

export interface AskedBy {
  /** For the history: `api NAME`. */
  readonly actor: string;
}

export interface UploadFacts extends AskedBy {
  /** As the client calls it; of no meaning for where the bytes are kept. */
  readonly name: string;
  readonly maxBytes: number;
  /** The engines look, whatever is remembered. */
  readonly fresh: boolean;
}

/** Each stops what waits when the signal does; what cannot be looked at is a result, never a rejection. */
export interface ScanService {
  one(input: z.output<typeof scanFileInput> & AskedBy, signal: AbortSignal): Promise<ScanAnswer>;
  many(input: z.output<typeof batchScanInput> & AskedBy, signal: AbortSignal): Promise<BatchScanAnswer>;
  /** Rejects with AppError TOO_LARGE for more than `maxBytes`. */
  upload(body: Readable, facts: UploadFacts, signal: AbortSignal): Promise<ScanAnswer>;
}

/** The last two throw AppError NOT_FOUND for a job that is not there. */
export interface WarmingService {
  start(input: z.output<typeof warmInput> & AskedBy): WarmStarted;
  show(id: string): WarmJob;
  cancel(id: string): WarmJob;
}
export type WarmStarted = Readonly<z.infer<typeof warmStartedSchema>>;

export interface Service {
  readonly lookups: LookupTexts;
  readonly scans: ScanService;
  readonly warming: WarmingService;
  /** JSON text of `recentDetectionsSchema`. Throws AppError CALL_INVALID for a cursor that is none of ours. */
  detections(input: RecentDetectionsInput): string;
  statistics(): Promise<Statistics>;
  dashboard(): DashboardData;
}
