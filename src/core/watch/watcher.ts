// What the watch worker runs: follows its roots, lets files settle and offers them. It opens nothing and is never blocked.
import { join } from 'node:path';
import { AppError, messageOf } from '../../shared/errors.ts';
import { type DelayedFolder, DelayedFolders } from './delayed-folders.ts';
import { Doubts } from './doubts.ts';
import { FolderListing, type ListingJob, type ListingPurpose, type ReadFolder } from './folder-listing.ts';
import { isInside } from './is-inside.ts';
import { LoopWatch } from './loop-watch.ts';
import { lookAtPath } from './look-at-path.ts';
import { OfferBatch } from './offer-batch.ts';
import { folderKeyAt } from './root-place.ts';
import { RootWatch } from './root-watch.ts';
import type { SystemLimits } from './root-trouble.ts';
import { SettleStage, type WaitingPath } from './settle-stage.ts';
import type { MessageFromWatcher, WatchRoot, WatchSettings } from './watch-protocol.ts';
import { sameRules, type WatchExclusions, watchRules } from './watch-rules.ts';
import { isOdd, type WatchFolders } from './watched-folders.ts';

export interface WatcherOptions {
  readonly watchFolders: WatchFolders;
  readonly readFolder: ReadFolder;
  /** @throws AppError BAD_USAGE for a rule that no path could match. */
  readonly createExclusions: (rules: WatchSettings['exclude']) => WatchExclusions;
  readonly limits: () => SystemLimits;
  /** Events the kernel keeps. */
  readonly queueLimit: number;
  readonly send: (message: MessageFromWatcher) => void;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
  readonly mostWaiting?: number;
}

const tickMs = 20;
const aliveEveryMs = 1000;
const checkEveryMs = 2000;
const healthEveryMs = 250;
const doubtEveryMs = 1000;
const looksAtOnce = 1000;
/** So long a folder that appeared may take to be told of by the watch, before it is listed all the same. */
const unknownFolderMs = 2000;
const mangledNameMs = 1000;
/** An entry with an odd name is taken for the one an event was about when it changed so shortly before. */
const sameEventMs = 3000;
const mostFolders = 200_000;
const noExclusions: WatchExclusions = { excludes: () => false, excludesFolder: () => false };

export class Watcher implements AsyncDisposable {
  readonly #options: WatcherOptions;
  readonly #now: () => number;
  readonly #settle: SettleStage;
  readonly #listing: FolderListing;
  readonly #unknownFolders = new DelayedFolders(unknownFolderMs, mostFolders);
  readonly #mangledNames = new DelayedFolders(mangledNameMs, mostFolders);
  readonly #doubts: Doubts;
  readonly #offers: OfferBatch;
  readonly #loop: LoopWatch;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #roots = new Map<string, RootWatch>();
  #settings: WatchSettings | null = null;
  #rules = watchRules(noExclusions);
  #ownFolders: ReadonlySet<string> = new Set();
  #due: WaitingPath[] = [];
  #tick: NodeJS.Timeout | null = null;
  #healthTimer: NodeJS.Timeout | null = null;
  #events = 0;

  constructor(options: WatcherOptions) {
    const { send, queueLimit, readFolder, now = () => performance.now(), mostWaiting = 500_000 } = options;
    this.#options = options;
    this.#now = now;
    this.#settle = new SettleStage({ settleMs: 300, settleMaxMs: 10_000, maxWaiting: mostWaiting });
    this.#doubts = new Doubts(doubtEveryMs, (root, cause) => send({ kind: 'doubt', root, cause }));
    this.#offers = new OfferBatch((files) => send({ kind: 'files', files }));
    this.#loop = new LoopWatch({ now, queueLimit, suspect: (cause) => this.#doubt(null, cause) });
    this.#listing = new FolderListing(readFolder, {
      file: (path, job) => this.#listedFile(path, job),
      folder: (path, job) => this.#listedFolder(path, job),
      failed: (job, error) => this.#roots.get(job.root)?.fail(error, job.path),
      refused: (job) => this.#doubt(job.root, 'more folders appeared than can be remembered'),
    });
    this.#timers = [
      setInterval(() => this.#sayAlive(), aliveEveryMs),
      setInterval(() => this.#checkRoots(), checkEveryMs),
    ];
  }

  /** What is watched already and still wanted stays watched. */
  apply(settings: WatchSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before?.settleMs !== settings.settleMs || before.settleMaxMs !== settings.settleMaxMs)
      this.#settle.setTimes(settings);
    this.#setRules(settings);

    const wanted = new Map(settings.roots.map((root) => [root.path, root]));
    for (const [path, watch] of new Map(this.#roots)) {
      const root = wanted.get(path);
      const isSame = before !== null && sameRules(before, settings, path);
      if (root !== undefined && root.removable === watch.health.removable && isSame) continue;
      this.#roots.delete(path);
      // Before the old one ends, so that what both watch is never unwatched.
      if (root !== undefined) this.#watch(root, 'it is watched by other rules');
      void watch[Symbol.asyncDispose]();
    }
    for (const root of wanted.values()) if (!this.#roots.has(root.path)) this.#watch(root, null);
    this.#healthChanged();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#tick !== null) clearTimeout(this.#tick);
    if (this.#healthTimer !== null) clearTimeout(this.#healthTimer);
    this.#loop[Symbol.dispose]();
    this.#listing[Symbol.dispose]();
    this.#offers.flush();
    await Promise.all([...this.#roots.values()].map((root) => root[Symbol.asyncDispose]()));
  }

  #setRules({ exclude, ownFolders, stalled }: WatchSettings): void {
    this.#ownFolders = new Set(ownFolders);
    try {
      this.#rules = watchRules(this.#options.createExclusions(exclude), stalled);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The settings were checked long before; rather too much is watched than nothing.
      this.#rules = watchRules(noExclusions, stalled);
      this.#doubt(null, `the exclusions cannot be used: ${messageOf(error)}`);
    }
  }

  #watch(root: WatchRoot, doubtAtStart: string | null): void {
    const { watchFolders, limits } = this.#options;
    const { path } = root;
    const rules = this.#rules;
    const watch = new RootWatch({
      root,
      watchFolders,
      excludesFolder: (folder) => rules.excludesFolder(folder),
      stalls: (folder) => rules.stalls(folder),
      ownFolders: this.#ownFolders,
      limits,
      now: this.#now,
      clock: Date.now,
      doubtAtStart,
      listener: {
        entry: (folder, name, appeared) => this.#hear(path, folder, name, appeared),
        unnamed: (folder) => this.#list(folder, path, 'all'),
        folder: (folder, isNew) => this.#list(folder, path, isNew ? 'all' : 'odd-folders'),
        changed: () => this.#healthChanged(),
        doubt: (cause) => this.#doubt(path, cause),
      },
    });
    this.#roots.set(path, watch);
    void watch.check();
  }

  #checkRoots(): void {
    for (const root of this.#roots.values()) void root.check();
  }

  #hear(root: string, folder: string, name: string, appeared: boolean): void {
    this.#events += 1;
    this.#loop.count();
    if (!name.includes('\uFFFD')) this.#touch(join(folder, name), root, appeared);
    // Bytes of the name were lost on the way: the folder is asked for it.
    else this.#delay(this.#mangledNames, folder, root, this.#now());
  }

  #touch(path: string, root: string, appeared: boolean): void {
    if (!this.#settle.has(path) && this.#rules.excludes(path)) return;
    if (!this.#settle.touch(path, root, appeared, this.#now(), Date.now()))
      this.#doubt(root, 'more files changed than can be remembered');
    this.#wake();
  }

  #delay(folders: DelayedFolders, path: string, root: string, sinceMs: number | null): void {
    if (!folders.add({ path, root, sinceMs }, this.#now()))
      this.#doubt(root, 'more folders appeared than can be remembered');
    this.#wake();
  }

  #list(path: string, root: string, purpose: ListingPurpose): void {
    this.#listing.add({ path, root, purpose, askedMs: this.#now() });
  }

  #listedFile(path: string, { root, purpose, askedMs }: ListingJob): void {
    if (purpose === 'odd-folders') return;
    if (purpose === 'odd-changed') {
      const look = lookAtPath(path, Date.now());
      if (look.kind === 'file' && look.restedMs > this.#now() - askedMs + sameEventMs) return;
    }
    this.#touch(path, root, true);
  }

  #listedFolder(path: string, { root, purpose, askedMs }: ListingJob): void {
    if (isOdd(path)) this.#followOdd(path, root, purpose);
    else this.#delay(this.#unknownFolders, path, root, purpose === 'all' ? askedMs : null);
  }

  /** Watched by us, so listed by us: at once, because the watch stands. */
  #followOdd(path: string, root: string, purpose: ListingPurpose): void {
    if (this.#leavesOut(path)) return;
    this.#roots.get(root)?.addOdd(path);
    this.#list(path, root, purpose === 'odd-folders' ? purpose : 'all');
  }

  #leavesOut(folder: string): boolean {
    if (this.#rules.excludesFolder(folder)) return true;
    const key = folderKeyAt(folder);
    // One that cannot be looked at is tried all the same: that says why.
    return key !== null && this.#ownFolders.has(key);
  }

  /** One timer for all that waits, and none when nothing does. */
  #wake(): void {
    this.#tick ??= setTimeout(() => this.#work(), tickMs);
  }

  #work(): void {
    this.#tick = null;
    const nowMs = this.#now();
    for (const { path, root } of this.#mangledNames.takeDue(nowMs)) this.#list(path, root, 'odd-changed');
    for (const unknown of this.#unknownFolders.takeDue(nowMs)) this.#seeTo(unknown);
    const rests = this.#due.length === 0;
    for (const waiting of this.#settle.takeDue(nowMs)) this.#due.push(waiting);
    // Otherwise the looks of an earlier turn go on, and come to these.
    if (rests) this.#lookAtDue();
  }

  /** chokidar gives up on a folder at the first link it cannot follow, and tells of none that come after it. */
  #seeTo({ path, root, sinceMs }: DelayedFolder): void {
    const watch = this.#roots.get(root);
    if (watch === undefined || (sinceMs === null ? watch.knows(path) : watch.toldSince(path, sinceMs)))
      return;
    if (!watch.ready) this.#delay(this.#unknownFolders, path, root, sinceMs);
    else if (watch.knows(path)) this.#list(path, root, 'all');
    else this.#followOdd(path, root, sinceMs === null ? 'odd-folders' : 'all');
  }

  /** A slice a turn, so that events are read between them. */
  #lookAtDue(): void {
    for (const { path, root } of this.#due.splice(0, looksAtOnce)) this.#lookAt(path, root);
    if (this.#due.length > 0) {
      setImmediate(() => this.#lookAtDue());
      return;
    }
    this.#offers.flush();
    if (this.#settle.size + this.#unknownFolders.size + this.#mangledNames.size > 0) this.#wake();
  }

  #lookAt(path: string, root: string): void {
    const clockMs = Date.now();
    const outcome = this.#settle.judge(path, lookAtPath(path, clockMs), this.#now(), clockMs);
    if (outcome.kind === 'offer') {
      const owner = this.#roots.has(root) ? root : this.#otherRootOf(path);
      if (owner === null) return;
      const { eventAtMs, settled } = outcome;
      this.#offers.add({ path, root: owner, eventAtMs, settled });
    } else if (outcome.kind === 'folder' && outcome.appearedAtMs !== null) {
      if (isOdd(path)) this.#followOdd(path, root, 'all');
      else this.#delay(this.#unknownFolders, path, root, outcome.appearedAtMs);
    }
  }

  /** Its root is no longer watched; it may lie in another one that is. */
  #otherRootOf(path: string): string | null {
    for (const root of this.#roots.keys()) if (isInside(path, root)) return root;
    return null;
  }

  #doubt(root: string | null, cause: string): void {
    this.#doubts.add(root, cause, this.#now());
  }

  #healthChanged(): void {
    this.#healthTimer ??= setTimeout(() => {
      this.#healthTimer = null;
      this.#options.send({ kind: 'roots', roots: [...this.#roots.values()].map(({ health }) => health) });
    }, healthEveryMs);
  }

  #sayAlive(): void {
    this.#doubts.tellDue(this.#now());
    this.#options.send({
      kind: 'alive',
      memoryBytes: process.memoryUsage.rss(),
      loopDelayMs: this.#loop.takeLongestMs(),
      unsettled: this.#settle.size,
      events: this.#events,
    });
  }
}
