// The service of a running Vedette: look-ups, scans, warming and figures, wired to its line, its guard and its stores.
import { join } from 'node:path';
import type { Readiness, RecentDetectionsInput, Statistics } from '../../shared/service-documents.ts';
import type { DashboardData } from '../../shared/metrics.ts';
import type { Settings } from '../../shared/settings.ts';
import { livePartsOf } from '../antivirus-options.ts';
import type { Antivirus } from '../antivirus.ts';
import type { CacheTimes } from '../cache/recall.ts';
import type { Desk } from '../guard/desk.ts';
import type { Feed } from '../guard/feed.ts';
import type { Guard } from '../guard/guard.ts';
import type { Logger } from '../logger.ts';
import { dashboardOf } from '../metrics/summarize-totals.ts';
import { readVersion } from '../version.ts';
import { usualFolders } from '../watch/watched-places.ts';
import { AllowedFolders } from './allowed-folders.ts';
import { AnsweringMounts } from './answering-mounts.ts';
import { Lookups } from './lookups.ts';
import { ReadyTexts } from './ready-texts.ts';
import { recentDetections } from './recent-detections.ts';
import type { Service } from './service.ts';
import { ServiceScans } from './service-scans.ts';
import { uploadRecorder } from './upload-recorder.ts';
import { WarmJobs } from './warm-jobs.ts';

export interface RunningServiceOptions {
  readonly antivirus: Antivirus;
  readonly desk: Desk;
  readonly guard: Guard;
  readonly feed: Feed;
  readonly dataDir: string;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly logger: Logger;
}

/** Paths of all requests together that may wait for their answers. */
const maxWaiting = 20_000;
const trendSnapshots = 60;
const minuteMs = 60_000;
/** `vedette scan` of another process tells nobody what it found. */
const detectionsKeptMs = 1000;
/** Answers that say so have to get out before the server ends (`endWithinMs`). */
const scansEndWithinMs = 2000;

export class RunningService implements Service, AsyncDisposable {
  readonly lookups: Lookups;
  readonly scans: ServiceScans;
  readonly warming: WarmJobs;
  /** In which clients of the API may have files scanned and restored. */
  readonly folders: AllowedFolders;
  readonly #options: RunningServiceOptions;
  readonly #detections: ReadyTexts<RecentDetectionsInput>;
  readonly #owned = new AsyncDisposableStack();
  #isEnding = false;

  constructor(options: RunningServiceOptions) {
    const { antivirus, desk, guard, feed, dataDir, named, logger } = options;
    this.#options = options;
    const usual = usualFolders();
    this.folders = new AllowedFolders({
      mounts: this.#owned.use(new AnsweringMounts()),
      folders() {
        const { api, watch } = guard.settings;
        return [api.scan_folders, named, watch.folders].find(({ length }) => length > 0) ?? usual;
      },
    });
    this.lookups = this.#owned.use(
      new Lookups({
        store: antivirus.store.verdicts,
        generation: () => antivirus.room.generation,
        times: cacheTimesOf(() => guard.settings),
        ttlMs: () => guard.settings.cache.query_ttl_minutes * minuteMs,
        hashLists: {
          knownBad: guard.settings.scanning.known_bad_lists,
          knownGood: guard.settings.scanning.known_good_lists,
        },
        trustsKnownGood: guard.settings.performance.enable_pre_processor,
        onOperation: (type, operation, seconds) =>
          antivirus.prometheus?.observeCacheOperation(type, operation, seconds),
        logger,
      }),
    );
    antivirus.tellCache('query', () => this.lookups.stats());
    this.#owned.defer(
      antivirus.listen(({ verdict }) => {
        // What was remembered says nothing new.
        if (verdict.sha256 !== null && verdict.cachedFrom === null) this.lookups.forget(verdict.sha256);
      }),
    );
    this.scans = this.#owned.use(
      new ServiceScans({
        pipeline: antivirus.pipeline,
        generation: () => antivirus.generation,
        account: (outcome, actor) => guard.hear(outcome, actor),
        breathe: () => desk.responder.breathe(),
        folders: this.folders,
        uploadFolder: join(dataDir, 'uploads'),
        allow: desk.allow,
        recordUpload: uploadRecorder(desk.findingDesk),
        maxWaiting,
      }),
    );
    this.warming = this.#owned.use(
      new WarmJobs({
        pipeline: antivirus.pipeline,
        lookups: this.lookups,
        account: (outcome, actor) => guard.hear(outcome, actor),
        breathe: () => desk.responder.breathe(),
        folders: this.folders,
        logger,
      }),
    );
    this.#detections = new ReadyTexts({ make: recentDetections(desk.findings), keptMs: detectionsKeptMs });
    this.#owned.defer(
      feed.subscribe(
        ({ kind }) => {
          if (kind === 'finding') this.#detections.clear();
        },
        { verdicts: false },
      ),
    );
  }

  detections(input: RecentDetectionsInput): string {
    return this.#detections.of(input);
  }

  async statistics(): Promise<Statistics> {
    const { antivirus } = this.#options;
    const { recorder } = antivirus;
    return {
      version: readVersion(),
      generation: antivirus.generation,
      engines: [...(await antivirus.engines())],
      queue_depth: antivirus.pipeline.queueDepth,
      summary: recorder.summary(),
      recent_5min: recorder.recent(300),
      recent_1hour: recorder.recent(3600),
      coverage: recorder.coverage(),
      cache: antivirus.cacheStats(),
      scaling: antivirus.scaling.stats(),
    };
  }

  dashboard(): DashboardData {
    const { recorder } = this.#options.antivirus;
    return dashboardOf({
      totals: recorder.totals(),
      snapshots: recorder.snapshots(trendSnapshots),
      status: 'running',
    });
  }

  /** Whether a file that is handed in now would be looked at. */
  async readiness(): Promise<Readiness> {
    const { antivirus } = this.#options;
    const reasons: string[] = [];
    if (this.#isEnding) reasons.push('Vedette is stopping.');
    if (antivirus.room.pool === null) reasons.push('The engines are being started.');
    else if ((await antivirus.engines()).every(({ state }) => state === 'unavailable'))
      reasons.push('No engine is available.');
    return { status: reasons.length === 0 ? 'ready' : 'not_ready', reasons };
  }

  /** From now on it is not ready; scans that clients wait for may still finish, and what takes longer is told as interrupted. */
  end(): void {
    this.#isEnding = true;
    const grace = setTimeout(() => void this.scans[Symbol.asyncDispose](), scansEndWithinMs).unref();
    this.#owned.defer(() => clearTimeout(grace));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.#owned.disposeAsync();
  }
}

/** Worked out once for each change of the settings: look-ups ask for them every time. */
function cacheTimesOf(settings: () => Settings): () => CacheTimes {
  let known = settings();
  let times = livePartsOf(known).cacheTimes;
  return () => {
    const current = settings();
    if (current !== known) {
      known = current;
      times = livePartsOf(current).cacheTimes;
    }
    return times;
  };
}
