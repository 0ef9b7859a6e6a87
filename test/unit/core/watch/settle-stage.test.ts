// What settles is offered once and after its last change; what never rests is offered now and then; memory has an end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Look, type SettleOutcome, SettleStage } from '../../../../src/core/watch/settle-stage.ts';

const settleMs = 300;
const settleMaxMs = 2000;
const stepMs = 20;
const root = '/root';

/** A folder of files whose clock is the test's. */
class Scene {
  readonly stage = new SettleStage({ settleMs, settleMaxMs, maxWaiting: 100 });
  readonly files = new Map<string, number>();
  readonly offers: { path: string; atMs: number; settled: boolean }[] = [];
  readonly outcomes: SettleOutcome[] = [];
  nowMs = 1_000_000;

  write(path: string, withEvent = true): void {
    this.files.set(path, this.nowMs);
    if (withEvent) this.stage.touch(path, root, false, this.nowMs, this.nowMs);
  }

  remove(path: string): void {
    this.files.delete(path);
    this.stage.touch(path, root, true, this.nowMs, this.nowMs);
  }

  pass(milliseconds: number): void {
    for (const endMs = this.nowMs + milliseconds; this.nowMs < endMs; this.nowMs += stepMs) this.turn();
  }

  turn(): void {
    for (const { path } of this.stage.takeDue(this.nowMs)) {
      const outcome = this.stage.judge(path, this.look(path), this.nowMs, this.nowMs);
      this.outcomes.push(outcome);
      if (outcome.kind === 'offer') this.offers.push({ path, atMs: this.nowMs, settled: outcome.settled });
    }
  }

  look(path: string): Look {
    const changedMs = this.files.get(path);
    if (changedMs === undefined) return { kind: 'gone' };
    return { kind: 'file', stamp: String(changedMs), restedMs: this.nowMs - changedMs };
  }
}

test('whatever happens, a file is offered after its last change, never twice within a settle time, and nothing is forgotten', () => {
  const deed = fc.record({
    path: fc.constantFrom('/root/a', '/root/b', '/root/c'),
    what: fc.constantFrom('write', 'write', 'silent', 'remove'),
    thenMs: fc.constantFrom(0, 20, 40, 200, 280, 300, 320, 500, 1500, 4000),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const scene = new Scene();
      const eventMs = new Map<string, number>();
      for (const { path, what, thenMs } of deeds) {
        if (what === 'remove') scene.remove(path);
        // A write through a mapping: no event, and only to what is there.
        else if (what === 'write' || scene.files.has(path)) scene.write(path, what === 'write');
        if (what !== 'silent') eventMs.set(path, scene.nowMs);
        scene.pass(thenMs);
      }
      scene.pass(5000);
      expect(scene.stage.size).toBe(0);
      for (const [path, lastEventMs] of eventMs) {
        const offers = scene.offers.filter((offer) => offer.path === path);
        for (const [index, offer] of offers.entries())
          expect(offer.atMs - (offers[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(settleMs);
        const last = offers.at(-1);
        const offeredInTheEnd = last?.settled === true && last.atMs >= lastEventMs + settleMs;
        expect(offeredInTheEnd || !scene.files.has(path)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

describe('a file', () => {
  test('written once is offered once, as soon as it rests, with the time of its first event', () => {
    const scene = new Scene();
    const firstMs = scene.nowMs;
    scene.write('/root/a');
    scene.pass(100);
    scene.write('/root/a');
    scene.pass(1000);
    expect(scene.offers).toEqual([{ path: '/root/a', atMs: firstMs + 100 + settleMs, settled: true }]);
    expect(scene.outcomes.at(-1)).toMatchObject({ eventAtMs: firstMs });
  });

  test('that came and went is nothing', () => {
    const scene = new Scene();
    scene.write('/root/a');
    scene.remove('/root/a');
    scene.pass(1000);
    expect(scene.offers).toEqual([]);
    expect(scene.stage.size).toBe(0);
  });

  test('written to all the time is offered after 1, 3 and 7 times the longest wait, and once more when it rests', () => {
    const scene = new Scene();
    const startMs = scene.nowMs;
    for (let turn = 0; turn < 750; turn += 1) {
      // 1000 writes a second.
      for (let write = 0; write < stepMs; write += 1) scene.write('/root/a');
      scene.pass(stepMs);
    }
    const lastMs = scene.nowMs - stepMs;
    scene.pass(1000);
    const [first, third, seventh, last, ...more] = scene.offers;
    expect([first, third, seventh].map((offer) => offer?.settled)).toEqual([false, false, false]);
    const times = [first, third, seventh].map((offer) => (offer?.atMs ?? 0) - startMs);
    expect(times).toEqual([settleMaxMs, 3 * settleMaxMs, 7 * settleMaxMs]);
    expect(last).toMatchObject({ settled: true, atMs: lastMs + settleMs });
    expect(more).toEqual([]);
  });

  test('that is written to through a mapping, without events, waits until its times rest', () => {
    const scene = new Scene();
    scene.write('/root/a');
    scene.pass(280);
    scene.write('/root/a', false);
    const lastMs = scene.nowMs;
    scene.pass(2000);
    expect(scene.offers).toHaveLength(1);
    expect(scene.offers[0]?.atMs).toBeGreaterThanOrEqual(lastMs + settleMs);
  });

  test('with times in the future is offered when two looks found it the same', () => {
    const scene = new Scene();
    scene.write('/root/a');
    scene.files.set('/root/a', scene.nowMs + 1e9);
    scene.pass(2 * settleMs + 2 * stepMs);
    expect(scene.offers).toMatchObject([{ settled: true }]);
  });
});

test('what is no file is offered without waiting for it to rest, and a folder is told of as one', () => {
  const stage = new SettleStage({ settleMs, settleMaxMs, maxWaiting: 10 });
  stage.touch('/root/fifo', root, true, 0, 5000);
  stage.touch('/root/folder', root, true, 1, 5001);
  stage.touch('/root/changed', root, false, 1, 5001);
  expect(stage.takeDue(400)).toHaveLength(3);
  expect([
    stage.judge('/root/fifo', { kind: 'special' }, 400, 5400),
    stage.judge('/root/folder', { kind: 'folder' }, 400, 5400),
    stage.judge('/root/changed', { kind: 'folder' }, 400, 5400),
  ]).toEqual([
    { kind: 'offer', eventAtMs: 5000, settled: true },
    { kind: 'folder', appearedAtMs: 1 },
    { kind: 'folder', appearedAtMs: null },
  ]);
});

test('more paths than there is room for are refused, and those that wait are not touched by it', () => {
  const stage = new SettleStage({ settleMs, settleMaxMs, maxWaiting: 2 });
  const taken = ['a', 'b', 'c', 'a'].map((path) => stage.touch(path, root, false, 0, 0));
  expect(taken).toEqual([true, true, false, true]);
  expect(stage.size).toBe(2);
});

test('other times hold at once for what waits already', () => {
  const stage = new SettleStage({ settleMs: 60_000, settleMaxMs: 60_000, maxWaiting: 10 });
  stage.touch('/root/a', root, false, 0, 0);
  stage.setTimes({ settleMs: 50, settleMaxMs: 100 });
  expect(stage.takeDue(60).map(({ path }) => path)).toEqual(['/root/a']);
});
