// What the pages of a running Vedette have beside the calls of the commands: the state they follow, and the calls only they make.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AppInfo } from '../../../shared/app-state.ts';
import type { Handlers } from '../../../shared/contract.ts';
import type { pageCalls } from '../../../shared/page-calls.ts';
import type { Settings } from '../../../shared/settings.ts';
import { settingDescriptions, type SettingValue } from '../../../shared/settings/catalogue.ts';
import { settingValue } from '../../../shared/settings/changed-keys.ts';
import type { Antivirus } from '../../antivirus.ts';
import { UncoveredStore } from '../../store/uncovered-store.ts';
import { readVersion } from '../../version.ts';
import type { Desk } from '../desk.ts';
import type { ExclusionBook } from '../exclusion-book.ts';
import type { Feed } from '../feed.ts';
import type { Guard } from '../guard.ts';
import { LiveFigures } from '../live-figures.ts';
import type { VedetteOptions } from '../running-vedette.ts';
import { savedGuideDone, saveGuideDone } from '../saved-state.ts';
import { selfTester } from '../self-test.ts';
import { SettingsRevision } from '../settings-revision.ts';
import { SignatureUpdates } from '../signature-updates.ts';
import { StateFeed, type StateSources } from '../state-feed.ts';
import { UncoveredFiles } from '../uncovered-files.ts';
import { engineCalls } from './engine-calls.ts';
import { exclusionCalls } from './exclusion-calls.ts';
import { explainCalls } from './explain-calls.ts';
import { figureCalls } from './figure-calls.ts';
import { folderCalls } from './folder-calls.ts';
import { settingsCalls } from './settings-calls.ts';

export type PageCalls = Pick<Handlers, keyof typeof pageCalls>;

export interface PageSources {
  readonly options: VedetteOptions;
  readonly antivirus: Antivirus;
  readonly desk: Desk;
  readonly guard: Guard;
  readonly exclusions: ExclusionBook;
  readonly feed: Feed;
}

export interface Pages extends AsyncDisposable {
  readonly calls: PageCalls;
  readonly stateFeed: StateFeed;
  apply(settings: Settings): void;
}

const latestFindings = 20;
const latestJobs = 10;

export function createPages(sources: PageSources): Pages {
  const { options, antivirus, desk, guard, exclusions, feed } = sources;
  const { live, dataDir, logger, startRules } = options;
  const owned = new AsyncDisposableStack();
  const figures = owned.use(new LiveFigures({ antivirus }));
  const updates = owned.use(
    new SignatureUpdates({
      clamd: () => antivirus.room.clamd,
      refresh: () => antivirus.room.refresh(),
      workDir: dataDir,
      settings: guard.settings.updates,
      write: (note) => desk.note(note),
      onChange: () => stateFeed.changed('updates'),
      logger,
    }),
  );
  const revision = new SettingsRevision(live);
  const uncovered = owned.use(new UncoveredFiles({ store: new UncoveredStore(antivirus.store.history) }));
  owned.defer(antivirus.listen((outcome) => uncovered.heard(outcome)));
  const startedAt = Date.now() / 1000;

  function appInfo(): AppInfo {
    return {
      version: readVersion(),
      kind: options.kind,
      platform: process.platform,
      data_folder: dataDir,
      started_at: startedAt,
      is_demo: options.isDemo,
      guide_done: savedGuideDone(desk.state),
      key_store:
        options.keyStore?.() ??
        `The key of the vault is a file that only you can read: ${join(dataDir, 'vault.key')}`,
    };
  }

  const stateSources: StateSources = {
    app: appInfo,
    protection: () => guard.protection(),
    engines: async () => [...(await antivirus.engines())],
    live: () => figures.live(),
    recent: () => figures.recent(),
    coverage: () => antivirus.recorder.coverage(),
    jobs: () => [...guard.jobs.list(latestJobs)],
    findings: () => ({
      open: desk.findings.openCount(),
      latest: [
        ...desk.findings.list({ states: [], job: null, before: null, limit: latestFindings }).findings,
      ],
    }),
    quarantine: () => vaultSize(desk),
    settings: () => revision.current,
    updates: () => updates.state,
  };
  const stateFeed = owned.use(new StateFeed({ feed, sources: stateSources, logger }));
  const selfTest = selfTester({
    desk,
    feed,
    lookout: guard.lookout,
    isWatching: () => guard.settings.watch.enabled && guard.paused === null,
  });

  const calls: PageCalls = {
    ...explainCalls({ desk, antivirus }),
    ...engineCalls({
      antivirus,
      settings: () => guard.settings,
      updates,
      ...(startRules === undefined ? {} : { startRules }),
    }),
    ...figureCalls({ antivirus, settings: () => guard.settings, live: figures, uncovered }),
    ...exclusionCalls(exclusions),
    ...settingsCalls({
      live,
      revision,
      commandLine: commandLineOf(options),
      write: (note) => desk.note(note),
      logger,
    }),
    ...folderCalls({
      settings: () => guard.settings,
      surroundings: () => guard.lookout.surroundings,
      dataDir,
    }),
    'app.state': () => stateFeed.snapshot(),
    'guide.done'({ done }) {
      saveGuideDone(desk.state, done);
      stateFeed.changed('app');
      return {};
    },
    'selftest.run': ({ actor }) => selfTest(actor),
  };
  return {
    calls,
    stateFeed,
    apply(next) {
      updates.configure(next.updates);
      stateFeed.changed('settings');
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What the command line sets goes before the file, whatever is saved there. */
function commandLineOf({ live, override }: VedetteOptions): ReadonlyMap<string, SettingValue> {
  const before = live.current;
  const after = override?.(before) ?? before;
  const changed = settingDescriptions.flatMap((description): [string, SettingValue][] => {
    const value = settingValue(after, description);
    return isDeepStrictEqual(value, settingValue(before, description)) ? [] : [[description.name, value]];
  });
  return new Map(changed);
}

function vaultSize({ vault }: Desk): { count: number; size_bytes: number } {
  const records = typeof vault === 'string' ? [] : vault.list();
  return { count: records.length, size_bytes: records.reduce((sum, { size_bytes: size }) => sum + size, 0) };
}
