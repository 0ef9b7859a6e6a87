import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { HashLookup } from '../../../../src/core/engines/hash-lists.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type {
  FromHashListThread,
  ToHashListThread,
} from '../../../../src/core/service/hash-list-protocol.ts';
import { HashListThread, type Thread } from '../../../../src/core/service/hash-list-thread.ts';

const unknown: HashLookup = { kind: 'unknown' };
const loadMessage = { kind: 'load', knownBad: ['/bad'], knownGood: [] };

class FakeThread extends EventEmitter implements Thread {
  readonly heard: ToHashListThread[] = [];
  isEnded = false;

  postMessage(message: ToHashListThread): void {
    this.heard.push(message);
  }

  terminate(): Promise<void> {
    this.isEnded = true;
    return Promise.resolve();
  }

  say(message: FromHashListThread): void {
    this.emit('message', message);
  }
}

class Scene implements Disposable {
  readonly threads: FakeThread[] = [];
  readonly lists = new HashListThread({
    paths: { knownBad: ['/bad'], knownGood: [] },
    logger: silentLogger,
    start: () => {
      this.threads.push(new FakeThread());
      return this.thread;
    },
  });

  get thread(): FakeThread {
    const last = this.threads.at(-1);
    if (last === undefined) throw new Error('no thread was started');
    return last;
  }

  [Symbol.dispose](): void {
    this.lists[Symbol.dispose]();
  }
}

function named(name: string): HashLookup {
  return { kind: 'bad', name };
}

describe('the thread with the hash lists', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is asked once for all questions of a turn, and each gets its own answers', async () => {
    using scene = new Scene();
    const { lists, thread } = scene;
    const [first, second, third] = [lists.ask(['a']), lists.ask(['b', 'c']), lists.ask(['d'])];
    await nextTurn();
    expect(thread.heard).toEqual([loadMessage, { kind: 'ask', id: 1, sha256s: ['a', 'b', 'c', 'd'] }]);
    thread.say({ kind: 'loaded' });
    thread.say({ kind: 'answers', id: 1, answers: [named('A'), unknown, named('C'), unknown] });
    expect([await first, await second, await third]).toEqual([
      [named('A')],
      [unknown, named('C')],
      [unknown],
    ]);
    expect(lists.isSilent).toBe(false);
  });

  test.each([
    ['busy', 1000],
    ['reading', 5000],
  ])('that is %s is waited for %i ms, and only once', async (state, waitMs) => {
    using scene = new Scene();
    const { lists, thread } = scene;
    if (state === 'busy') thread.say({ kind: 'loaded' });
    vi.useFakeTimers();
    const outcomes: unknown[] = [];
    void Promise.resolve(lists.ask(['a'])).then((answers) => outcomes.push(answers));
    // The question goes out in the next turn, and its time begins then.
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect([outcomes, lists.isSilent]).toEqual([[], false]);
    await vi.advanceTimersByTimeAsync(1);
    // Who asks later goes without.
    expect([outcomes, lists.ask(['b']), lists.isSilent]).toEqual([[null], null, true]);
    vi.useRealTimers();
    thread.say({ kind: 'loaded' });
    const again = lists.ask(['c']);
    await nextTurn();
    // The answer to a question that was given up is nobody's.
    thread.say({ kind: 'answers', id: 1, answers: [named('A')] });
    thread.say({ kind: 'answers', id: 2, answers: [named('C')] });
    expect([await again, lists.isSilent]).toEqual([[named('C')], false]);
  });

  test('that could not read the lists is not asked before they are read again', async () => {
    using scene = new Scene();
    const { lists, thread } = scene;
    thread.say({ kind: 'not_loaded', cause: 'line 3' });
    expect([lists.ask(['a']), lists.isSilent]).toEqual([null, true]);
    lists.reload();
    expect(thread.heard).toEqual([loadMessage, loadMessage]);
    const answer = lists.ask(['a']);
    await nextTurn();
    thread.say({ kind: 'answers', id: 1, answers: null });
    expect(await answer).toBeNull();
  });

  test('is asked of the lists of before what was asked before they changed', async () => {
    using scene = new Scene();
    const before = scene.lists.ask(['a']);
    scene.lists.reload();
    const after = scene.lists.ask(['b']);
    await nextTurn();
    expect(scene.thread.heard).toEqual([
      loadMessage,
      { kind: 'ask', id: 1, sha256s: ['a'] },
      loadMessage,
      { kind: 'ask', id: 2, sha256s: ['b'] },
    ]);
    scene.thread.say({ kind: 'answers', id: 1, answers: [unknown] });
    scene.thread.say({ kind: 'answers', id: 2, answers: [named('B')] });
    expect([await before, await after]).toEqual([[unknown], [named('B')]]);
  });

  test('that died leaves nobody waiting, and is started again after a while', async () => {
    using scene = new Scene();
    const { lists, thread } = scene;
    const sent = lists.ask(['a']);
    await nextTurn();
    const unsent = lists.ask(['b']);
    vi.useFakeTimers({ toFake: ['performance'] });
    thread.emit('exit');
    expect([await sent, await unsent, lists.ask(['c']), lists.isSilent]).toEqual([null, null, null, true]);
    expect(scene.threads).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    const again = lists.ask(['d']);
    await nextTurn();
    expect(scene.threads).toHaveLength(2);
    scene.thread.say({ kind: 'answers', id: 2, answers: [named('D')] });
    expect([await again, lists.isSilent]).toEqual([[named('D')], false]);
  });

  test('is asked about no more than a bounded number at a time', () => {
    using scene = new Scene();
    const many = Array.from({ length: 60_000 }, (_, number) => `${number}`);
    expect(scene.lists.ask(many)).toBeInstanceOf(Promise);
    expect(scene.lists.ask(many)).toBeNull();
  });

  test('ends with those who ask it, and is not started again', async () => {
    const scene = new Scene();
    const answer = scene.lists.ask(['a']);
    scene[Symbol.dispose]();
    scene.lists.reload();
    expect([await answer, scene.thread.isEnded, scene.threads.length]).toEqual([null, true, 1]);
  });
});
