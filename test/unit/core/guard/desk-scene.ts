// A desk with all that is behind it: a real database, a real vault and files beside them; only who listens is made up.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { AllowBook } from '../../../../src/core/guard/allow-book.ts';
import { Feed } from '../../../../src/core/guard/feed.ts';
import { FindingDesk } from '../../../../src/core/guard/finding-desk.ts';
import { Responder } from '../../../../src/core/guard/responder.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { ScanOutcome } from '../../../../src/core/pipeline.ts';
import { Brake } from '../../../../src/core/respond/brake.ts';
import type { ResponseAction } from '../../../../src/core/respond/decide-response.ts';
import { BurstNotifier, type ToldAs } from '../../../../src/core/respond/notify-burst.ts';
import type { ProtectedFile } from '../../../../src/core/respond/protected-files.ts';
import { AllowStore } from '../../../../src/core/store/allow-store.ts';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import { Vault } from '../../../../src/core/vault/vault.ts';
import type { VaultStep } from '../../../../src/core/vault/vault-step.ts';
import type { Finding } from '../../../../src/shared/finding.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';
import type { Judgement } from '../../../../src/shared/verdict.ts';
import { historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { identityOn, infected, outcomeOn, type OutcomeFields } from './samples.ts';

/** Hears at once of all that is told; nothing is held back. */
class Listener extends BurstNotifier {
  readonly told: { readonly id: number; readonly toldAs: ToldAs; readonly note: string }[] = [];

  override tell({ id, note }: Finding, toldAs: ToldAs): void {
    this.told.push({ id, toldAs, note });
  }
}

export interface DeskSceneOptions {
  readonly brakeDetections?: number;
  /** Why there is no vault. */
  readonly noVault?: string;
}

export class DeskScene implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly dataDir = join(this.#folder.path, 'data');
  readonly files = join(this.#folder.path, 'files');
  readonly notes: HistoryNote[] = [];
  readonly brakeReasons: string[] = [];
  readonly rescanned: string[] = [];
  readonly fed: Finding[] = [];
  readonly logged: unknown[] = [];
  readonly protectedFiles = new Map<string, ProtectedFile>();
  readonly feed = new Feed(silentLogger);
  readonly slot: StubbornSlot;
  readonly findings: FindingStore;
  readonly allow: AllowBook;
  readonly brake: Brake;
  readonly desk: FindingDesk;
  readonly responder: Responder;
  action: ResponseAction = 'quarantine';
  /** Whether a Vedette watches that looks at files again. */
  canScan = true;
  /** By the clock of the brake. */
  nowMs = 1_800_000_000_000;
  /** Awaited after each step of a move. */
  afterStep: (step: VaultStep) => Promise<void> = async () => {};
  readonly #database: ReturnType<typeof historyFile>;
  readonly #listener = new Listener({ notifier: { notify: () => {} }, logger: silentLogger });
  #vault: Vault | string = 'not open yet';

  static async open(options: DeskSceneOptions = {}): Promise<DeskScene> {
    const scene = new DeskScene(options);
    scene.#vault =
      options.noVault ??
      (await Vault.open({
        folder: join(scene.dataDir, 'vault'),
        secret: { vaultKey: async () => Buffer.alloc(32, 7) },
        logger: silentLogger,
        wait: async () => {},
        afterStep: (step) => scene.afterStep(step),
      }));
    return scene;
  }

  private constructor({ brakeDetections = 50 }: DeskSceneOptions) {
    mkdirSync(this.dataDir, { mode: 0o700 });
    mkdirSync(this.files);
    this.#database = historyFile(this.dataDir);
    this.slot = new StubbornSlot(this.#database);
    this.findings = new FindingStore(this.slot);
    const write = (note: HistoryNote) => void this.notes.push(note);
    this.allow = new AllowBook({ store: new AllowStore(this.slot), write });
    const { feed } = this;
    feed.subscribe((event) => {
      if (event.kind === 'finding') this.fed.push(event.finding);
    });
    this.brake = new Brake({
      settings: { detections: brakeDetections, windowMs: 60_000 },
      now: () => this.nowMs,
    });
    const protectedAs = (path: string) => this.protectedFiles.get(path) ?? null;
    this.desk = new FindingDesk({
      findings: this.findings,
      write,
      allow: this.allow,
      vault: () => this.#vault,
      protectedAs,
      feed,
      rescan: (path) => this.canScan && this.rescanned.push(path) > 0,
    });
    this.responder = new Responder({
      desk: this.desk,
      allow: this.allow,
      brake: this.brake,
      onBrake: (reason) => this.brakeReasons.push(reason),
      protectedAs,
      notifier: this.#listener,
      action: () => this.action,
      logger: { ...silentLogger, error: (fields) => this.logged.push(fields) },
    });
  }

  get told(): Listener['told'] {
    return this.#listener.told;
  }

  /** Kinds of what was written down, in order. */
  get kinds(): readonly string[] {
    return this.notes.map(({ kind }) => kind);
  }

  get vault(): Vault {
    if (typeof this.#vault === 'string') throw new Error(this.#vault);
    return this.#vault;
  }

  /** Everything that was ever found, oldest first. */
  get all(): readonly Finding[] {
    return this.findings.list({ states: [], job: null, before: null, limit: 1000 }).findings.toReversed();
  }

  write(name: string, content: string | Buffer = 'bad content'): string {
    const path = join(this.files, name);
    writeFileSync(encodePath(path), content);
    return path;
  }

  isThere(path: string): boolean {
    return existsSync(encodePath(path));
  }

  /** What a scan of the file as it is now says. */
  outcome(path: string, judgement: Judgement = infected, fields: OutcomeFields = {}): ScanOutcome {
    const sha256 = createHash('sha256')
      .update(readFileSync(encodePath(path)))
      .digest('hex');
    return outcomeOn(path, judgement, { identity: identityOn(path), sha256, ...fields });
  }

  /** A file with its finding, open. */
  found(name: string, fields: OutcomeFields = {}): Finding {
    const outcome = this.outcome(this.write(name), infected, fields);
    const record = { state: 'open', note: '', jobId: null, actor: 'policy' } as const;
    const recorded = this.desk.record(outcome, record);
    if (recorded === null) throw new Error('not recorded');
    return recorded.finding;
  }

  /** The finding as it is kept now. */
  now({ id }: Pick<Finding, 'id'>): Finding {
    const finding = this.findings.get(id);
    if (finding === null) throw new Error(`there is no finding ${id}`);
    return finding;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.responder.settled();
    this.#listener[Symbol.dispose]();
    if (typeof this.#vault !== 'string') await this.#vault[Symbol.asyncDispose]();
    this.#database[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }
}
