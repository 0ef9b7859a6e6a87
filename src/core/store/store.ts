// Both databases of the data folder; whatever state they are in, opening them never fails.
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { cacheApplicationId, historyApplicationId } from './application-ids.ts';
import { DatabaseFile } from './database-file.ts';
import { databaseStates, type DatabaseState, type PromptDatabaseSlot } from './database-handle.ts';
import { EngineStartStore } from './engine-start-store.ts';
import { cacheMigrations } from './migrations/cache/all.ts';
import { historyMigrations } from './migrations/history/all.ts';
import { VerdictStore } from './verdict-store.ts';

export interface StoreHealth {
  /** The worse of the two. */
  readonly state: DatabaseState;
  /** What there is to say to a person. */
  readonly details: readonly string[];
  readonly setAside: readonly string[];
  readonly droppedWrites: number;
}

export interface Store extends Disposable {
  readonly verdicts: VerdictStore;
  readonly engineStarts: EngineStartStore;
  readonly history: PromptDatabaseSlot;
  /** For the scan workers, which read it. */
  readonly cacheFile: string;
  readonly health: StoreHealth;
  /** Calls `listener` whenever state or details change. @returns the end of it. */
  onHealth(listener: (health: StoreHealth) => void): () => void;
  /** Writes what is queued, now. */
  flush(): void;
  /** The same, waiting for others as long as at the end, so that `health` is the last word. */
  settle(): void;
}

/** @param options.folder exists and is the user's alone (`openDataFolder`). */
export function openStore({ folder, logger }: { readonly folder: string; readonly logger: Logger }): Store {
  const cacheFile = join(folder, 'cache.db');
  const cache = new DatabaseFile({
    file: cacheFile,
    title: 'verdict cache',
    applicationId: cacheApplicationId,
    migrations: cacheMigrations,
    pageCacheKib: 32 * 1024,
    logger,
  });
  const history = new DatabaseFile({
    file: join(folder, 'history.db'),
    title: 'history',
    applicationId: historyApplicationId,
    migrations: historyMigrations,
    logger,
  });
  const both = [cache, history];
  return {
    verdicts: new VerdictStore(cache),
    engineStarts: new EngineStartStore(cache),
    history,
    cacheFile,
    get health() {
      return healthOf(both);
    },
    onHealth(listener) {
      const ends = both.map((file) => file.onHealth(() => listener(healthOf(both))));
      return () => ends.forEach((end) => end());
    },
    flush() {
      for (const file of both) file.flush();
    },
    settle() {
      for (const file of both) file.settle();
    },
    [Symbol.dispose]() {
      for (const file of both) file[Symbol.dispose]();
    },
  };
}

function healthOf(files: readonly DatabaseFile[]): StoreHealth {
  const healths = files.map(({ health }) => health);
  const states = healths.map(({ state }) => state);
  return {
    state: databaseStates.findLast((state) => states.includes(state)) ?? 'ready',
    details: healths.map(({ detail }) => detail).filter((detail) => detail !== ''),
    setAside: healths.flatMap(({ setAside }) => setAside),
    droppedWrites: healths.reduce((sum, { droppedWrites }) => sum + droppedWrites, 0),
  };
}
