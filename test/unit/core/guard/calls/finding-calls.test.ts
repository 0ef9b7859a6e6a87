import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { acting, CallsScene } from './calls-scene.ts';

const all = { states: [], job: null, before: null, limit: 100 };

describe('the list of findings', () => {
  test('shows none whose file is gone as open', async () => {
    await using scene = await CallsScene.open();
    const [gone, there] = [scene.found('gone'), scene.found('there')];
    rmSync(gone.path);
    const open = await scene.handlers['findings.list']({ ...all, states: ['open'] });
    expect(open).toEqual({ findings: [scene.now(there.id)], total: 1 });
    const { findings } = await scene.handlers['findings.list'](all);
    expect(findings.map(({ id, state }) => [id, state])).toEqual([
      [there.id, 'open'],
      [gone.id, 'gone'],
    ]);
  });

  test('comes in pages', async () => {
    await using scene = await CallsScene.open();
    for (const name of ['one', 'two', 'three']) scene.found(name);
    const first = await scene.handlers['findings.list']({ ...all, limit: 2 });
    const second = await scene.handlers['findings.list']({ ...all, limit: 2, before: 2 });
    expect([first, second].map(({ findings }) => findings.map(({ id }) => id))).toEqual([[3, 2], [1]]);
    expect(first.total).toBe(3);
  });
});

describe('acting on findings', () => {
  test('gives each its own outcome, and those after a failure are done too', async () => {
    await using scene = await CallsScene.open();
    const [one, gone, three] = [scene.found('one'), scene.found('gone'), scene.found('three')];
    rmSync(gone.path);
    const ids = [one.id, 99, gone.id, three.id, one.id];
    const { outcomes } = await scene.handlers['findings.act']({ ids, action: 'quarantine', ...acting });
    expect(outcomes).toMatchObject([
      { id: one.id, ok: true, needs_confirmation: false, path: one.path },
      { id: 99, ok: false, text: expect.stringContaining('There is no finding 99'), path: null },
      { id: gone.id, ok: false, text: 'The file is no longer there.', path: gone.path },
      { id: three.id, ok: true, path: three.path },
    ]);
    expect(outcomes).toHaveLength(4);
    expect([one, gone, three].map(({ id }) => scene.now(id).state)).toEqual([
      'quarantined',
      'gone',
      'quarantined',
    ]);
    expect([scene.isThere(one.path), scene.isThere(three.path)]).toEqual([false, false]);
  });

  test('allows by content, with the reason and the name of who decided', async () => {
    await using scene = await CallsScene.open();
    const { id, sha256 } = scene.found('mine');
    const asked = { ids: [id], action: 'allow' as const, ...acting, reason: 'my own' };
    expect(await scene.handlers['findings.act'](asked)).toMatchObject({ outcomes: [{ id, ok: true }] });
    expect(scene.desk.allow.list()).toMatchObject([
      { kind: 'hash', value: sha256, reason: 'my own', author: 'user eve' },
    ]);
    expect(scene.now(id).state).toBe('allowed');
    expect(scene.kinds).toEqual(['detection', 'allowed']);
  });

  test('leaves alone what is to be left alone', async () => {
    await using scene = await CallsScene.open();
    const { id, path } = scene.found('mine');
    const asked = { ids: [id], action: 'dismiss' as const, ...acting };
    expect(await scene.handlers['findings.act'](asked)).toMatchObject({ outcomes: [{ id, ok: true }] });
    expect([scene.now(id).state, scene.isThere(path)]).toEqual(['dismissed', true]);
  });

  test('asks again before it moves a file of Vedette itself', async () => {
    await using scene = await CallsScene.open();
    const { id, path } = scene.found('../data/history.head');
    const asked = { ids: [id], action: 'quarantine' as const, ...acting };
    const { outcomes } = await scene.handlers['findings.act'](asked);
    expect(outcomes).toMatchObject([{ id, ok: false, needs_confirmation: true, path }]);
    expect(scene.isThere(path)).toBe(true);
  });
});
