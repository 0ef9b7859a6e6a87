import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownFolders, watchedRoots, watchSettingsOf } from '../../../../src/core/guard/watch-list.ts';
import { lookAt } from '../../../../src/core/intake/place.ts';
import { settingsSchema, type Settings } from '../../../../src/shared/settings.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function settingsWith(watch: Partial<Settings['watch']>, exclude: string[] = []): Settings {
  return settingsSchema.parse({ watch, scanning: { exclude } });
}

function rootsOf(
  settings: Settings,
  { named = [], volumes = [] }: { named?: string[]; volumes?: string[] } = {},
) {
  return watchedRoots({ settings, named, volumes });
}

describe('what is watched', () => {
  test('are the folders of the settings, each once, with their exclusions and times', () => {
    using folder = temporaryFolder();
    const [one, inner] = [join(folder.path, 'one'), join(folder.path, 'one', 'inner')];
    mkdirSync(inner, { recursive: true });
    const settings = settingsWith(
      { folders: [one, inner, one], exclude: ['*.log'], settle_ms: 250, settle_max_seconds: 7 },
      ['*.iso'],
    );
    const roots = rootsOf(settings);
    expect(roots).toEqual([{ path: one, removable: false }]);
    const stalled = [join(one, 'stalled')];
    expect(watchSettingsOf({ settings, dataDir: folder.path, roots, stalled })).toEqual({
      roots,
      exclude: { globs: ['*.iso', '*.log'], folders: [folder.path], extensions: [] },
      ownFolders: [lookAt(folder.path).key],
      stalled,
      settleMs: 250,
      settleMaxMs: 7000,
    });
  });

  test('are the folders a command named instead, made absolute, whether they are there or not', () => {
    using folder = temporaryFolder();
    const settings = settingsWith({ folders: [folder.path] });
    expect(rootsOf(settings, { named: ['not-there', folder.path] })).toEqual([
      { path: join(process.cwd(), 'not-there'), removable: false },
      { path: folder.path, removable: false },
    ]);
  });

  test('are removable volumes too, but none twice and none against the settings', () => {
    using folder = temporaryFolder();
    const settings = settingsWith({ folders: [folder.path], watch_removable: true });
    const volumes = [folder.path, join(folder.path, 'stick'), `${folder.path}-other`];
    expect(rootsOf(settings, { volumes })).toEqual([
      { path: folder.path, removable: false },
      { path: `${folder.path}-other`, removable: true },
    ]);
    const without = settingsWith({ folders: [folder.path], watch_removable: false });
    expect(rootsOf(without, { volumes })).toEqual([{ path: folder.path, removable: false }]);
  });

  test('is nothing when watching is switched off', () => {
    using folder = temporaryFolder();
    const settings = settingsWith({ enabled: false, folders: [folder.path] });
    const more = { named: [folder.path], volumes: ['/media/stick'] };
    expect(rootsOf(settings, more)).toEqual([]);
  });
});

describe('the data folder', () => {
  test('is left out by whatever name', () => {
    using folder = temporaryFolder();
    const dataDir = join(folder.path, 'data');
    mkdirSync(dataDir);
    const link = join(folder.path, 'link');
    symlinkSync(folder.path, link);
    expect(ownFolders(join(link, 'data'))).toEqual(ownFolders(dataDir));
  });

  test('that vanished does not end the watching', () => {
    using folder = temporaryFolder();
    const dataDir = join(folder.path, 'data');
    mkdirSync(dataDir);
    rmSync(dataDir, { recursive: true });
    expect(ownFolders(dataDir)).toEqual([]);
  });
});
