// The core as the desktop runs it: workers are utility processes, the key ring keeps the key, notifications are the desktop's. Loaded after the window.
import { join } from 'node:path';
import { app, powerMonitor, utilityProcess } from 'electron';
import { PageDoor } from '../api/page-door.ts';
import { scanWorkerEntry } from '../core/antivirus-options.ts';
import { configPlace } from '../core/config.ts';
import { LiveSettings } from '../core/config/live-settings.ts';
import { watchWorkerEntry } from '../core/guard/lookout.ts';
import { startVedette, type RunningVedette } from '../core/guard/running-vedette.ts';
import type { Logger } from '../core/logger.ts';
import { leanHeap } from '../core/processes/lean-heap.ts';
import type { MessageToWorker } from '../core/pool/worker-protocol.ts';
import type { Notifier } from '../core/respond/notifier.ts';
import { rulesWorkerEntry, type RulesTask } from '../core/rules-task.ts';
import type { MessageToWatcher } from '../core/watch/watch-protocol.ts';
import type { DesktopHandlers } from '../shared/page-calls.ts';
import type { Protection } from '../shared/protection.ts';
import type { Settings } from '../shared/settings.ts';
import type { AppArguments } from './app-arguments.ts';
import { followAutostart } from './autostart.ts';
import { startDesktopApi } from './desktop-api.ts';
import { desktopCalls, type DesktopPorts } from './desktop-calls.ts';
import { OsSecretStore } from './os-secret-store.ts';
import { desktopPowerSource } from './power.ts';
import { systemKeyRing } from './system-key-ring.ts';
import { utilityProcessStarter } from './utility-process-worker.ts';

export type Dialogs = Pick<DesktopPorts, 'pick' | 'saveAs' | 'showInFolder' | 'openLink'>;

export interface DesktopCoreOptions {
  readonly args: AppArguments;
  readonly dataDir: string;
  readonly actor: string;
  readonly dialogs: Dialogs;
  readonly notifier: Notifier;
  readonly onProtection: (protection: Protection) => void;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What time alone changes, such as the age of signatures. */
const lookAgainMs = 60_000;

export class DesktopCore implements AsyncDisposable {
  readonly vedette: RunningVedette;
  readonly door: PageDoor;
  readonly #started: AsyncDisposableStack;

  /** @throws AppError ALREADY_RUNNING, FILE_UNREADABLE and what else keeps a Vedette from starting. */
  static async start(options: DesktopCoreOptions): Promise<DesktopCore> {
    const { args, dataDir, notifier, logger, signal } = options;
    await using starting = new AsyncDisposableStack();
    let vedette: RunningVedette | null = null;
    const live = starting.use(
      new LiveSettings({
        place: configPlace({ file: args.configFile, overlay: args.overlay, env: process.env }),
        whenInvalid: 'defaults',
        onChange(next) {
          vedette?.apply(next);
          followLogin(next, options);
        },
        onProblem: (problem) => logger.warn({ cause: problem.message }, 'the settings are not used'),
      }),
    );
    const secrets = new OsSecretStore({ keyRing: systemKeyRing, logger });
    vedette = starting.use(
      await startVedette({
        live,
        named: [],
        dataDir,
        purpose: 'desktop',
        kind: 'desktop',
        isDemo: args.isDemo,
        useCache: true,
        notifier,
        secretStore: (file, secretOptions) => secrets.at(file, secretOptions),
        keyStore: () => secrets.place,
        startWorker: utilityStarter<MessageToWorker>(scanWorkerEntry, 'Vedette scan worker', [leanHeap]),
        startWatcher: utilityStarter<MessageToWatcher>(watchWorkerEntry, 'Vedette watcher', [leanHeap]),
        startRules: utilityStarter<RulesTask>(rulesWorkerEntry, 'Vedette rules'),
        power: desktopPowerSource(process.platform, () => powerMonitor.isOnBatteryPower()),
        onNoControl: (problem) => logger.warn({ cause: problem }, 'other commands cannot ask this Vedette'),
        logger,
        signal,
      }),
    );
    const api = await startDesktopApi({ api: live.current.api, vedette, dataDir, logger });
    if (api !== null) starting.use(api);
    followLogin(live.current, options);
    const door = makeDoor(vedette, live, options);
    const core = new DesktopCore(vedette, door, starting.move());
    core.#follow(options);
    return core;
  }

  private constructor(vedette: RunningVedette, door: PageDoor, started: AsyncDisposableStack) {
    this.vedette = vedette;
    this.door = door;
    this.#started = started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  #follow({ onProtection, logger }: DesktopCoreOptions): void {
    const { feed, handlers } = this.vedette;
    this.#started.defer(
      feed.subscribe(
        (event) => {
          if (event.kind === 'protection') onProtection(event.protection);
        },
        { verdicts: false },
      ),
    );
    async function look(): Promise<void> {
      try {
        onProtection(await handlers.protection({}));
      } catch (error) {
        logger.warn({ error }, 'the state of protection could not be asked');
      }
    }
    const timer = setInterval(() => void look(), lookAgainMs).unref();
    this.#started.defer(() => clearInterval(timer));
    void look();
    // Events of the time asleep are lost: what changed is looked for.
    function onResume(): void {
      void handlers['sweep.start']({});
    }
    powerMonitor.on('resume', onResume);
    this.#started.defer(() => void powerMonitor.removeListener('resume', onResume));
  }
}

function makeDoor(
  { handlers }: RunningVedette,
  live: LiveSettings,
  { actor, dataDir, dialogs, logger }: DesktopCoreOptions,
): PageDoor {
  const extraCalls: DesktopHandlers = desktopCalls({
    ...dialogs,
    async findingPath(id) {
      const { findings } = await handlers['findings.list']({
        states: [],
        job: null,
        before: id + 1,
        limit: 1,
      });
      return findings.find((finding) => finding.id === id)?.path ?? null;
    },
    issue: (paths) => door.issue(paths),
    exportFolder: join(dataDir, 'metrics'),
    settingsFile: live.configuration.file,
  });
  const door = new PageDoor({ handlers, actor, logger, extraCalls });
  return door;
}

/** Of the ordinary installation only: what was started with a data folder of its own is somebody's experiment. */
function followLogin({ watch }: Settings, { args, logger }: DesktopCoreOptions): void {
  if (args.isDemo || args.dataDir !== null) return;
  followAutostart(watch.start_at_login, {
    isPackaged: app.isPackaged,
    platform: process.platform,
    environment: process.env,
    program: app.getPath('exe'),
    setLoginItem: (settings) => app.setLoginItemSettings(settings),
    logger,
  });
}

function utilityStarter<Message extends object>(
  entry: string,
  serviceName: string,
  execArgv: readonly string[] = [],
) {
  return utilityProcessStarter<Message>({
    entry,
    serviceName,
    execArgv,
    fork: (file, args, options) => utilityProcess.fork(file, args, options),
  });
}
