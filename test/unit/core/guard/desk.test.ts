import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Desk, type DeskOptions } from '../../../../src/core/guard/desk.ts';
import { Feed } from '../../../../src/core/guard/feed.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { openStore } from '../../../../src/core/store/store.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function openDesk(dataDir: string, secretStore?: DeskOptions['secretStore']) {
  await using opened = new AsyncDisposableStack();
  const store = opened.use(openStore({ folder: dataDir, logger: silentLogger }));
  const desk = opened.use(
    await Desk.open({
      store,
      dataDir,
      settings: settingsSchema.parse({}),
      configurationFile: null,
      isOwner: () => true,
      feed: new Feed(silentLogger),
      notifier: { notify: () => {} },
      ...(secretStore === undefined ? {} : { secretStore }),
      logger: silentLogger,
    }),
  );
  const all = opened.move();
  return { desk, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test('a shell that knows a key ring keeps the key of the vault there, and no file is made', async () => {
  using folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const secretStore = vi.fn<NonNullable<DeskOptions['secretStore']>>(() => ({
    vaultKey: async () => Buffer.alloc(32, 7),
  }));
  await using opened = await openDesk(dataDir, secretStore);
  expect(typeof opened.desk.vault).not.toBe('string');
  expect(secretStore.mock.calls).toEqual([[join(dataDir, 'vault.key'), { mayCreate: true }]]);
  expect(existsSync(join(dataDir, 'vault.key'))).toBe(false);
});

test('a key that cannot be had is a problem to tell, and not the end', async () => {
  using folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  await using opened = await openDesk(dataDir, () => ({
    vaultKey: () => Promise.reject(new Error('the key ring is locked')),
  }));
  expect(opened.desk.problems).toEqual(['Nothing can be quarantined: the key ring is locked']);
});
