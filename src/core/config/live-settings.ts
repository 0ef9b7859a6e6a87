// The settings of a running Vedette: a saved file counts at once, an invalid one changes nothing and is said.
import { statSync, watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import { identityOf } from '../files/file-identity.ts';
import { codeOf } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import type { ConfigPlace, Configuration } from './config-place.ts';
import { defaultConfiguration, loadConfigurationAt } from './load-configuration.ts';
import { keepBeside } from './replace-file.ts';
import { readRegularFile } from './read-config.ts';

export interface LiveSettingsOptions {
  readonly place: ConfigPlace;
  /** At the start: `refuse` throws; `defaults` goes on with defaults, protection on, and keeps a copy as `.bad`. */
  readonly whenInvalid: 'refuse' | 'defaults';
  readonly onChange: (next: Settings, previous: Settings) => void;
  /** Once for each distinct problem; also for one at the start. */
  readonly onProblem: (problem: AppError) => void;
  /** The file is valid again. */
  readonly onSolved?: () => void;
  /** How often the file is looked at whatever events say: on some file systems there are none. */
  readonly pollIntervalMs?: number;
  readonly debounceMs?: number;
}

/** A file is gone, or half a file, for a moment while programs save: what looks wrong is looked at twice. */
const doubtFactor = 3;
const maxBadBytes = 16 * 1024 * 1024;

export class LiveSettings implements Disposable {
  readonly #options: LiveSettingsOptions;
  readonly #debounceMs: number;
  readonly #poll: NodeJS.Timeout;
  #configuration: Configuration;
  #problem: AppError | null = null;
  #fingerprint: string;
  /** What looked wrong at the last look and is not believed yet. */
  #doubt: string | null = null;
  #pending: NodeJS.Timeout | null = null;
  #watcher: FSWatcher | null = null;
  #watchedFolder: string | null = null;
  #isPolling = false;
  #isDisposed = false;

  /** @throws AppError CONFIG_INVALID or FILE_UNREADABLE when invalid files are refused. */
  constructor(options: LiveSettingsOptions) {
    this.#options = options;
    this.#debounceMs = options.debounceMs ?? 200;
    // Taken before the file is read: what changes in between is seen by the next look.
    this.#fingerprint = fingerprintNow(options.place.file);
    this.#configuration = this.#firstConfiguration();
    this.#watchFolder(folderNow(options.place.file));
    this.#poll = setInterval(() => void this.#look(), options.pollIntervalMs ?? 5000).unref();
  }

  /** What holds now. */
  get current(): Settings {
    return this.#configuration.settings;
  }

  /** With where each value comes from, and what the user should know. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  /** What is wrong with the file; `current` is then what held before. */
  get problem(): AppError | null {
    return this.#problem;
  }

  /** Reads the file now, without waiting for an event, and believes what it sees. */
  reload(): void {
    if (!this.#isDisposed) this.#check({ isPatient: false });
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearInterval(this.#poll);
    if (this.#pending !== null) clearTimeout(this.#pending);
    this.#watcher?.close();
  }

  #firstConfiguration(): Configuration {
    const { place, whenInvalid } = this.#options;
    try {
      return loadConfigurationAt(place, { saveMigration: true });
    } catch (error) {
      if (!(error instanceof AppError) || whenInvalid === 'refuse') throw error;
      keepBad(place.file);
      this.#tell(error);
      return defaultConfiguration(place);
    }
  }

  /** `checkSoon` leaves a check that is due alone, so that a file written all the time is read all the same. */
  #checkSoon(delayMs = this.#debounceMs): void {
    if (this.#isDisposed || this.#pending !== null) return;
    this.#pending = setTimeout(() => {
      this.#pending = null;
      this.#check({ isPatient: true });
    }, delayMs).unref();
  }

  #check({ isPatient }: { readonly isPatient: boolean }): void {
    const { place, onChange, onSolved } = this.#options;
    this.#fingerprint = fingerprintNow(place.file);
    const next = tryToLoad(place);
    const isGone = next instanceof AppError || (!next.fileExists && this.#configuration.fileExists);
    const doubt = isGone ? (next instanceof AppError ? next.message : 'gone') : null;
    const isNew = doubt !== null && doubt !== this.#problem?.message;
    if (isPatient && isNew && doubt !== this.#doubt) {
      this.#doubt = doubt;
      this.#checkSoon(this.#debounceMs * doubtFactor);
      return;
    }
    this.#doubt = null;
    if (next instanceof AppError) {
      if (isNew) this.#tell(next);
      return;
    }
    const previous = this.#configuration;
    const wasProblem = this.#problem !== null;
    this.#configuration = next;
    this.#problem = null;
    if (wasProblem) onSolved?.();
    if (!isDeepStrictEqual(next.settings, previous.settings)) onChange(next.settings, previous.settings);
  }

  #tell(problem: AppError): void {
    this.#problem = problem;
    this.#options.onProblem(problem);
  }

  /** One look at a time: a file system that hangs must not collect them. */
  async #look(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    const { file } = this.#options.place;
    const fingerprint = await fingerprintOf(file);
    const folder = await fingerprintOfFolder(dirname(file));
    this.#isPolling = false;
    if (this.#isDisposed) return;
    if (folder !== this.#watchedFolder) this.#watchFolder(folder);
    if (fingerprint !== this.#fingerprint) this.#checkSoon();
  }

  /** The folder, not the file: programs replace files by renaming others over them. */
  #watchFolder(folder: string | null): void {
    const { file } = this.#options.place;
    this.#watcher?.close();
    this.#watcher = null;
    this.#watchedFolder = folder;
    if (folder === null) return;
    try {
      this.#watcher = watch(encodePath(dirname(file)), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file)) this.#checkSoon();
      });
      this.#watcher.on('error', () => this.#watchFolder(null));
    } catch {
      // Too many watches, or a file system without events: the poll remains.
    }
  }
}

function tryToLoad(place: ConfigPlace): Configuration | AppError {
  try {
    return loadConfigurationAt(place, { saveMigration: true });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** A copy of what was wrong: the file itself may be repaired or replaced by a program. */
function keepBad(file: string): void {
  try {
    keepBeside(file, readRegularFile(file, maxBadBytes), 'bad');
  } catch {
    // What is no file, or cannot be read, cannot be kept; it is not touched either.
  }
}

function fingerprintNow(file: string): string {
  try {
    return identityOf(statSync(encodePath(file), { bigint: true }));
  } catch (error) {
    return codeOf(error);
  }
}

async function fingerprintOf(file: string): Promise<string> {
  try {
    return identityOf(await stat(encodePath(file), { bigint: true }));
  } catch (error) {
    return codeOf(error);
  }
}

/** Which folder it is, not what is in it. */
async function fingerprintOfFolder(folder: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(encodePath(folder), { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function folderNow(file: string): string | null {
  try {
    const { dev, ino } = statSync(encodePath(dirname(file)), { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
