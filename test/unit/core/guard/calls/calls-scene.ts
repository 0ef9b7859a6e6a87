// The calls of a data folder that nobody watches: everything is real, and the files lie beside it.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePath } from '../../../../../src/core/files/raw-path.ts';
import { createHandlers } from '../../../../../src/core/guard/calls/handlers.ts';
import { Desk } from '../../../../../src/core/guard/desk.ts';
import { Feed } from '../../../../../src/core/guard/feed.ts';
import { silentLogger } from '../../../../../src/core/logger.ts';
import { statusOf } from '../../../../../src/core/status.ts';
import { openStore, type Store } from '../../../../../src/core/store/store.ts';
import type { Handlers } from '../../../../../src/shared/contract.ts';
import type { Finding } from '../../../../../src/shared/finding.ts';
import { settingsSchema } from '../../../../../src/shared/settings.ts';
import { hashOf } from '../../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';
import { identityOn, infected, outcomeOn } from '../samples.ts';

const eve = { actor: 'user eve' } as const;
export const restoring = { to: null, allow: false, keep_mode: false, reason: '', ...eve } as const;
export const acting = { reason: '', confirmed: false, ...eve } as const;

export class CallsScene implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly dataDir = join(this.#folder.path, 'data');
  readonly files = join(this.#folder.path, 'files');
  readonly store: Store;
  readonly settings = settingsSchema.parse({});
  #parts: { readonly desk: Desk; readonly handlers: Handlers } | null = null;

  static async open(prepare: (dataDir: string) => void = () => {}): Promise<CallsScene> {
    const scene = new CallsScene(prepare);
    const { store, dataDir, settings } = scene;
    const desk = await Desk.open({
      store,
      dataDir,
      settings,
      configurationFile: null,
      isOwner: () => true,
      feed: new Feed(silentLogger),
      notifier: { notify: () => {} },
      logger: silentLogger,
    });
    const handlers = createHandlers({
      desk,
      guard: null,
      pages: null,
      status: (protection) => statusOf(store, dataDir, settings, 1_800_000_000, protection),
    });
    scene.#parts = { desk, handlers };
    return scene;
  }

  private constructor(prepare: (dataDir: string) => void) {
    mkdirSync(this.dataDir, { mode: 0o700 });
    mkdirSync(this.files);
    prepare(this.dataDir);
    this.store = openStore({ folder: this.dataDir, logger: silentLogger });
  }

  get desk(): Desk {
    return this.#open().desk;
  }

  get handlers(): Handlers {
    return this.#open().handlers;
  }

  /** Kinds in the history, oldest first. */
  get kinds(): readonly string[] {
    const events = this.desk.chain.list({ kinds: [], before: null, limit: 1000 });
    return events.map(({ kind }) => kind).toReversed();
  }

  isThere(path: string): boolean {
    return existsSync(encodePath(path));
  }

  /** A file with its finding, open. */
  found(name: string, content = `bad content of ${name}`): Finding {
    const path = join(this.files, name);
    writeFileSync(encodePath(path), content);
    // Whatever the umask is.
    chmodSync(encodePath(path), 0o644);
    const outcome = outcomeOn(path, infected, { identity: identityOn(path), sha256: hashOf(content) });
    const record = { state: 'open', note: '', jobId: null, actor: 'policy' } as const;
    const recorded = this.desk.findingDesk.record(outcome, record);
    if (recorded === null) throw new Error('not recorded');
    return recorded.finding;
  }

  /** A finding that is in the vault, with its number there. */
  async quarantined(name: string): Promise<{ readonly finding: Finding; readonly id: string }> {
    const { id } = this.found(name);
    await this.handlers['findings.act']({ ids: [id], action: 'quarantine', ...acting });
    const finding = this.now(id);
    if (finding.vault_id === null) throw new Error(`not quarantined: ${finding.note}`);
    return { finding, id: finding.vault_id };
  }

  /** The finding as it is kept now. */
  now(id: number): Finding {
    const finding = this.desk.findings.get(id);
    if (finding === null) throw new Error(`there is no finding ${id}`);
    return finding;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts?.desk[Symbol.asyncDispose]();
    this.store[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }

  #open() {
    if (this.#parts === null) throw new Error('not open yet');
    return this.#parts;
  }
}
