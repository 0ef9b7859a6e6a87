// What an installation knows and keeps beside its verdicts: findings, vault, allow-list, history. It needs no engine and no watcher.
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import type { Settings } from '../../shared/settings.ts';
import { realPathOf } from '../intake/place.ts';
import type { Logger } from '../logger.ts';
import { Brake } from '../respond/brake.ts';
import { BurstNotifier } from '../respond/notify-burst.ts';
import type { Notifier } from '../respond/notifier.ts';
import { ProtectedFiles, type ProtectedFile, type ProtectedPlaces } from '../respond/protected-files.ts';
import { AllowStore } from '../store/allow-store.ts';
import type { EventChain } from '../store/event-chain.ts';
import { FindingStore } from '../store/finding-store.ts';
import { isReadable } from '../store/is-readable.ts';
import { JobStore } from '../store/job-store.ts';
import { StateStore } from '../store/state-store.ts';
import type { Store } from '../store/store.ts';
import { fileSecretStore } from '../vault/secret-store.ts';
import { Vault, vaultHoldsObjects } from '../vault/vault.ts';
import { AllowBook } from './allow-book.ts';
import type { Feed } from './feed.ts';
import { FindingDesk } from './finding-desk.ts';
import { historyChain } from './history-chain.ts';
import { saveBrake, savedBrake } from './saved-state.ts';
import { Responder } from './responder.ts';
import { settleFindings } from './settle-findings.ts';
import { shownPath } from '../files/shown-path.ts';

export interface DeskOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly settings: Settings;
  /** Configuration file in use, or null. */
  readonly configurationFile: string | null;
  readonly feed: Feed;
  readonly notifier: Notifier;
  /** Where the key of the vault is kept; a file of mode 0600 unless the shell knows better. */
  readonly secretStore?: typeof fileSecretStore;
  readonly logger: Logger;
  /** Whether the lock of the data folder is still ours. */
  readonly isOwner: () => boolean;
}

const programFolder = fileURLToPath(new URL('../../..', import.meta.url));
const lostOwnership =
  'Somebody removed the lock of the data folder: another Vedette may write there as well. It is taken again as soon as it is free.';
const checkedAtOnce = 1000;
const dayMs = 24 * 3_600_000;

export class Desk implements AsyncDisposable {
  readonly chain: EventChain;
  readonly findings: FindingStore;
  readonly jobs: JobStore;
  readonly state: StateStore;
  readonly allow: AllowBook;
  readonly brake: Brake;
  readonly findingDesk: FindingDesk;
  readonly responder: Responder;
  /** Has a file looked at again; false where nobody can. Set by who can scan. */
  rescan: (path: string) => boolean = () => false;
  readonly #options: DeskOptions;
  readonly #protected: ProtectedFiles;
  readonly #vault: Vault | string;
  readonly #notifier: BurstNotifier;
  #settings: Settings;
  #tidying: Promise<void> | null = null;

  /** Opens the vault, finishes what was interrupted there, and says so. A vault that cannot be opened is a problem to tell. */
  static async open(options: DeskOptions): Promise<Desk> {
    const folder = join(options.dataDir, 'vault');
    let vault: Vault | string;
    try {
      vault = await Vault.open({
        folder,
        secret: (options.secretStore ?? fileSecretStore)(join(options.dataDir, 'vault.key'), {
          mayCreate: !vaultHoldsObjects(folder),
        }),
        logger: options.logger,
      });
    } catch (error) {
      vault = messageOf(error);
      // Told among the problems too, for people.
      options.logger.warn({ cause: vault }, 'the vault cannot be used');
    }
    const desk = new Desk(options, vault);
    if (typeof vault !== 'string') desk.#tellRecovered(vault);
    return desk;
  }

  private constructor(options: DeskOptions, vault: Vault | string) {
    const { store, dataDir, settings, feed, logger } = options;
    this.#options = options;
    this.#settings = settings;
    this.#vault = vault;
    this.chain = historyChain(store, dataDir);
    this.findings = new FindingStore(store.history);
    this.jobs = new JobStore(store.history);
    this.state = new StateStore(store.history);
    this.allow = new AllowBook({ store: new AllowStore(store.history), write: (note) => this.note(note) });
    this.brake = Brake.from(savedBrake(this.state), { settings: brakeSettings(settings) });
    this.#notifier = new BurstNotifier({ notifier: options.notifier, logger });
    this.#protected = new ProtectedFiles({
      platform: process.platform,
      ...windowsFolders(process.env),
      program: [realPath(programFolder)],
      executables: [realPath(process.execPath)],
      dataFolder: realPath(dataDir),
      configurationFile: options.configurationFile === null ? null : realPath(options.configurationFile),
      clamdDatabases: clamdDatabases(settings),
    });
    this.findingDesk = new FindingDesk({
      findings: this.findings,
      write: (note) => this.note(note),
      allow: this.allow,
      vault: () => this.#vault,
      protectedAs: (path) => this.protectedAs(path),
      feed,
      rescan: (path) => this.rescan(path),
    });
    this.responder = new Responder({
      desk: this.findingDesk,
      allow: this.allow,
      brake: this.brake,
      onBrake: (reason) => this.#braked(reason),
      protectedAs: (path) => this.protectedAs(path),
      notifier: this.#notifier,
      action: () => this.#settings.response.action,
      logger,
    });
  }

  /** The vault, or why there is none. */
  get vault(): Vault | string {
    return this.#vault;
  }

  /** Sentences about what does not work as it should. */
  get problems(): readonly string[] {
    const vault = this.#vault;
    return [
      ...(this.#options.isOwner() ? [] : [lostOwnership]),
      ...(typeof vault === 'string' ? [`Nothing can be quarantined: ${vault}`] : vault.problems),
      ...(this.chain.anchorProblem === '' ? [] : [this.chain.anchorProblem]),
    ];
  }

  /**
   * Called before something is listed: that nothing is there is only said by a database that was asked.
   * @throws AppError CALL_FAILED while it does not answer.
   */
  requireHistory(): void {
    const { store } = this.#options;
    if (isReadable(store.history)) return;
    throw new AppError('CALL_FAILED', ['The history cannot be read now.', ...store.health.details].join(' '));
  }

  /** Written into the history, and told. */
  note(note: HistoryNote): void {
    const event = this.chain.append(note);
    if (event !== null) this.#options.feed.emit({ kind: 'history', at: event.at, event });
  }

  protectedAs(path: string): ProtectedFile | null {
    return this.#protected.of(realPath(path));
  }

  /** The brake lets go. False when it was not on. */
  releaseBrake(actor: string): boolean {
    const note = this.brake.release(actor);
    if (note === null) return false;
    saveBrake(this.state, this.brake.toJSON());
    this.note(note);
    return true;
  }

  apply(settings: Settings): void {
    this.#settings = settings;
    this.brake.configure(brakeSettings(settings));
  }

  /** What becomes too old or too much, and findings that are no more; at the start and every hour, one at a time. */
  tidySoon(): void {
    this.#tidying ??= this.#tidy()
      .catch((error: unknown) => {
        this.#options.logger.error({ cause: messageOf(error) }, 'old entries could not be removed');
      })
      .finally(() => {
        this.#tidying = null;
      });
  }

  async #tidy(): Promise<void> {
    this.findingDesk.checkOpen(checkedAtOnce);
    this.findings.prune();
    this.chain.prune();
    const vault = this.#vault;
    if (typeof vault === 'string') return;
    const { vault_expire_days: expireDays, vault_max_size: maxBytes } = this.#settings.response;
    for (const { id, path, quarantined_at: since } of await vault.expire({ expireDays, maxBytes })) {
      const days = Math.floor((Date.now() - since * 1000) / dayMs);
      const isOld = expireDays > 0 && days >= expireDays;
      const why = isOld ? `after ${days} days (vault_expire_days)` : 'for want of room (vault_max_size)';
      const text = `${shownPath(path)} was deleted from quarantine for good ${why}.`;
      this.findingDesk.settleVault(id, 'gone', `Deleted from quarantine ${why}.`);
      this.note({ kind: 'expired', actor: 'policy', text, path, details: { vault: id } });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tidying;
    await this.responder.close();
    this.#notifier[Symbol.dispose]();
    if (typeof this.#vault !== 'string') await this.#vault[Symbol.asyncDispose]();
  }

  #braked(reason: string): void {
    saveBrake(this.state, this.brake.toJSON());
    this.note({ kind: 'brake_on', actor: 'policy', text: reason, details: {} });
    this.#notifier.brakeTripped(reason);
  }

  #tellRecovered(vault: Vault): void {
    for (const { id, move, path, outcome, detail } of vault.recovered) {
      this.note({
        kind: 'recovered',
        actor: 'system',
        text: `A ${move} that was interrupted was ${outcome}: ${detail}`,
        path,
        details: { vault: id, outcome },
      });
    }
    settleFindings(vault, this.findings, this.findingDesk);
  }
}

/** Where Windows is installed; elsewhere nothing. */
function windowsFolders(env: NodeJS.ProcessEnv): Pick<ProtectedPlaces, 'windows'> {
  const systemRoot = env['SystemRoot'];
  if (process.platform !== 'win32' || systemRoot === undefined) return {};
  const names = ['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432'];
  const programFiles = names.map((name) => env[name]).filter((folder) => folder !== undefined);
  return { windows: { systemRoot, programFiles: [...new Set(programFiles)] } };
}

function brakeSettings({ response }: Settings): ConstructorParameters<typeof Brake>[0]['settings'] {
  return { detections: response.brake_detections, windowMs: response.brake_window_seconds * 1000 };
}

function clamdDatabases({ scanning }: Settings): readonly string[] {
  const system = process.platform === 'win32' ? [] : ['/var/lib/clamav'];
  return [...system, ...(scanning.signature_dir === '' ? [] : [resolve(scanning.signature_dir)])].map(
    realPath,
  );
}

/** With links resolved as far as the path is there: a link may lead into a folder of the system. */
function realPath(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
