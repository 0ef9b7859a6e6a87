// The self-test against a real desk; what would find the file is the test.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Feed } from '../../../../src/core/guard/feed.ts';
import { selfTester, type SelfTestSources } from '../../../../src/core/guard/self-test.ts';
import { createExclusions } from '../../../../src/core/intake/exclusions.ts';
import type { RootHealth } from '../../../../src/core/watch/watch-protocol.ts';
import { eicar } from '../../../helpers/eicar.ts';
import { DeskScene } from './desk-scene.ts';

const eve = 'user eve';

class Scene implements AsyncDisposable {
  readonly scene: DeskScene;
  readonly roots: RootHealth[] = [];
  readonly excluded: string[] = [];
  isWatching = true;
  deadlineMs = 10_000;
  startMs = 10_000;
  /** What watches: hears of each file at once. */
  readonly #look: NodeJS.Timeout;
  finds = true;
  /** What the test files held. */
  readonly seen: string[] = [];
  readonly #handled = new Set<string>();

  static async open(): Promise<Scene> {
    return new Scene(await DeskScene.open());
  }

  private constructor(scene: DeskScene) {
    this.scene = scene;
    this.watch(scene.files);
    this.#look = setInterval(() => this.#offer(), 2);
  }

  watch(path: string, changes: Partial<RootHealth> = {}): void {
    const known = {
      removable: false,
      state: 'watching',
      cause: '',
      remedy: '',
      folders: 1,
      sinceMs: 1,
    } as const;
    this.roots.push({ path, ...known, ...changes });
  }

  get sources(): SelfTestSources {
    const { scene } = this;
    const health = { roots: this.roots };
    return {
      desk: {
        findings: scene.findings,
        findingDesk: scene.desk,
        responder: scene.responder,
        vault: scene.vault,
        note: (note) => void scene.notes.push(note),
      },
      feed: scene.feed,
      lookout: {
        health,
        walkOptions: () => ({
          exclusions: createExclusions({ globs: this.excluded, folders: [], extensions: [] }),
          ownFolders: new Set(),
        }),
      },
      isWatching: () => this.isWatching,
      deadlineMs: this.deadlineMs,
      startMs: this.startMs,
    };
  }

  run() {
    return selfTester(this.sources)(eve);
  }

  #offer(): void {
    for (const { path: root } of this.roots) {
      for (const name of namesIn(root)) {
        const path = join(root, name);
        if (!name.endsWith('.com') || this.#handled.has(path)) continue;
        const content = readFileSync(path, 'latin1');
        // What is still being written is looked at when it is whole.
        if (content === '') continue;
        this.#handled.add(path);
        this.seen.push(content);
        if (this.finds) void this.scene.responder.handle(this.scene.outcome(path));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#look);
    await this.scene[Symbol.asyncDispose]();
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

describe('a self-test', () => {
  test.each(['quarantine', 'ask', 'notify'] as const)(
    'is passed, and leaves neither a file nor a decision, with the response %s',
    async (action) => {
      await using home = await Scene.open();
      home.scene.action = action;
      const { ok, text, folder, latency_ms: latencyMs, engines } = await home.run();
      expect({ ok, folder, engines }).toEqual({ ok: true, folder: home.scene.files, engines: ['yara'] });
      expect(text).toMatch(/^The test file was found \d+\.\d s after it was written, and is gone again\.$/);
      expect(latencyMs).toBeGreaterThan(0);
      expect(home.seen).toEqual([eicar().toString('latin1')]);
      expect(readdirSync(home.scene.files)).toEqual([]);
      expect(home.scene.all.map(({ state, note }) => [state, note])).toEqual([
        ['gone', 'It was the test file of a self-test.'],
      ]);
      expect(home.scene.vault.list()).toEqual([]);
      const kind = action === 'quarantine' ? 'deleted' : 'dismissed';
      expect(home.scene.notes.at(-1)).toMatchObject({ kind, actor: eve });
    },
  );

  test('is passed where the content is allowed, and leaves nothing either', async () => {
    await using home = await Scene.open();
    home.scene.allow.add({ kind: 'signature', value: 'bad_rule', reason: '', author: eve });
    expect((await home.run()).ok).toBe(true);
    expect(home.scene.all.map(({ state }) => state)).toEqual(['gone']);
  });

  test('is failed when nothing finds the file, and leaves nothing', async () => {
    await using home = await Scene.open();
    home.finds = false;
    home.deadlineMs = 50;
    expect(await home.run()).toEqual({
      ok: false,
      text: `The test file in ${home.scene.files} was not found within 0.05 seconds.`,
      folder: home.scene.files,
      latency_ms: null,
      engines: [],
    });
    expect(readdirSync(home.scene.files)).toEqual([]);
  });

  test('goes to the next folder where it may not write', async () => {
    await using home = await Scene.open();
    home.roots.length = 0;
    const gone = join(home.scene.files, 'gone');
    const left = join(home.scene.files, 'left-out');
    const other = join(home.scene.files, 'other');
    mkdirSync(left);
    mkdirSync(other);
    for (const path of [gone, left, other]) home.watch(path);
    home.excluded.push('**/left-out');
    expect(await home.run()).toMatchObject({ ok: true, folder: other });
    rmSync(other, { recursive: true });
    const text = `In no watched folder a test file could be written (${gone}: the folder is not there (ENOENT); ${left}: the settings leave it out; ${other}: the folder is not there (ENOENT)).`;
    expect(await home.run()).toMatchObject({ ok: false, text });
  });

  test('writes nothing to a stick, to a folder that is not wholly watched, or while protection is off', async () => {
    await using home = await Scene.open();
    home.roots.length = 0;
    home.watch(home.scene.files, { removable: true });
    home.watch(home.scene.files, { state: 'degraded' });
    const none = 'No folder is watched at the moment: choose one in the settings, then try again.';
    expect(await home.run()).toMatchObject({ ok: false, text: none, folder: null });
    home.watch(home.scene.files);
    home.isWatching = false;
    expect((await home.run()).text).toMatch(/^Protection is paused or off/);
    expect(home.seen).toEqual([]);
  });

  test('waits for a folder that is about to be watched', async () => {
    await using home = await Scene.open();
    home.roots.length = 0;
    home.watch(home.scene.files, { state: 'starting' });
    const run = home.run();
    await nextTurn();
    home.roots.length = 0;
    home.watch(home.scene.files);
    expect(await run).toMatchObject({ ok: true, folder: home.scene.files });
  });

  test('says so when that takes too long, or protection is paused meanwhile', async () => {
    await using home = await Scene.open();
    home.roots.length = 0;
    home.watch(home.scene.files, { state: 'starting' });
    home.startMs = 0;
    const text = 'The watched folders are still being opened: try again in a minute.';
    expect(await home.run()).toMatchObject({ ok: false, text, folder: null });
    home.startMs = 10_000;
    const run = home.run();
    await nextTurn();
    home.isWatching = false;
    expect((await run).text).toMatch(/^Protection is paused or off/);
    expect(home.seen).toEqual([]);
  });

  test('that is asked for while one runs is that one, and the next is another', async () => {
    await using home = await Scene.open();
    const run = selfTester(home.sources);
    const [one, two] = await Promise.all([run(eve), run(eve)]);
    expect(two).toBe(one);
    expect(home.seen.length).toBe(1);
    expect(await run(eve)).not.toBe(one);
  });

  test('leaves no listener behind', async () => {
    await using home = await Scene.open();
    const ends: number[] = [];
    const feed: Pick<Feed, 'subscribe'> = {
      subscribe: (listener, interest) => {
        const end = home.scene.feed.subscribe(listener, interest);
        return () => {
          ends.push(1);
          end();
        };
      },
    };
    await selfTester({ ...home.sources, feed })(eve);
    expect(ends).toEqual([1]);
  });
});
