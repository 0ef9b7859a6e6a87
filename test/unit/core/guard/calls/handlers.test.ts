import { describe, expect, test } from 'vitest';
import { nobodyWatches } from '../../../../../src/core/guard/calls/handlers.ts';
import { calls, type Handlers } from '../../../../../src/shared/contract.ts';
import { badRule } from '../samples.ts';
import { acting, CallsScene } from './calls-scene.ts';

const eve = { actor: 'user eve' } as const;

describe('without a Vedette that watches', () => {
  const live: readonly [string, (handlers: Handlers) => unknown][] = [
    ['protection.pause', (handlers) => handlers['protection.pause']({ seconds: 60, ...eve })],
    ['protection.resume', (handlers) => handlers['protection.resume'](eve)],
    ['sweep.start', (handlers) => handlers['sweep.start']({})],
    ['jobs.start', (handlers) => handlers['jobs.start']({ kind: 'quick', roots: [], ...eve })],
    ['jobs.pause', (handlers) => handlers['jobs.pause']({ id: 1, ...eve })],
    ['jobs.resume', (handlers) => handlers['jobs.resume']({ id: 1, ...eve })],
    ['jobs.cancel', (handlers) => handlers['jobs.cancel']({ id: 1, ...eve })],
  ];
  test.each(live)('%s says that it needs one, and how to start it', async (_name, ask) => {
    await using scene = await CallsScene.open();
    await expect(async () => await ask(scene.handlers)).rejects.toEqual(
      expect.objectContaining({ code: 'NOT_RUNNING', message: expect.stringContaining('vedette watch') }),
    );
    expect(scene.kinds).toEqual([]);
  });

  test('nobody is protected, and the status says so', async () => {
    await using scene = await CallsScene.open();
    expect(await scene.handlers.protection({})).toEqual(nobodyWatches);
    const status = await scene.handlers.status({});
    expect(calls.status.output.parse(status)).toMatchObject({
      data_folder: scene.dataDir,
      protection: { state: 'not_running' },
    });
  });

  test('scans are listed, and shown each; one that was running goes on with the next watch', async () => {
    await using scene = await CallsScene.open();
    const draft = {
      kind: 'quick',
      roots: ['/home'],
      schedule: null,
      createdAtMs: 1_800_000_000_000,
    } as const;
    const job = scene.desk.jobs.insert(draft);
    if (job === null) throw new Error('not kept');
    const known = { ...job, state: 'interrupted' };
    expect(await scene.handlers['jobs.list']({ limit: 10 })).toEqual({ jobs: [known], schedules: [] });
    expect(await scene.handlers['jobs.show']({ id: job.id })).toEqual(known);
    await expect(async () => await scene.handlers['jobs.show']({ id: 99 })).rejects.toEqual(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});

describe('the brake', () => {
  test('is shown, let go of once, and stays so for the next start', async () => {
    await using scene = await CallsScene.open();
    expect(await scene.handlers.brake({})).toEqual({ on: false, reason: '' });
    expect(await scene.handlers['brake.release'](eve)).toEqual({ was_on: false });
    scene.desk.brake.observe({
      signatures: [badRule.name],
      path: '/usr/bin/true',
      protectedAs: { kind: 'system', why: '' },
    });
    expect(await scene.handlers.brake({})).toMatchObject({ on: true, reason: expect.stringMatching(/\.$/) });
    expect(await scene.handlers['brake.release'](eve)).toEqual({ was_on: true });
    expect(await scene.handlers.brake({})).toEqual({ on: false, reason: '' });
    expect(scene.kinds).toEqual(['brake_off']);
  });

  test('lets go: what it kept from being moved is looked at again, once', async () => {
    await using scene = await CallsScene.open();
    const rescanned: string[] = [];
    scene.desk.rescan = (path) => rescanned.push(path) > 0;
    const { path } = scene.found('bad.exe');
    await scene.handlers['brake.release'](eve);
    expect(rescanned).toEqual([]);
    scene.desk.brake.observe({
      signatures: [badRule.name],
      path: '/usr/bin/true',
      protectedAs: { kind: 'system', why: '' },
    });
    await scene.handlers['brake.release'](eve);
    expect(rescanned).toEqual([path]);
  });
});

describe('the allow-list', () => {
  test('is in force for what was found before, and so is what is taken off it', async () => {
    await using scene = await CallsScene.open();
    const [one, two] = [scene.found('one', 'same content'), scene.found('two', 'same content')];
    const other = scene.found('other');
    await scene.handlers['findings.act']({ ids: [one.id], action: 'allow', ...acting });
    function statesOf() {
      return [one, two, other].map(({ id }) => scene.now(id).state);
    }
    expect(statesOf()).toEqual(['allowed', 'allowed', 'open']);
    await scene.handlers['allow.remove']({ ids: [1], ...eve });
    expect(statesOf()).toEqual(['open', 'open', 'open']);
    await scene.handlers['allow.add']({ kind: 'path', value: other.path, reason: '', ...eve });
    expect(statesOf()).toEqual(['open', 'open', 'allowed']);
  });

  test('is added to, listed and removed from, in the name of who asks', async () => {
    await using scene = await CallsScene.open();
    const draft = { kind: 'signature', value: 'bad_rule', reason: 'ours', ...eve } as const;
    const added = await scene.handlers['allow.add'](draft);
    expect(added).toMatchObject({ is_new: true, entry: { id: 1, value: 'bad_rule', author: 'user eve' } });
    expect(await scene.handlers['allow.add'](draft)).toEqual({ ...added, is_new: false });
    expect(await scene.handlers['allow.list']({})).toEqual({ entries: [added.entry] });
    expect(await scene.handlers['allow.remove']({ ids: [7, 1], ...eve })).toEqual({ removed: [added.entry] });
    expect(await scene.handlers['allow.list']({})).toEqual({ entries: [] });
    expect(scene.kinds).toEqual(['allowed', 'disallowed']);
  });
});

describe('the history', () => {
  test('is listed newest first, by kind, and verified', async () => {
    await using scene = await CallsScene.open();
    for (const value of ['one', 'two']) {
      await scene.handlers['allow.add']({ kind: 'signature', value, reason: '', ...eve });
    }
    await scene.handlers['allow.remove']({ ids: [1], ...eve });
    const { events } = await scene.handlers['history.list']({ kinds: ['allowed'], before: null, limit: 10 });
    expect(events.map(({ number, kind }) => [number, kind])).toEqual([
      [2, 'allowed'],
      [1, 'allowed'],
    ]);
    expect(await scene.handlers['history.verify']({})).toMatchObject({ intact: true, records: 3 });
  });
});
