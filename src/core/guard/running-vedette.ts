// A Vedette that stays on, put together once for every shell: owner of the data folder, line, guard, calls, state; stopped in reverse.
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AppInfo } from '../../shared/app-state.ts';
import type { Handlers } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import { antivirusOptions, type AntivirusOptions } from '../antivirus-options.ts';
import { startAntivirus, type Antivirus } from '../antivirus.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import { controlAddress } from '../control/control-address.ts';
import { ControlServer } from '../control/control-server.ts';
import type { Logger } from '../logger.ts';
import type { Notifier } from '../respond/notifier.ts';
import type { StartRulesProcess } from '../rules-task.ts';
import { statusOf } from '../status.ts';
import { ExclusionStore } from '../store/exclusion-store.ts';
import type { StartWatcherProcess } from '../watch/watch-protocol.ts';
import { createHandlers } from './calls/handlers.ts';
import { createPages, type Pages } from './calls/pages.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { ExclusionBook } from './exclusion-book.ts';
import { Feed } from './feed.ts';
import { Guard } from './guard.ts';
import { Ownership } from './ownership.ts';
import { RunningService } from '../service/running-service.ts';
import type { StateFeed } from './state-feed.ts';

export interface VedetteOptions {
  /** The configuration file, followed; whoever made it calls `apply` with each change. */
  readonly live: LiveSettings;
  /** What the command line says goes before the file. */
  readonly override?: (settings: Settings) => Settings;
  /** Folders that a command named; empty for those of the settings. */
  readonly named: readonly string[];
  readonly dataDir: string;
  /** For the lock and the history: `watch`, `serve`, `desktop`. */
  readonly purpose: string;
  readonly kind: AppInfo['kind'];
  readonly isDemo: boolean;
  readonly useCache: boolean;
  readonly notifier: Notifier;
  readonly secretStore?: DeskOptions['secretStore'];
  /** Where the key of the vault is kept, in one sentence. */
  readonly keyStore?: () => string;
  readonly startWorker?: AntivirusOptions['startWorker'];
  readonly startWatcher?: StartWatcherProcess;
  readonly startRules?: StartRulesProcess;
  readonly power?: AntivirusOptions['power'];
  /** Other commands cannot ask: no reason to leave the folders without protection. */
  readonly onNoControl: (problem: string) => void;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

interface Parts {
  readonly options: VedetteOptions;
  readonly feed: Feed;
  readonly antivirus: Antivirus;
  readonly desk: Desk;
  readonly guard: Guard;
  readonly exclusions: ExclusionBook;
  readonly pages: Pages;
  readonly service: RunningService;
  readonly handlers: Handlers;
  readonly started: AsyncDisposableStack;
}

export class RunningVedette implements AsyncDisposable {
  readonly handlers: Handlers;
  readonly feed: Feed;
  readonly stateFeed: StateFeed;
  readonly guard: Guard;
  readonly desk: Desk;
  readonly antivirus: Antivirus;
  /** What the HTTP API has beside the calls. */
  readonly service: RunningService;
  readonly #parts: Parts;

  /** @internal use `startVedette`. */
  constructor(parts: Parts) {
    this.handlers = parts.handlers;
    this.feed = parts.feed;
    this.stateFeed = parts.pages.stateFeed;
    this.guard = parts.guard;
    this.desk = parts.desk;
    this.antivirus = parts.antivirus;
    this.service = parts.service;
    this.#parts = parts;
  }

  /** Takes over what can change while it runs. */
  apply(settings: Settings): void {
    const { options, antivirus, guard, exclusions, pages } = this.#parts;
    const changed = inForce(settings, options, exclusions);
    antivirus.apply(changed);
    guard.apply(changed);
    pages.apply(changed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.started.disposeAsync();
  }
}

/**
 * @throws AppError ALREADY_RUNNING when another Vedette owns the data folder, and as `startAntivirus`; what was started is
 * stopped again.
 */
export async function startVedette(options: VedetteOptions): Promise<RunningVedette> {
  const { dataDir, live, purpose, logger, signal, startWorker, startWatcher, power, secretStore } = options;
  await using starting = new AsyncDisposableStack();
  let vedette: RunningVedette | null = null;
  const before = live.current;
  const lock = starting.use(new Ownership(dataDir, purpose, logger));
  const settings = commanded(before, options);
  const antivirus = starting.use(
    await startAntivirus(
      antivirusOptions(settings, {
        dataDir,
        purpose,
        staysOn: true,
        useCache: options.useCache,
        logger,
        signal,
        ...(startWorker === undefined ? {} : { startWorker }),
        ...(power === undefined ? {} : { power }),
      }),
    ),
  );
  const feed = new Feed(logger);
  const desk = starting.use(
    await Desk.open({
      store: antivirus.store,
      dataDir,
      settings,
      configurationFile: live.configuration.fileExists ? live.configuration.file : null,
      isOwner: () => lock.isHeld(),
      feed,
      notifier: options.notifier,
      ...(secretStore === undefined ? {} : { secretStore }),
      logger,
    }),
  );
  const exclusions = starting.use(
    new ExclusionBook({
      store: new ExclusionStore(antivirus.store.history),
      write: (note) => desk.note(note),
      onChange({ ended }) {
        // One may end while the rest is still being put together.
        if (vedette === null) return;
        vedette.apply(live.current);
        // What changed meanwhile was not looked at.
        if (ended.length > 0) guard.lookout.sweep.request('an exclusion has ended');
      },
    }),
  );
  const guardSettings = inForce(live.current, options, exclusions);
  const guard = starting.use(
    new Guard({
      antivirus,
      desk,
      feed,
      settings: guardSettings,
      named: options.named.map((path) => resolve(path)),
      dataDir,
      ...(startWatcher === undefined ? {} : { startWatcher }),
      logger,
    }),
  );
  const pages = starting.use(createPages({ options, antivirus, desk, guard, exclusions, feed }));
  const service = starting.use(
    new RunningService({
      antivirus,
      desk,
      guard,
      feed,
      dataDir,
      named: options.named.map((path) => resolve(path)),
      logger,
    }),
  );
  const handlers = createHandlers({
    desk,
    guard,
    status: (protection) => statusOf(antivirus.store, dataDir, guard.settings, Date.now() / 1000, protection),
    pages: pages.calls,
  });
  const server = await listen(handlers, feed, options);
  if (server !== null) {
    starting.use(server);
    lock.announce(server.address);
  }
  vedette = new RunningVedette({
    options,
    feed,
    antivirus,
    desk,
    guard,
    exclusions,
    pages,
    service,
    handlers,
    started: starting.move(),
  });
  // What changed while it started: a large database takes a minute.
  const isBehind =
    live.current !== before || !isDeepStrictEqual(inForce(before, options, exclusions), guardSettings);
  if (isBehind) vedette.apply(live.current);
  return vedette;
}

function commanded(settings: Settings, { override }: VedetteOptions): Settings {
  return override === undefined ? settings : override(settings);
}

/** With what is left out for a while. */
function inForce(settings: Settings, options: VedetteOptions, exclusions: ExclusionBook): Settings {
  const base = commanded(settings, options);
  return { ...base, watch: { ...base.watch, exclude: [...base.watch.exclude, ...exclusions.patterns()] } };
}

async function listen(
  handlers: Handlers,
  feed: Feed,
  { dataDir, onNoControl, logger }: VedetteOptions,
): Promise<ControlServer | null> {
  try {
    return await ControlServer.listen({
      address: controlAddress(dataDir),
      handlers,
      subscribe: (listener) => feed.subscribe(listener),
      logger,
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FILE_UNWRITABLE') throw error;
    onNoControl(error.message);
    return null;
  }
}
