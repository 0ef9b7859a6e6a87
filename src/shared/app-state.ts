// What the pages show at every moment: one snapshot, then the slices that changed, at most four a second.
import { z } from 'zod';
import { engineReportSchema } from './engine-report.ts';
import { unixSecondsSchema } from './file-place.ts';
import { findingSchema } from './finding.ts';
import { jobSchema } from './job.ts';
import { coverageSchema, scalingEventSchema } from './metrics.ts';
import { protectionSchema } from './protection.ts';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const percent = z.number().min(0).max(100);

/** Figures of this moment. */
export const liveFiguresSchema = z.object({
  at: unixSecondsSchema,
  files_per_minute: z.number().nonnegative().describe('over the last minute'),
  cache_hit_rate: share.nullable().describe('over the last five minutes; null where nothing was scanned'),
  queue_depth: count,
  active_workers: count,
  workers: count,
  max_workers: count,
  workers_lost: count.describe('that ended while they worked and were replaced, since the start'),
  worker_lost_at: unixSecondsSchema.nullable().describe('when the last of them ended'),
  worker_lost_cause: z.string().describe('how it ended; else empty'),
  cpu_percent: percent,
  memory_percent: percent,
  scans: count.describe('since the start'),
  time_saved_seconds: z.number().nonnegative().describe('since the start'),
});
export type LiveFigures = Readonly<z.infer<typeof liveFiguresSchema>>;

/** Five seconds of the last five minutes. */
export const livePointSchema = z.object({
  timestamp: unixSecondsSchema.describe('its end'),
  scans: count,
  cache_hits: count,
  queue_depth: count.describe('the deepest within it'),
  active_workers: count,
  workers: count,
  cpu_percent: percent,
  memory_percent: percent,
});
export type LivePoint = Readonly<z.infer<typeof livePointSchema>>;
export const livePointSeconds = 5;
export const maxLivePoints = 60;

export const appInfoSchema = z.object({
  version: z.string(),
  /** `desktop`: a window with tray and dialogs. `service`: `vedette serve` in a browser. */
  kind: z.enum(['desktop', 'service']),
  platform: z.string().describe('`linux`, `darwin`, `win32`'),
  data_folder: z.string(),
  started_at: unixSecondsSchema,
  /** A throw-away installation that shows what Vedette looks like. */
  is_demo: z.boolean(),
  guide_done: z.boolean().describe('the first-run guide was finished or left'),
  /** Where the key of the vault is kept, in one sentence. */
  key_store: z.string(),
});
export type AppInfo = Readonly<z.infer<typeof appInfoSchema>>;

/** Every member is a slice: it is sent as a whole when anything in it changed. */
export const appStateSchema = z.object({
  app: appInfoSchema,
  protection: protectionSchema,
  engines: z.array(engineReportSchema),
  live: liveFiguresSchema,
  recent: z.object({
    points: z.array(livePointSchema).max(maxLivePoints).describe('oldest first'),
    scaling_events: z.array(scalingEventSchema).describe('of the last five minutes, oldest first'),
  }),
  coverage: coverageSchema,
  jobs: z.array(jobSchema).describe('those that run or wait, and the last ten, newest first'),
  findings: z.object({
    open: count,
    latest: z.array(findingSchema).describe('at most 20, newest first'),
  }),
  quarantine: z.object({ count, size_bytes: z.number().nonnegative() }),
  settings: z.object({
    /** Changes with every change of the settings. */
    revision: count,
    problem: z.string().describe('what is wrong with the file; the settings before it hold; else empty'),
  }),
  updates: z.object({
    state: z.enum(['idle', 'running', 'unavailable']),
    text: z.string().describe('what came of the last update, or why there can be none'),
    last_at: unixSecondsSchema.nullable(),
    next_at: unixSecondsSchema.nullable(),
  }),
});
export type AppState = Readonly<z.infer<typeof appStateSchema>>;
export type SliceName = keyof AppState;

/** What a page that follows the state is sent; the first message is the snapshot. */
export type StateMessage =
  | { readonly kind: 'snapshot'; readonly state: AppState }
  | {
      [Name in SliceName]: { readonly kind: 'slice'; readonly slice: Name; readonly value: AppState[Name] };
    }[SliceName];
