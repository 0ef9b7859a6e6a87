// The demo: a throw-away folder that stays small, with files that are found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Demo } from '../../../scripts/demo.ts';
import { DemoFiles, reverseShell } from '../../../scripts/demo-files.ts';
import { loadConfiguration } from '../../../src/core/config.ts';
import { eicar } from '../../helpers/eicar.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .length;
}

describe('the files of the demo', () => {
  test('are bounded, however long it runs', async () => {
    using home = temporaryFolder();
    const files = await DemoFiles.in(home.path, { projectFiles: 5, keptLetters: 7 });
    await files.first();
    for (let round = 0; round < 12; round += 1) {
      await files.letters();
      const archive = await files.newArchive();
      await files.unpack(archive, 2);
      await files.unpack(archive, 4);
    }
    expect([
      filesIn(join(home.path, 'Documents', 'projects')),
      filesIn(join(home.path, 'Downloads', 'mail')),
      readdirSync(join(home.path, 'Documents', 'unpacked')).toSorted(),
      filesIn(join(home.path, 'Documents', 'unpacked')),
    ]).toEqual([5, 7, ['archive-10', 'archive-11', 'archive-12', 'archive-9'], 24]);
  });

  test('come again as they were, or changed since', async () => {
    using home = temporaryFolder();
    const files = await DemoFiles.in(home.path);
    // Others come in meanwhile.
    const archives = [await files.newArchive(), await files.newArchive()];
    await Promise.all(archives.map((archive) => files.unpack(archive, 9)));
    const copies = archives.flatMap((archive) =>
      readdirSync(archive).map((name) => ({
        number: Number.parseInt(name, 10),
        change: /\n\/\/ (\d+)\n$/.exec(readFileSync(join(archive, name), 'utf8'))?.[1],
      })),
    );
    expect(copies).toHaveLength(18);
    expect(copies).toEqual(
      copies.map(({ number }) => ({ number, change: number % 3 === 0 ? undefined : String(number) })),
    );
  });

  test('are among them what scanners find', async () => {
    using home = temporaryFolder();
    const files = await DemoFiles.in(home.path);
    await files.testFile();
    await files.script();
    const downloads = join(home.path, 'Downloads');
    expect(readFileSync(join(downloads, 'invoice-2026-11.com'))).toEqual(eicar());
    expect(readFileSync(join(downloads, 'install-helper.sh'), 'utf8')).toBe(reverseShell);
  });
});

describe('the demo', () => {
  beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
  afterEach(() => vi.restoreAllMocks());

  test('watches folders of its own with signatures of its own, and leaves nothing', async () => {
    const demo = await Demo.start({ writesFiles: false, hasClamd: true });
    const file = join(demo.folder, 'rt_protection_config.toml');
    const { watch, scanning, updates } = loadConfiguration({ file, overlay: null, env: {} }).settings;
    expect(watch.folders).toEqual(
      ['Downloads', 'Documents', 'Desktop'].map((name) => join(demo.folder, 'home', name)),
    );
    expect([watch.watch_removable, watch.start_at_login, updates.enable_freshclam]).toEqual([
      false,
      false,
      false,
    ]);
    const [name, ...others] = readdirSync(scanning.signature_dir);
    const [, type, place, bytes = ''] = readFileSync(join(scanning.signature_dir, name ?? ''), 'utf8')
      .trim()
      .split(':');
    expect([others, type, place]).toEqual([[], '0', '*']);
    expect(reverseShell).toContain(Buffer.from(bytes, 'hex').toString());
    expect(bytes.length).toBeGreaterThan(40);
    expect(demo.options).toEqual(['--data-dir', join(demo.folder, 'data'), '--config', file, '--demo']);
    await demo[Symbol.asyncDispose]();
    expect(existsSync(demo.folder)).toBe(false);
  });

  test('does without ClamAV where there is no clamd to start', async () => {
    await using demo = await Demo.start({ writesFiles: false, hasClamd: false });
    const file = join(demo.folder, 'rt_protection_config.toml');
    expect(loadConfiguration({ file, overlay: null, env: {} }).settings.scanning.signature_dir).toBe('');
    expect(existsSync(join(demo.folder, 'signatures'))).toBe(false);
  });
});
