// File systems that fail: what could not be read is told and never clean, and one that hangs holds up nothing but what is on it.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { kindOf, Scene } from '../helpers/faults/scene.ts';
import { hangingMount, servedMount } from '../helpers/fuse/fuse-mount.ts';
import { WatchedHome, type Watching } from '../helpers/watching.ts';

describe.skipIf(process.platform !== 'linux')('a medium', () => {
  it('with bad sectors: what lies on them is told, the rest is scanned', async (context) => {
    using scene = new Scene();
    await using medium = await servedMount(scene.files, {
      files: {
        found: eicar().toString('latin1'),
        plain: 'nothing to see',
        'half-read': 'x'.repeat(300_000),
        'folder/cannot-be-listed': eicar().toString('latin1'),
      },
      broken: { 'half-read': 131_072, folder: 0 },
    });
    if (medium === null) context.skip();
    const scanned = await scene.scan();
    expect(Object.fromEntries(scanned.results.map((result) => [result.path, kindOf(result)]))).toEqual({
      [join(scene.files, 'found')]: 'infected',
      [join(scene.files, 'plain')]: 'clean',
      [join(scene.files, 'half-read')]: 'unscannable/io_error',
      [join(scene.files, 'folder')]: 'unscannable/io_error',
    });
    expect(scanned.exitCode).toBe(1);
  });

  it('that a link leads to is scanned like any other', async (context) => {
    using scene = new Scene({ withRules: false });
    const [mounted, holder] = [join(scene.files, 'mounted'), join(scene.files, 'holder')];
    for (const folder of [mounted, holder]) mkdirSync(folder);
    await using medium = await servedMount(mounted, { files: { 'deep/found': eicar().toString('latin1') } });
    if (medium === null) context.skip();
    const link = join(holder, 'link');
    symlinkSync(mounted, link);
    const named = await scene.scan({ paths: [link] });
    const met = await scene.scan({ paths: [holder], options: ['--follow-symlinks', '--cross-devices'] });
    const found = [[join(mounted, 'deep/found'), 'infected']];
    for (const { results } of [named, met])
      expect(results.map((result) => [result.path, kindOf(result)])).toEqual(found);
  });

  it('that is pulled out in the middle: every file has its word, and only what was read is clean', async (context) => {
    using scene = new Scene();
    // A worker has eight files open at a time.
    const readsUntilGone = 20;
    const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
    const files = Object.fromEntries(names.map((name) => [name, `content of ${name}`]));
    await using medium = await servedMount(scene.files, { files, readsUntilGone });
    if (medium === null) context.skip();
    const scanned = await scene.scan();
    expect(new Set(scanned.results.map(kindOf))).toEqual(new Set(['clean', 'unscannable/io_error']));
    expect(scanned.results).toHaveLength(names.length);
    expect(scanned.summary.clean).toBeLessThanOrEqual(readsUntilGone);
    expect(scanned.exitCode).toBe(2);
  });
});

it.skipIf(process.platform !== 'linux')(
  'a mount that hangs below what is scanned is told, and everything else has its verdict',
  async (context) => {
    using scene = new Scene({ withRules: false });
    const hung = join(scene.files, 'hung');
    mkdirSync(hung);
    const found = scene.write('found', eicar());
    using mount = hangingMount(hung);
    if (mount === null) context.skip();
    const walked = await scene.scan({ options: ['--cross-devices'] });
    expect([walked.of('hung'), walked.of('found')].map(kindOf)).toEqual(['unscannable/timeout', 'infected']);
    const list = Buffer.from(`${join(hung, 'file')}\n${found}\n`);
    const listed = await scene.scan({ paths: [], options: ['--files-from', '-'], stdin: list });
    expect(listed.results.map(kindOf).toSorted()).toEqual(['infected', 'unscannable/timeout']);
  },
);

it.skipIf(process.platform !== 'linux')(
  'a mount that hangs in a watched folder, and one that a watched link leads into, hold up nothing else; they are watched when they answer',
  async (context) => {
    await using home = new WatchedHome({ watch: { canary_interval_minutes: 0 } });
    const [inside, other] = [join(home.files, 'inside'), join(home.path, 'other')];
    const [itself, link] = [join(other, 'deep'), join(home.path, 'link')];
    mkdirSync(inside);
    mkdirSync(itself, { recursive: true });
    symlinkSync(itself, link);
    using hanging = new DisposableStack();
    for (const folder of [inside, other]) {
      const mount = hangingMount(folder);
      if (mount === null) context.skip();
      hanging.use(mount);
    }
    const watching = await home.watch({ paths: [home.files, link] });
    expect(watching.folders).toMatchObject([
      {
        state: 'degraded',
        cause: `Only 1 of 2 folders are watched: ${inside} cannot be watched (the file system there does not answer).`,
      },
      { path: itself, state: 'gone', cause: 'The file system it is on does not answer.' },
    ]);
    expect(await watching.verdictOf('inside')).toBe('unscannable/timeout');
    home.write('beside', eicar());
    expect(await watching.verdictOf('beside')).toBe('infected');
    await scanOf(home, watching);
    hanging.dispose();
    // Each scan asks the file systems that it comes to.
    await scanOf(home, watching);
    await watching.until(
      'both to be watched',
      () => watching.folders.every(({ state }) => state === 'watching'),
      20_000,
    );
    home.write('after', eicar(), itself);
    expect(await watching.verdictOf('after')).toBe('infected');
  },
);

async function scanOf(home: WatchedHome, watching: Watching): Promise<void> {
  const { id } = await home.call('jobs.start', { kind: 'custom', roots: [home.path], actor: 'test' });
  await watching.until(
    'the scan',
    () => watching.jobs.some((job) => job.id === id && job.state === 'done'),
    20_000,
  );
}
