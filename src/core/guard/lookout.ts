// Everything that sees files change: watcher, sweep, canary and volumes, and the account of what came by which of them.
import type { HistoryNote } from '../../shared/history-event.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Antivirus } from '../antivirus.ts';
import type { WalkOptions } from '../intake/walk.ts';
import type { Logger } from '../logger.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { childProcessStarter } from '../processes/child-process-worker.ts';
import { moduleFile } from '../processes/module-file.ts';
import { leanHeap } from '../processes/lean-heap.ts';
import { Canary, isCanaryName } from '../watch/canary.ts';
import type { PlaceSurroundings } from '../watch/place-surroundings.ts';
import { platformVolumes } from '../watch/platform-volumes.ts';
import type { MessageToWatcher, StartWatcherProcess } from '../watch/watch-protocol.ts';
import { WatchSupervisor, type WatcherState } from '../watch/watch-supervisor.ts';
import { watchVolumes, type VolumeChange } from '../watch/watch-volumes.ts';
import { AccountedFiles } from './accounted-files.ts';
import { DegradedFolders } from './degraded-folders.ts';
import { FolderLog } from './folder-log.ts';
import { LostEvents } from './lost-events.ts';
import { Realtime, type Account } from './realtime.ts';
import { maySoonBeOther } from './reason-outlook.ts';
import { SweepAgain } from './sweep-again.ts';
import { Sweep } from './sweep.ts';
import { canarySettings, priorityOf } from './watch-list.ts';
import { WatchScope } from './watch-scope.ts';

export interface LookoutOptions {
  readonly antivirus: Pick<Antivirus, 'pipeline' | 'generation' | 'recorder'>;
  readonly settings: Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly dataDir: string;
  /** Hears of every outcome, whatever brought the file. */
  readonly account: Account;
  /** Awaited before a sweep goes on; undefined when there is no need. */
  readonly breathe: () => Promise<void> | undefined;
  readonly write: (note: HistoryNote) => void;
  /** Something that people are shown has changed. */
  readonly onChange: () => void;
  readonly startWatcher?: StartWatcherProcess;
  readonly logger: Logger;
}

/** Module that the watch worker process runs. */
export const watchWorkerEntry = moduleFile('../../workers/watch-worker', import.meta.url);

const startWatchWorker: StartWatcherProcess = childProcessStarter<MessageToWatcher>(watchWorkerEntry, [
  leanHeap,
]);

const minuteMs = 60_000;
/** Before this has passed nobody waits for the watcher to say how it is. */
const firstHealthMs = 10_000;

export class Lookout implements AsyncDisposable {
  readonly realtime: Realtime;
  readonly sweep: Sweep;
  readonly canary: Canary;
  readonly #options: LookoutOptions;
  readonly #accounted = new AccountedFiles();
  readonly #supervisor: WatchSupervisor;
  readonly #scope: WatchScope;
  readonly #folderLog: FolderLog;
  readonly #lost: LostEvents;
  readonly #sweepAgain: SweepAgain;
  readonly #started = new AsyncDisposableStack();
  readonly #degraded: DegradedFolders;
  /** Events that did not come before this were not expected. */
  #expectedFromMs = Date.now();
  #hasCaughtUp = false;

  constructor(options: LookoutOptions) {
    const { antivirus, settings, named, dataDir, write, logger } = options;
    const { pipeline, recorder } = antivirus;
    this.#options = options;
    this.#scope = this.#started.use(
      new WatchScope({ settings, named, dataDir, onChange: () => this.#configureWatcher() }),
    );
    this.#folderLog = new FolderLog(write);
    this.#lost = this.#started.use(
      new LostEvents({
        write,
        onLost: () => recorder.recordLostEvents(1),
        isEventful: () => this.#isEventful(),
      }),
    );
    this.#degraded = this.#started.use(
      new DegradedFolders({
        roots: () => this.health.roots,
        sweep: (root) => this.sweep.request('a folder is not wholly watched', root),
      }),
    );
    this.#sweepAgain = this.#started.use(
      new SweepAgain(() => this.sweep.request('some files could not be scanned')),
    );
    const line = {
      pipeline,
      accounted: this.#accounted,
      generation: () => antivirus.generation,
      account: (outcome: ScanOutcome, latencyMs: number | null) => this.#account(outcome, latencyMs),
    };
    this.realtime = this.#started.use(
      new Realtime({
        ...line,
        isRemovable: (root) => this.#scope.volumes.includes(root),
        priorityOf,
        wantSweep: (cause) => this.sweep.request(cause),
      }),
    );
    this.sweep = this.#started.use(
      new Sweep({
        line: { ...line, lost: this.#lost, isEventful: () => this.#isEventful(), now: Date.now },
        roots: () => this.#rootsThere(),
        breathe: options.breathe,
        walkOptions: async (root) => ({ ...(await this.walkOptionsFor([root])), crossDevices: true }),
        eventsSinceMs: (root) => this.#eventsSinceMs(root),
        isEventful: () => this.#isEventful(),
        onSwept: (root) => this.#degraded.swept(root),
        onSweptAll: () => this.realtime.sweptAll(),
        onState: ({ state }) => {
          if (state === 'idle') this.#sweepEnded();
          options.onChange();
        },
        intervalMs: settings.watch.sweep_interval_minutes * minuteMs,
        logger,
      }),
    );
    this.canary = this.#started.use(
      new Canary({
        settings: canarySettings(settings),
        onMissed: (root) => this.#canaryMissed(root),
        onAnswered: options.onChange,
        answers: (root) => this.#scope.answers(root),
        isExcluded: (path) => this.#scope.walkOptions.exclusions?.excludes(path) === true,
        logger,
      }),
    );
    this.#supervisor = this.#started.use(
      new WatchSupervisor({
        startProcess: options.startWatcher ?? startWatchWorker,
        settings: this.#scope.watchSettings,
        listener: {
          files: (files) => {
            for (const { path } of files) this.#lost.arrived(path);
            this.realtime.offer(files);
          },
          doubt: (root, cause) => this.sweep.request(cause, root),
          health: (state) => this.#heard(state),
          restarted: (cause) =>
            write({
              kind: 'watcher_restarted',
              actor: 'system',
              text: `The watcher was started again: ${cause}`,
            }),
        },
        logger,
      }),
    );
    this.#watchVolumes();
    const late = setTimeout(() => this.#catchUp(), firstHealthMs).unref();
    this.#started.defer(() => clearTimeout(late));
  }

  get health(): WatcherState {
    return this.#supervisor.health;
  }

  /** For whoever looks for places: what does not answer is not touched. */
  get surroundings(): PlaceSurroundings {
    return this.#scope.surroundings;
  }

  /** For whatever walks: what is left out is left out everywhere. */
  walkOptions(): WalkOptions {
    return this.#scope.walkOptions;
  }

  /** The same, once it is known which file systems of these folders answer. */
  walkOptionsFor(folders: readonly string[]): Promise<WalkOptions> {
    return this.#scope.walkOptionsFor(folders);
  }

  /** What changes from now on is passed over until `resume`, and then found by a sweep. */
  pause(): void {
    this.realtime.pause();
    this.sweep.pause();
    this.canary.pause();
  }

  resume(): void {
    this.#expectedFromMs = Date.now();
    this.realtime.resume();
    this.sweep.resume();
    this.canary.resume();
    this.sweep.request('protection was paused');
  }

  configure(settings: Settings): void {
    const wasOn = this.#scope.settings.watch.enabled;
    const before = new Set(this.#scope.folders);
    this.#scope.settings = settings;
    this.#configureWatcher();
    this.sweep.configure({ intervalMs: settings.watch.sweep_interval_minutes * minuteMs });
    this.canary.configure(canarySettings(settings));
    if (settings.watch.enabled && !wasOn) this.sweep.request('protection was off');
    else {
      // No event tells of what has been in it all along.
      for (const path of this.#scope.folders)
        if (!before.has(path)) this.sweep.request('a folder is watched from now on', path);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#started.disposeAsync();
  }

  #account(outcome: ScanOutcome, latencyMs: number | null): void {
    const { path } = outcome.request;
    if (isCanaryName(path)) {
      const { kind } = outcome.verdict.judgement;
      this.canary.verdictFor(path, kind);
      // Anybody may name a file so: what is not clean is told like everything else.
      if (kind === 'clean') return;
    }
    if (latencyMs !== null) {
      // A sweep may have asked for the same scan: the event was not lost.
      this.#lost.arrived(path);
    } else if (maySoonBeOther(outcome.verdict)) {
      this.#sweepAgain.failed();
    }
    this.#options.account(outcome, latencyMs);
  }

  #sweepEnded(): void {
    this.#lost.tell();
    this.#sweepAgain.sweepEnded();
  }

  /** What is not there cannot be looked through; when it comes back it is asked for. */
  #rootsThere(): readonly string[] {
    const gone = new Set(this.health.roots.filter(({ state }) => state === 'gone').map(({ path }) => path));
    return this.#scope.folders.filter((path) => !gone.has(path));
  }

  #isEventful(): boolean {
    return this.#supervisor.health.unsettled > 0 || this.realtime.underWay > 0;
  }

  #configureWatcher(): void {
    this.#supervisor.configure(this.#scope.watchSettings);
  }

  #watchVolumes(): void {
    const volumes = platformVolumes();
    const { logger } = this.#options;
    const onChange = (change: VolumeChange): void => this.#volumesChanged(change);
    if (volumes !== null) this.#started.use(watchVolumes({ ...volumes, onChange, logger }));
  }

  #volumesChanged({ volumes, mounted }: VolumeChange): void {
    this.#scope.volumes = volumes.map(({ path }) => path);
    this.#configureWatcher();
    const watched = new Set(this.#scope.folders);
    for (const { path } of mounted) if (watched.has(path)) this.sweep.request('a volume was mounted', path);
  }

  #heard(state: WatcherState): void {
    // An end that was asked for is told as that, once, and not as a trouble of each folder.
    if (state.state !== 'off') this.#folderLog.heard(state.roots);
    // Nothing is written to what people carry around.
    const tested = state.roots.filter((root) => root.state === 'watching' && !root.removable);
    this.canary.watch(tested.map(({ path }) => path));
    if (state.state === 'running' && state.roots.every((root) => root.state !== 'starting')) this.#catchUp();
    this.#options.onChange();
  }

  /** What was written while Vedette was off, or waited when it was killed. */
  #catchUp(): void {
    if (this.#hasCaughtUp) return;
    this.#hasCaughtUp = true;
    if (this.#scope.settings.watch.catch_up_at_start)
      this.sweep.request('files written while Vedette was off');
  }

  #eventsSinceMs(path: string): number | null {
    const root = this.#supervisor.health.roots.find((one) => one.path === path);
    return root?.state === 'watching' ? Math.max(root.sinceMs, this.#expectedFromMs) : null;
  }

  #canaryMissed(root: string): void {
    const text = 'A test file got no verdict in time: changes in this folder may go unseen. It is swept.';
    this.#options.write({ kind: 'canary_missed', actor: 'system', text, path: root });
    this.sweep.request('a test file got no verdict', root);
  }
}
