import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { AccountedFiles } from '../../../../src/core/guard/accounted-files.ts';
import { Sweep, type SweepOptions } from '../../../../src/core/guard/sweep.ts';
import { createExclusions } from '../../../../src/core/intake/exclusions.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { SweepState } from '../../../../src/shared/protection.ts';
import type { ScanRequest } from '../../../../src/shared/scan.ts';
import { unread } from '../../../../src/shared/verdict.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { clean, HandLine } from './samples.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Everything is scanned and clean, at once or when the test lets it. */
class QuickLine extends HandLine {
  hold: Promise<void> | null = null;
  onScan: (path: string) => void = () => {};

  override scan(request: ScanRequest) {
    this.scanned.push(request);
    this.onScan(request.path);
    const outcome = { request, verdict: unread(clean, 3), identity: null, savedMs: 0 };
    return (this.hold ?? Promise.resolve()).then(() => outcome);
  }
}

class Scene implements AsyncDisposable {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly line = new QuickLine();
  readonly states: SweepState[] = [];
  readonly swept: string[] = [];
  readonly errors: unknown[] = [];
  sweptAll = 0;
  isEventful = false;
  roots: string[] = [];
  readonly sweep: Sweep;
  #onIdle: () => void = () => {};

  constructor(options: Partial<SweepOptions> = {}) {
    this.sweep = new Sweep({
      line: {
        pipeline: this.line,
        accounted: new AccountedFiles(),
        generation: () => 'one',
        account: () => {},
        lost: { add() {}, suspect() {} },
        isEventful: () => false,
        now: Date.now,
      },
      roots: () => this.roots,
      walkOptions: () => ({}),
      eventsSinceMs: () => null,
      isEventful: () => this.isEventful,
      breathe: () => undefined,
      onSwept: (root) => this.swept.push(root),
      onSweptAll: () => {
        this.sweptAll += 1;
      },
      onState: (state) => {
        this.states.push(state);
        if (state.state === 'idle') this.#onIdle();
      },
      intervalMs: 3_600_000,
      logger: { ...silentLogger, error: (fields) => this.errors.push(fields) },
      ...options,
    });
  }

  root(name: string, files: number): string {
    const path = join(this.folder.path, name);
    mkdirSync(path);
    for (let index = 0; index < files; index += 1) writeFileSync(join(path, `file-${index}`), 'abc');
    this.roots.push(path);
    return path;
  }

  /** Resolves at the end of the sweep that runs now or next. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  get scanned(): readonly string[] {
    return this.line.scanned.map(({ path }) => path);
  }

  /** The causes of the sweeps that were begun, in order. */
  get causes(): readonly string[] {
    return this.states
      .filter(({ state }, index) => state === 'running' && this.states[index - 1]?.state !== 'running')
      .map(({ cause }) => cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sweep[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

describe('a sweep', () => {
  test('walks all roots one after the other at low priority, and says so when it is done', async () => {
    await using scene = new Scene({ now: () => 5_000_000 });
    const [one, two] = [scene.root('one', 2), scene.root('two', 1)];
    scene.sweep.request('a test');
    await scene.idle();
    expect(scene.scanned.toSorted()).toEqual([join(one, 'file-0'), join(one, 'file-1'), join(two, 'file-0')]);
    expect(new Set(scene.line.scanned.map(({ priority, origin }) => `${priority} ${origin}`))).toEqual(
      new Set(['low realtime']),
    );
    expect([scene.swept, scene.sweptAll]).toEqual([[one, two], 1]);
    expect(scene.sweep.state).toEqual({
      state: 'idle',
      cause: 'a test',
      files: 3,
      started_at: 5000,
      ended_at: 5000,
      next_at: 8600,
    });
  });

  test('finds names that are not UTF-8, and leaves out what is excluded', async () => {
    await using scene = new Scene({
      walkOptions: () => ({
        exclusions: createExclusions({ globs: ['*.tmp'], folders: [], extensions: [] }),
      }),
    });
    const root = scene.root('one', 0);
    const path = join(root, decodePath(Buffer.from([0x61, 0xff])));
    writeFileSync(encodePath(path), 'abc');
    writeFileSync(join(root, 'b.tmp'), 'abc');
    scene.sweep.request('a test');
    await scene.idle();
    expect(scene.scanned).toEqual([path]);
  });

  test('is one sweep for all that was asked for before it begins', async () => {
    await using scene = new Scene();
    const [one] = [scene.root('one', 1), scene.root('two', 1)];
    scene.sweep.request('first', one);
    scene.sweep.request('second');
    scene.sweep.request('third', one);
    await scene.idle();
    expect([scene.causes, scene.scanned.length, scene.sweptAll]).toEqual([['second'], 2, 1]);
  });

  test('takes the roots that were asked for alone, and is no sweep of everything', async () => {
    await using scene = new Scene();
    const [one, two, three] = [scene.root('one', 1), scene.root('two', 1), scene.root('three', 1)];
    scene.sweep.request('first', one);
    scene.sweep.request('second', three);
    scene.sweep.request('not watched', '/somewhere/else');
    await scene.idle();
    expect(scene.swept).toEqual([one, three]);
    expect(scene.scanned).not.toContain(join(two, 'file-0'));
    expect([scene.causes, scene.sweptAll]).toEqual([['first'], 0]);
  });

  test('runs alone: what is asked for meanwhile comes after it, and only then has everything been swept', async () => {
    await using scene = new Scene();
    scene.root('one', 1);
    const hold = Promise.withResolvers<void>();
    scene.line.hold = hold.promise;
    const begun = Promise.withResolvers<void>();
    scene.line.onScan = () => begun.resolve();
    scene.sweep.request('first');
    await begun.promise;
    scene.sweep.request('second');
    scene.sweep.request('third');
    expect([scene.causes, scene.scanned.length]).toEqual([['first'], 1]);
    hold.resolve();
    await scene.idle();
    // Something changed behind its back, or nobody would have asked.
    expect(scene.sweptAll).toBe(0);
    await scene.idle();
    expect([scene.causes, scene.scanned.length, scene.sweptAll]).toEqual([['first', 'third'], 2, 1]);
  });

  test('begins again when it is asked for at the very end of another one', async () => {
    await using scene = new Scene();
    scene.root('one', 1);
    scene.sweep.request('first');
    await scene.idle();
    // In the turns in which the first one ends, one after the other.
    for (let turn = 0; turn < 8; turn += 1) {
      for (let micro = 0; micro < turn; micro += 1) await Promise.resolve();
      const before = scene.scanned.length;
      scene.sweep.request(`turn ${turn}`);
      await scene.idle();
      expect(scene.scanned.length).toBe(before + 1);
    }
  });

  test('waits until events are quiet', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await using scene = new Scene();
    scene.root('one', 1);
    scene.isEventful = true;
    scene.sweep.request('a test');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(scene.causes).toEqual([]);
    scene.isEventful = false;
    const idle = scene.idle();
    await vi.advanceTimersByTimeAsync(250);
    await idle;
    expect(scene.scanned).toHaveLength(1);
  });

  test('does not wait for ever while events go on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await using scene = new Scene();
    scene.root('one', 1);
    scene.isEventful = true;
    scene.sweep.request('a test');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(scene.causes).toEqual([]);
    const idle = scene.idle();
    await vi.advanceTimersByTimeAsync(1500);
    await idle;
    expect(scene.scanned).toHaveLength(1);
  });

  test('comes by itself after the interval, again and again, and the interval can be changed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using scene = new Scene({ intervalMs: 60_000, now: () => 0 });
    scene.root('one', 1);
    expect(scene.sweep.state.next_at).toBe(60);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(scene.causes).toEqual([]);
    for (let turn = 1; turn <= 2; turn += 1) {
      const idle = scene.idle();
      await vi.advanceTimersByTimeAsync(turn === 1 ? 1000 : 60_000);
      await idle;
      expect(scene.causes.length).toBe(turn);
    }
    expect(scene.causes).toEqual(['regular sweep', 'regular sweep']);
    scene.sweep.configure({ intervalMs: 5000 });
    expect(scene.sweep.state.next_at).toBe(5);
    const idle = scene.idle();
    await vi.advanceTimersByTimeAsync(5000);
    await idle;
    expect(scene.causes).toHaveLength(3);
  });

  test('rests while it is paused, and goes on where it was', async () => {
    await using scene = new Scene();
    scene.root('one', 600);
    const first = Promise.withResolvers<void>();
    scene.line.onScan = () => {
      scene.sweep.pause();
      first.resolve();
    };
    scene.sweep.request('a test');
    await first.promise;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([scene.scanned.length, scene.sweep.state.state]).toEqual([256, 'paused']);
    scene.line.onScan = () => {};
    const idle = scene.idle();
    scene.sweep.resume();
    expect(scene.sweep.state.state).toBe('running');
    await idle;
    expect(new Set(scene.scanned).size).toBe(600);
    expect(scene.sweptAll).toBe(1);
  });

  test('that is asked for during a pause begins when the pause ends', async () => {
    await using scene = new Scene();
    scene.root('one', 1);
    scene.sweep.pause();
    scene.sweep.request('a test');
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([scene.sweep.state.state, scene.scanned]).toEqual(['paused', []]);
    const idle = scene.idle();
    scene.sweep.resume();
    await idle;
    expect(scene.scanned).toHaveLength(1);
  });

  test('stops in the middle, does not call that swept, and says that it runs no more', async () => {
    await using scene = new Scene();
    scene.root('one', 600);
    const first = Promise.withResolvers<void>();
    scene.line.onScan = () => first.resolve();
    scene.sweep.request('a test');
    await first.promise;
    await scene.sweep[Symbol.asyncDispose]();
    expect(scene.scanned.length).toBeLessThan(600);
    expect([scene.swept, scene.sweptAll, scene.sweep.state.state]).toEqual([[], 0, 'idle']);
    const before = scene.scanned.length;
    scene.sweep.request('after its end');
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(scene.scanned.length).toBe(before);
  });

  test('stops while it is paused', async () => {
    await using scene = new Scene();
    scene.root('one', 1);
    scene.sweep.pause();
    scene.sweep.request('a test');
    await scene.sweep[Symbol.asyncDispose]();
    expect([scene.scanned, scene.swept]).toEqual([[], []]);
  });

  test('that is stopped before it began never says that it ran', async () => {
    await using scene = new Scene();
    scene.root('one', 1);
    scene.isEventful = true;
    scene.sweep.request('a test');
    await scene.sweep[Symbol.asyncDispose]();
    expect([scene.causes, scene.scanned]).toEqual([[], []]);
  });

  test('goes on with the other roots when one vanishes', async () => {
    await using scene = new Scene();
    const [one, two, three] = [scene.root('one', 1), scene.root('two', 1), scene.root('three', 1)];
    rmSync(two, { recursive: true });
    scene.sweep.request('a test');
    await scene.idle();
    expect(scene.scanned).toEqual([join(one, 'file-0'), join(three, 'file-0')]);
    expect(scene.line.judgedPaths).toEqual([two]);
  });

  test('is none of everything when a root could not be walked to its end', async () => {
    let broken = '';
    await using scene = new Scene({
      eventsSinceMs: (root) => {
        if (root === broken) throw new Error('unlucky');
        return null;
      },
    });
    const [one, two] = [scene.root('one', 1), scene.root('two', 1)];
    broken = one;
    scene.sweep.request('a test');
    await scene.idle();
    expect([scene.swept, scene.sweptAll]).toEqual([[two], 0]);
    expect(scene.errors).toEqual([{ cause: 'unlucky', root: one }]);
  });

  test('that fails as a whole does not end those to come', async () => {
    let isBroken = true;
    await using scene = new Scene({
      roots: () => {
        if (isBroken) throw new Error('unlucky');
        return [];
      },
    });
    scene.sweep.request('first');
    await scene.idle();
    expect([scene.errors, scene.sweptAll]).toEqual([[{ cause: 'unlucky' }], 0]);
    isBroken = false;
    scene.sweep.request('second');
    await scene.idle();
    expect(scene.sweptAll).toBe(1);
  });
});
