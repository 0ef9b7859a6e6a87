// One watched root's life: gone or there, watched in whole or in part, looked for again whenever it is not what it should be.
import { access, constants } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import { encodePath } from '../files/raw-path.ts';
import { codeOf, isMissing } from '../files/open-file.ts';
import { ArmedRoot, type ArmedRootListener } from './armed-root.ts';
import { doesNotAnswer, findRoot, folderKeyAt, isInsideAny, type RootPlace } from './root-place.ts';
import { describeTrouble, type SystemLimits, type TroubleText } from './root-trouble.ts';
import type { RootHealth, WatchRoot } from './watch-protocol.ts';
import { isOdd, type WatchFolders } from './watched-folders.ts';

export interface RootWatchListener {
  entry(folder: string, name: string, appeared: boolean): void;
  unnamed(folder: string): void;
  /** @param isNew all in it is to be offered */
  folder(path: string, isNew: boolean): void;
  /** Its health is another. */
  changed(): void;
  /** Something in it may have been missed. */
  doubt(cause: string): void;
}

export interface RootWatchOptions {
  readonly root: WatchRoot;
  readonly watchFolders: WatchFolders;
  /** Whether a folder is left out, by its path. */
  readonly excludesFolder: (path: string) => boolean;
  readonly stalls: (path: string) => boolean;
  readonly ownFolders: ReadonlySet<string>;
  readonly limits: () => SystemLimits;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Said once it is watched: why files in it may have been missed before; null when there is no such doubt. */
  readonly doubtAtStart: string | null;
  readonly listener: RootWatchListener;
}

type Standing = Pick<RootHealth, 'state' | 'cause' | 'remedy'>;

const permissionEveryMs = 30_000;
const othersEveryMs = 600_000;
const permissionsAtOnce = 64;
const suspectEveryMs = 10_000;
const starting: Standing = { state: 'starting', cause: '', remedy: '' };

export class RootWatch implements AsyncDisposable {
  readonly #options: RootWatchOptions;
  #armed: ArmedRoot | null = null;
  /** Takes the place of the other once it is ready: what is watched stays watched meanwhile. */
  #next: ArmedRoot | null = null;
  #standing: Standing = starting;
  #sinceMs: number;
  #checking = false;
  #ended = false;
  #doubt: string | null;
  /** It was gone: all that is in it when it returns is offered. */
  #wasGone = false;
  #limitsWhenArmed: SystemLimits | null = null;
  #retriedMs = 0;
  #suspectedMs = -Infinity;

  constructor(options: RootWatchOptions) {
    this.#options = options;
    this.#sinceMs = options.clock();
    this.#doubt = options.doubtAtStart;
  }

  get path(): string {
    return this.#options.root.path;
  }

  get health(): RootHealth {
    const { path, removable } = this.#options.root;
    const folders = this.#armed?.watchedCount ?? 0;
    return { path, removable, ...this.#describe(folders), folders, sinceMs: this.#sinceMs };
  }

  toldSince(folder: string, sinceMs: number): boolean {
    return this.#armed?.toldSince(folder, sinceMs) === true;
  }

  /** Whether all folders that were found at the start have been told of. */
  get ready(): boolean {
    return this.#armed?.ready === true;
  }

  knows(folder: string): boolean {
    return this.#armed?.knows(folder) === true;
  }

  addOdd(folder: string): void {
    this.#armed?.addOdd(folder);
  }

  /** A folder of it could not be listed. */
  fail(error: unknown, folder: string): void {
    this.#armed?.fail(error, folder);
  }

  /** Whether it is there, the same and watched; to be called every two seconds. */
  async check(): Promise<void> {
    if (this.#checking || this.#ended) return;
    this.#checking = true;
    try {
      await this.#check(this.#options.stalls(this.path) ? doesNotAnswer : await findRoot(this.path));
    } finally {
      this.#checking = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#disarm();
  }

  async #check(place: RootPlace): Promise<void> {
    if (this.#ended) return;
    if (place.kind === 'gone') {
      this.#wasGone = true;
      void this.#disarm();
      this.#stand({ state: 'gone', cause: place.cause, remedy: '' });
      return;
    }
    if (this.#armed !== null && (this.#armed.key !== place.key || this.#armed.path !== place.path)) {
      this.#wasGone = true;
      void this.#disarm();
    }
    if (this.#armed === null) await this.#begin(place);
    else if (this.#armed.ready && this.#next === null) await this.#retry(place);
  }

  async #begin(place: RootPlace & { kind: 'folder' }): Promise<void> {
    const refusal = await this.#refusal(place.path);
    if (this.#ended) return;
    if (refusal !== null) {
      this.#stand({ state: 'degraded', ...refusal });
      return;
    }
    this.#stand(starting);
    if (this.#wasGone) this.#doubt ??= 'the folder was not there, or another one stood in its place';
    this.#armed = this.#arm(place, this.#wasGone);
    this.#wasGone = false;
  }

  async #refusal(path: string): Promise<TroubleText | null> {
    const { ownFolders, excludesFolder } = this.#options;
    try {
      if (await isInsideAny(path, ownFolders))
        return { cause: 'It is a folder of Vedette itself, which is never watched.', remedy: '' };
    } catch (error) {
      return { cause: `It cannot be looked at (${codeOf(error)}).`, remedy: '' };
    }
    if (excludesFolder(path))
      return {
        cause: 'An exclusion leaves it out.',
        remedy: 'Change [watch] exclude, or take the folder out of [watch] folders.',
      };
    if (isOdd(path))
      return {
        cause: 'Its name holds a character that cannot be watched; sweeps find what changes.',
        remedy: '',
      };
    return null;
  }

  #arm({ path, key }: RootPlace & { kind: 'folder' }, isNew: boolean): ArmedRoot {
    const { watchFolders, excludesFolder, stalls, ownFolders, now, limits } = this.#options;
    this.#limitsWhenArmed = limits();
    this.#retriedMs = now();
    const armed: ArmedRoot = new ArmedRoot({
      path,
      key,
      watchFolders,
      stalls,
      leavesOut: (folder, folderKey) => ownFolders.has(folderKey) || excludesFolder(folder),
      now,
      listener: this.#armedListener(isNew, () => this.#becomeReady(armed)),
    });
    return armed;
  }

  #armedListener(isNew: boolean, ready: () => void): ArmedRootListener {
    const { listener } = this.#options;
    return {
      entry: (folder, name, appeared) => {
        if (appeared && folder === this.#armed?.path && name === basename(folder))
          this.#suspectLoss(folder, name);
        listener.entry(folder, name, appeared);
      },
      unnamed: (folder) => listener.unnamed(folder),
      folder: (path, found) => listener.folder(path, isNew || !found),
      rootGone: () => this.#lose(),
      changed: () => this.#review(),
      ready,
      unplaced: (error) => listener.doubt(`the watch reported an error: ${messageOf(error)}`),
    };
  }

  /** By this event the kernel tells that the folder itself went or was unmounted, or that an entry of its name did. */
  #suspectLoss(folder: string, name: string): void {
    if (folderKeyAt(join(folder, name)) !== null) return;
    const nowMs = this.#options.now();
    // Whoever makes and removes such entries all the time does not keep us busy.
    if (nowMs - this.#suspectedMs < suspectEveryMs) {
      this.#options.listener.doubt('the folder may have been replaced');
      return;
    }
    this.#suspectedMs = nowMs;
    this.#lose();
  }

  /** Even if one with the same inode is there again: what was watched is not. */
  #lose(): void {
    this.#wasGone = true;
    void this.#disarm();
    // Should one be under way, the next one is two seconds off.
    void this.check();
  }

  #becomeReady(armed: ArmedRoot): void {
    if (armed === this.#next) {
      void this.#armed?.[Symbol.asyncDispose]();
      this.#armed = armed;
      this.#next = null;
    }
    if (armed !== this.#armed) return;
    this.#review();
    if (this.#doubt !== null) this.#options.listener.doubt(this.#doubt);
    this.#doubt = null;
  }

  /** Folders that could not be watched are tried again when there is hope. */
  async #retry(place: RootPlace & { kind: 'folder' }): Promise<void> {
    const armed = this.#armed;
    const trouble = armed?.troubles.worst() ?? null;
    if (armed === null || trouble === null) return;
    const waitedMs = this.#options.now() - this.#retriedMs;
    let hope = waitedMs >= othersEveryMs;
    if (trouble.kind === 'watches' || trouble.kind === 'instances') hope ||= this.#limitsWereRaised();
    else if (trouble.kind === 'permission' && waitedMs >= permissionEveryMs) {
      this.#retriedMs = this.#options.now();
      hope ||= await this.#permissionWasGiven(armed);
    }
    if (!hope || this.#ended || armed !== this.#armed) return;
    this.#doubt ??= 'folders that could not be watched are tried again';
    this.#next = this.#arm(place, false);
  }

  #limitsWereRaised(): boolean {
    const [before, current] = [this.#limitsWhenArmed, this.#options.limits()];
    return (
      (current.watches ?? 0) > (before?.watches ?? 0) || (current.instances ?? 0) > (before?.instances ?? 0)
    );
  }

  async #permissionWasGiven(armed: ArmedRoot): Promise<boolean> {
    for (const path of armed.troubles.some('permission', permissionsAtOnce)) {
      try {
        await access(encodePath(path), constants.R_OK);
        return true;
      } catch (error) {
        if (isMissing(error)) armed.forgive(path);
      }
    }
    return false;
  }

  #review(): void {
    if (this.#ended || this.#armed?.ready !== true) return;
    const troubled = this.#armed.troubles.size > 0;
    this.#stand({ state: troubled ? 'degraded' : 'watching', cause: '', remedy: '' });
  }

  #stand(standing: Standing): void {
    if (standing.state !== this.#standing.state) this.#sinceMs = this.#options.clock();
    this.#standing = standing;
    if (!this.#ended) this.#options.listener.changed();
  }

  /** Made when it is asked for: with thousands of folders in trouble it changes with each of them. */
  #describe(folders: number): Standing {
    const trouble = this.#armed?.ready === true ? this.#armed.troubles.worst() : null;
    if (trouble === null || this.#standing.state !== 'degraded') return this.#standing;
    return { state: 'degraded', ...describeTrouble(trouble, folders, this.#options.limits()) };
  }

  async #disarm(): Promise<void> {
    const watches = [this.#armed, this.#next].filter((watch) => watch !== null);
    this.#armed = null;
    this.#next = null;
    await Promise.allSettled(watches.map((watch) => watch[Symbol.asyncDispose]()));
  }
}
