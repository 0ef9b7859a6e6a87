// The HTTP API of the desktop app, off until it is switched on; that it cannot be had is no reason to leave the machine without protection.
import { startServer, planServer } from '../api/start-server.ts';
import type { RunningVedette } from '../core/guard/running-vedette.ts';
import type { Logger } from '../core/logger.ts';
import { messageOf } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';

export interface DesktopApiOptions {
  readonly api: Settings['api'];
  readonly vedette: RunningVedette;
  readonly dataDir: string;
  readonly logger: Logger;
}

/** null where it is not wanted, or cannot be. */
export async function startDesktopApi({
  api,
  vedette,
  dataDir,
  logger,
}: DesktopApiOptions): Promise<AsyncDisposable | null> {
  if (!api.enabled) return null;
  try {
    const plan = planServer(api, {}, logger);
    const started = await startServer({ plan, vedette, dataDir, parts: [], logger });
    logger.info({ address: started.server.origin }, 'the API is on');
    return {
      async [Symbol.asyncDispose]() {
        await started[Symbol.asyncDispose]();
        plan[Symbol.dispose]();
      },
    };
  } catch (error) {
    logger.error({ cause: messageOf(error) }, 'the API cannot be offered');
    return null;
  }
}
