// Watched folders that go, come back, are covered by a mount or hold Vedette's own files: what is in them is found, and nothing feeds on itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { canMount } from '../helpers/store-mount.ts';
import { WatchedHome, type Watching } from '../helpers/watching.ts';

const noCanary = { watch: { canary_interval_minutes: 0 } };

async function untilState(watching: Watching, state: string): Promise<void> {
  await watching.until(`state ${state}`, () => watching.folders[0]?.state === state);
}

describe.skipIf(process.platform !== 'linux')('a watched folder', () => {
  it('that is removed and made again is watched again, with what is in it', async () => {
    await using home = new WatchedHome(noCanary);
    const watching = await home.watch();
    rmSync(home.files, { recursive: true });
    await untilState(watching, 'gone');
    expect(watching.protection?.state).toBe('attention');
    home.write('deep/in-the-new-one', eicar());
    await untilState(watching, 'watching');
    expect(await watching.verdictOf('in-the-new-one')).toBe('infected');
    home.write('deep/later', eicar());
    expect(await watching.verdictOf('later')).toBe('infected');
  });

  it('that is replaced by another one in one step is followed under its name', async () => {
    await using home = new WatchedHome(noCanary);
    const watching = await home.watch();
    const other = join(home.path, 'other');
    home.write('came-with-it', eicar(), other);
    renameSync(home.files, join(home.path, 'away'));
    renameSync(other, home.files);
    expect(await watching.verdictOf('came-with-it')).toBe('infected');
    await untilState(watching, 'watching');
    home.write('in-the-other', eicar());
    home.write('in-the-old', eicar(), join(home.path, 'away'));
    expect(await watching.verdictOf('in-the-other')).toBe('infected');
    expect(watching.of('in-the-old')).toEqual([]);
  });

  // From here on at once: the last one has to wait for a long time.
  it.concurrent('that is missing at the start is watched as soon as it is there', async () => {
    await using home = new WatchedHome(noCanary);
    rmSync(home.files, { recursive: true });
    const watching = await home.watch();
    expect(watching.folders).toMatchObject([{ state: 'gone' }]);
    home.write('first', eicar());
    expect(await watching.verdictOf('first')).toBe('infected');
  });

  it.skipIf(!canMount())(
    'that a volume is mounted on, and taken off again, is followed',
    { concurrent: true },
    async () => {
      await using home = new WatchedHome(noCanary);
      const watching = await home.watch();
      {
        using _volume = mounted(home.files);
        home.write('on-the-volume', eicar());
        expect(await watching.verdictOf('on-the-volume')).toBe('infected');
      }
      home.write('below-it', eicar());
      expect(await watching.verdictOf('below-it')).toBe('infected');
      await untilState(watching, 'watching');
      home.write('later', eicar());
      expect(await watching.verdictOf('later')).toBe('infected');
    },
  );

  it.skipIf(!canMount())(
    'of a removable volume is watched while it is mounted, and what was on it is scanned',
    { concurrent: true },
    async () => {
      await using home = new WatchedHome({ watch: { ...noCanary.watch, watch_removable: true } });
      const watching = await home.watch();
      mkdirSync('/media', { recursive: true });
      const place = mkdtempSync('/media/vedette-test-');
      function isWatched(): boolean {
        return watching.folders.some(
          ({ path, state, removable }) => path === place && state === 'watching' && removable,
        );
      }
      try {
        using _volume = mounted(place, (folder) => home.write('was-on-it', eicar(), folder));
        await watching.until('the volume', isWatched);
        expect(await watching.verdictOf('was-on-it')).toBe('infected');
        home.write('came-later', eicar(), place);
        expect(await watching.verdictOf('came-later')).toBe('infected');
      } finally {
        rmdirSync(place);
      }
      await watching.until('its end', () => watching.folders.every(({ path }) => path !== place));
    },
  );

  it.concurrent("that holds Vedette's own data is quiet when nobody writes: its tests of itself are all that happens", async () => {
    await using home = new WatchedHome({ watch: { canary_interval_minutes: 0.1 } });
    const watching = await home.watch({ paths: [home.path], options: ['--action', 'quarantine'] });
    home.write('moved', eicar());
    await watching.until('the quarantine', () => watching.historyOf('quarantined').length === 1);
    const moments = new Set<number>();
    function countTests(): number {
      const at = watching.folders[0]?.canary_at;
      if (typeof at === 'number') moments.add(at);
      return moments.size;
    }
    await watching.until('a first test', () => countTests() === 1, 20_000);
    const before = { verdicts: watching.told.length, history: watching.history.length };
    // Two more tests are twelve seconds in which databases, logs and vault are written.
    await watching.until('two more tests', () => countTests() === 3, 30_000);
    expect({ verdicts: watching.told.length, history: watching.history.length }).toEqual(before);
    expect(watching.told.filter(({ path }) => path.startsWith(home.dataDir))).toEqual([]);
    const { evidence } = await home.call('protection', {});
    expect(evidence).toMatchObject({ backlog: 0, lost_events: 0, sweep: { state: 'idle' } });
  });
});

/** A small file system there, as long as it is in use; `fill` writes to it before it is there. */
function mounted(place: string, fill: (folder: string) => void = () => {}): Disposable {
  const before = mkdtempSync('/tmp/vedette-test-mount-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tmpfs', before]);
  fill(before);
  execFileSync('mount', ['--bind', before, place]);
  execFileSync('umount', ['-l', before]);
  rmdirSync(before);
  return { [Symbol.dispose]: () => execFileSync('umount', ['-l', place]) };
}
