// Ways in which a file comes into a watched folder, and files that make it hard: each gets its verdict, within two seconds of its rest.
import { hash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome, type Watching } from '../helpers/watching.ts';

const settleMs = 300;
const nobody = 65_534;

describe.skipIf(process.platform !== 'linux')('a file that comes into a watched folder', () => {
  let home: WatchedHome;
  let watching: Watching;
  beforeAll(async () => {
    home = new WatchedHome({ watch: { canary_interval_minutes: 0 } });
    plantLinks(join(home.files, 'links-before'));
    watching = await home.watch();
  });
  afterAll(async () => await home[Symbol.asyncDispose]());

  /** Its first verdict, and whether it came from an event, within two seconds of its rest: no sweep was needed. */
  async function foundAtOnce(name: string): Promise<string> {
    const kind = await watching.verdictOf(name);
    const latencyMs = watching.of(name)[0]?.latencyMs ?? Infinity;
    return latencyMs <= settleMs + 2000 ? kind : `${kind}, after ${latencyMs} ms`;
  }

  it('is found when it is renamed into it', async () => {
    renameSync(home.write('outside', eicar(), home.path), join(home.files, 'renamed'));
    expect(await foundAtOnce('renamed')).toBe('infected');
  });

  it('is found in a whole folder that is moved into it, however deep', async () => {
    home.write('moved/a/b/c/deep', eicar(), home.path);
    home.write('moved/shallow', eicar(), home.path);
    renameSync(join(home.path, 'moved'), join(home.files, 'moved'));
    expect(await foundAtOnce('shallow')).toBe('infected');
    expect(await foundAtOnce('deep')).toBe('infected');
    // The folder is watched from now on.
    home.write('moved/a/b/c/later', eicar());
    expect(await foundAtOnce('later')).toBe('infected');
  });

  it('is found under the name of a hard link, and what is written through the link outside by the next sweep', async () => {
    const outside = home.write('outside-link', eicar(), home.path);
    linkSync(outside, join(home.files, 'hard-link'));
    expect(await foundAtOnce('hard-link')).toBe('infected');
    const plain = home.write('plain-outside', 'plain', home.path);
    linkSync(plain, join(home.files, 'written-outside'));
    expect(await watching.verdictOf('written-outside')).toBe('clean');
    writeFileSync(plain, eicar());
    await home.call('sweep.start', {});
    await watching.until('the sweep', () => watching.lastKind('written-outside') === 'infected');
    expect(watching.of('written-outside').at(-1)?.latencyMs).toBeNull();
  });

  it('is found when its name is not UTF-8, also in a folder whose name is not', async () => {
    home.write('odd-\udcff', eicar());
    expect(await foundAtOnce('odd-\udcff')).toBe('infected');
    home.write('folder-\udcfe/inside', eicar());
    expect(await foundAtOnce('inside')).toBe('infected');
    expect(watching.of('inside')[0]?.path).toBe(join(home.files, 'folder-\udcfe', 'inside'));
  });

  it('is found beside links that lead in a circle, nowhere, or to the root of the system; no link is followed', async () => {
    const folder = join(home.files, 'links');
    plantLinks(folder);
    home.write('links/beside', eicar());
    expect(await foundAtOnce('beside')).toBe('infected');
    home.write('links-before/also-beside', eicar());
    expect(await foundAtOnce('also-beside')).toBe('infected');
    const besideLinks = watching.told.filter(({ path }) => path.startsWith(join(home.files, 'links')));
    const others = besideLinks.filter(({ kind }) => kind !== 'unscannable/symbolic_link');
    expect(others.map(({ path }) => path)).toEqual([
      join(folder, 'beside'),
      join(home.files, 'links-before', 'also-beside'),
    ]);
  });

  it('and is gone again at once raises no alarm, and the next one is found all the same', async () => {
    const errors = watching.historyOf('error').length;
    for (let start = 0; start < 300; start += 10) {
      const paths = Array.from({ length: 10 }, (_, index) =>
        home.write(`fleeting/${start + index}`, `${start + index}`),
      );
      // Some go before they have settled, some while they are on their way to a worker, some after it.
      void removeLater(paths);
      await delay(20);
    }
    home.write('fleeting/stays', eicar());
    expect(await foundAtOnce('stays')).toBe('infected');
    const fleeting = watching.told.filter(({ path }) => /\/fleeting\/\d+$/.test(path));
    const kinds = new Set(fleeting.map(({ kind }) => kind));
    expect([...kinds].filter((kind) => kind !== 'clean' && kind !== 'unscannable/vanished')).toEqual([]);
    expect(watching.historyOf('error')).toHaveLength(errors);
    expect(watching.stderr).toBe('');
  });

  it('and is written to ten thousand times is scanned a few times, the last time as it stays', async () => {
    const startedMs = performance.now();
    const path = home.write('busy', '');
    for (let number = 0; number < 10_000; number += 1) {
      writeFileSync(path, `${number}`);
      if (number % 100 === 0) await delay(5);
    }
    const content = Buffer.concat([eicar(), Buffer.from('\n')]);
    writeFileSync(path, content);
    const settleWindows = (performance.now() - startedMs) / settleMs;
    await watching.until('its last content', () => watching.lastKind('busy') === 'infected');
    expect(watching.of('busy').at(-1)?.result.sha256).toBe(hash('sha256', content));
    // One a settle window at most: 300 ms of rest, for which a busy machine may take its time, or ten seconds without any.
    expect(watching.of('busy').length).toBeLessThanOrEqual(1 + settleWindows);
  });

  function plantLinks(folder: string): void {
    mkdirSync(folder);
    symlinkSync('circle-b', join(folder, 'circle-a'));
    symlinkSync('circle-a', join(folder, 'circle-b'));
    symlinkSync('.', join(folder, 'here'));
    symlinkSync('/', join(folder, 'system'));
    symlinkSync(join(home.write('plain', 'x', home.path), 'no-folder'), join(folder, 'not-a-folder'));
    symlinkSync(home.write('linked-target', eicar(), home.path), join(folder, 'link-to-infected'));
  }
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('what nobody may read', () => {
  it('is said to be so; what lies beside it is found', async () => {
    await using home = new WatchedHome({ watch: { canary_interval_minutes: 0 } });
    for (const path of [home.path, home.files]) chownSync(path, nobody, nobody);
    mkdirSync(join(home.files, 'forbidden'), { mode: 0o700 });
    home.write('forbidden/inside', 'x');
    const watching = await home.watch({ userId: nobody });
    chmodSync(home.write('secret', eicar()), 0o600);
    home.write('beside', eicar());
    expect(await watching.verdictOf('beside')).toBe('infected');
    expect(await watching.verdictOf('secret')).toBe('unscannable/permission');
    expect(watching.folders).toMatchObject([
      { state: 'degraded', cause: expect.stringContaining('forbidden') },
    ]);
    chmodSync(join(home.files, 'secret'), 0o644);
    await watching.until('its verdict', () => watching.lastKind('secret') === 'infected');
  });
});

async function removeLater(paths: readonly string[]): Promise<void> {
  for (const [index, path] of paths.entries()) {
    await delay(index === 0 ? 200 : 25);
    unlinkSync(path);
  }
}
