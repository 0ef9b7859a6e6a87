// The desk of a data folder for one command, when no Vedette watches: it owns the folder for as long as it is open.
import type { Handlers } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Logger } from '../logger.ts';
import { logNotifier } from '../respond/notifier.ts';
import { statusOf } from '../status.ts';
import type { OwnerLock } from '../store/owner-lock.ts';
import { openStore } from '../store/store.ts';
import { createHandlers } from './calls/handlers.ts';
import { Desk } from './desk.ts';
import { Feed } from './feed.ts';
import { ownDataFolder } from './ownership.ts';

export interface OpenDeskOptions {
  readonly dataDir: string;
  readonly settings: Settings;
  readonly configurationFile: string | null;
  readonly logger: Logger;
}

export interface OpenedDesk extends AsyncDisposable {
  readonly handlers: Handlers;
  readonly desk: Desk;
  /** What there is to say of the databases, such as that one was set aside. */
  readonly notices: readonly string[];
}

/** @throws AppError ALREADY_RUNNING */
export async function openDesk(options: OpenDeskOptions): Promise<OpenedDesk> {
  const { dataDir, settings, logger } = options;
  await using opened = new AsyncDisposableStack();
  const lock = lockIfWritable(dataDir);
  if (lock !== null) opened.use(lock);
  const store = opened.use(openStore({ folder: dataDir, logger }));
  const desk = opened.use(
    await Desk.open({
      ...options,
      store,
      isOwner: () => lock?.isHeld() ?? true,
      feed: new Feed(logger),
      notifier: logNotifier((line) => logger.info({ line }, 'notification')),
    }),
  );
  const handlers = createHandlers({
    desk,
    guard: null,
    pages: null,
    status: (protection) => statusOf(store, dataDir, settings, Date.now() / 1000, protection),
  });
  const all = opened.move();
  return {
    handlers,
    desk,
    get notices() {
      return store.health.details;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A folder that cannot be written to can still be read, and nobody can change what is in it meanwhile. */
function lockIfWritable(dataDir: string): OwnerLock | null {
  try {
    return ownDataFolder(dataDir, 'command');
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_UNREADABLE') return null;
    throw error;
  }
}
