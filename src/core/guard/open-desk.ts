// The desk of a data folder for one command, when no Vedette watches: it owns the folder for as long as it is open.
import type { Handlers } from '../../shared/contract.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Logger } from '../logger.ts';
import { logNotifier } from '../respond/notifier.ts';
import { statusOf } from '../status.ts';
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

/** @throws AppError ALREADY_RUNNING */
export async function openDesk(
  options: OpenDeskOptions,
): Promise<{ readonly handlers: Handlers; readonly desk: Desk } & AsyncDisposable> {
  const { dataDir, settings, logger } = options;
  await using opened = new AsyncDisposableStack();
  const lock = opened.use(ownDataFolder(dataDir, 'command'));
  const store = opened.use(openStore({ folder: dataDir, logger }));
  const desk = opened.use(
    await Desk.open({
      ...options,
      store,
      isOwner: () => lock.isHeld(),
      feed: new Feed(logger),
      notifier: logNotifier((line) => logger.info({ line }, 'notification')),
    }),
  );
  const handlers = createHandlers({
    desk,
    guard: null,
    status: (protection) => statusOf(store, dataDir, settings, Date.now() / 1000, protection),
  });
  const all = opened.move();
  return { handlers, desk, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
