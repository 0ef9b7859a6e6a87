import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../../../src/core/files/raw-path.ts';
import type { Judgement } from '../../../../src/shared/verdict.ts';
import { DeskScene } from './desk-scene.ts';
import { badRule, clean, identityAt, infected } from './samples.ts';

const protectedFile = { kind: 'system', why: 'It belongs to the operating system (/usr).' } as const;

async function findMany(scene: DeskScene, count: number, from = 0) {
  const paths = Array.from({ length: count }, (_none, index) => scene.write(`bad-${from + index}`));
  await Promise.all(paths.map((path) => scene.responder.handle(scene.outcome(path))));
  return paths;
}

/** As on a file system that gives another inode number at every look. */
function neverThat(inode: number) {
  return { identity: identityAt(1000, inode) };
}

function withSeverity(kind: 'infected' | 'suspicious', severity: 'low' | 'medium' | 'high'): Judgement {
  return { kind, detections: [{ ...badRule, severity }] };
}

describe('what is found', () => {
  test('is moved into the vault, written down and told', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path));
    const [record] = scene.vault.list();
    expect(scene.isThere(path)).toBe(false);
    expect(scene.all).toMatchObject([
      { path, state: 'quarantined', vault_id: record?.id, note: 'Quarantined.' },
    ]);
    expect(scene.kinds).toEqual(['detection', 'quarantined']);
    expect(scene.told).toEqual([{ id: 1, toldAs: 'quarantined', note: 'Quarantined.' }]);
    expect(scene.fed.map(({ state }) => state)).toEqual(['open', 'quarantined']);
  });

  test.runIf(process.platform === 'linux')('is moved by a name that is not UTF-8', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write(decodePath(Buffer.from([0x62, 0xff])));
    await scene.responder.handle(scene.outcome(path));
    expect(scene.isThere(path)).toBe(false);
    expect(scene.vault.list()).toMatchObject([{ path }]);
    expect(scene.notes[1]?.text).toContain(String.raw`/b\xff was quarantined (bad_rule).`);
  });

  test('is left where it is and asked about when the settings say so, once', async () => {
    await using scene = await DeskScene.open();
    scene.action = 'ask';
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path));
    await scene.responder.handle(scene.outcome(path));
    expect(scene.isThere(path)).toBe(true);
    const note = 'The settings say that you are asked first.';
    expect(scene.all).toMatchObject([{ state: 'open', note }]);
    expect(scene.told).toEqual([{ id: 1, toldAs: 'ask', note }]);
    expect(scene.kinds).toEqual(['detection']);
  });

  test('is only reported when the settings say so', async () => {
    await using scene = await DeskScene.open();
    scene.action = 'notify';
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path));
    expect([scene.isThere(path), scene.told.map(({ toldAs }) => toldAs)]).toEqual([true, ['report']]);
  });

  test.each([
    ['infected', 'low', 'report'],
    ['infected', 'medium', 'ask'],
    ['suspicious', 'high', 'ask'],
  ] as const)('and is %s of %s severity is not moved without a person', async (kind, severity, toldAs) => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path, withSeverity(kind, severity)));
    expect([scene.isThere(path), scene.told[0]?.toldAs]).toEqual([true, toldAs]);
    expect(scene.all).toMatchObject([{ state: 'open', note: scene.told[0]?.note }]);
    expect(scene.all[0]?.note).not.toBe('');
  });

  test('is nothing when nothing was found', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('good.exe');
    await scene.responder.handle(scene.outcome(path, clean));
    expect([scene.all, scene.notes, scene.isThere(path)]).toEqual([[], [], true]);
  });

  test('and belongs to the system is never moved, and stops automatic quarantine', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('libc.so');
    scene.protectedFiles.set(path, protectedFile);
    await scene.responder.handle(scene.outcome(path));
    expect(scene.isThere(path)).toBe(true);
    expect(scene.brakeReasons).toHaveLength(1);
    expect(scene.told[0]).toMatchObject({ toldAs: 'ask', note: expect.stringContaining(protectedFile.why) });
  });

  test('for somebody who asked has that name in the history, and what the policy does about it is its own', async () => {
    await using scene = await DeskScene.open();
    await scene.responder.handle(scene.outcome(scene.write('bad.exe')), { actor: 'api pipeline' });
    expect(scene.notes.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['detection', 'api pipeline'],
      ['quarantined', 'policy'],
    ]);
  });

  test('by a job belongs to that job', async () => {
    await using scene = await DeskScene.open();
    scene.action = 'ask';
    await scene.responder.handle(scene.outcome(scene.write('one')), { jobId: 7 });
    await scene.responder.handle(scene.outcome(scene.write('two', 'other')));
    const { findings } = scene.findings.list({ states: [], job: 7, before: null, limit: 10 });
    expect(findings.map(({ id }) => id)).toEqual([1]);
  });
});

describe('the same file twice at once', () => {
  test('is moved once and found once', async () => {
    await using scene = await DeskScene.open();
    const outcome = scene.outcome(scene.write('bad.exe'));
    await Promise.all([scene.responder.handle(outcome), scene.responder.handle(outcome, { jobId: 7 })]);
    expect(scene.kinds).toEqual(['detection', 'quarantined']);
    expect(scene.all).toMatchObject([{ state: 'quarantined' }]);
    expect([scene.told.length, scene.vault.list().length]).toEqual([1, 1]);
  });

  test('is found once when a person moved it while a sweep scanned it', async () => {
    await using scene = await DeskScene.open();
    scene.action = 'ask';
    const outcome = scene.outcome(scene.write('bad.exe'));
    await scene.responder.handle(outcome);
    await scene.desk.quarantine(scene.now({ id: 1 }), 'user eve', false);
    await scene.responder.handle(outcome);
    expect(scene.all).toMatchObject([{ state: 'quarantined' }]);
    expect(scene.told).toHaveLength(1);
  });

  test('but by its other name is another file: it is scanned again, and moved', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    const other = join(scene.files, 'other.exe');
    linkSync(path, other);
    const [one, two] = [scene.outcome(path), scene.outcome(other)];
    await Promise.all([scene.responder.handle(one), scene.responder.handle(two)]);
    expect(scene.rescanned).toEqual([other]);
    await scene.responder.handle(scene.outcome(other, infected, { origin: 'rescan' }));
    expect([scene.isThere(path), scene.isThere(other)]).toEqual([false, false]);
    expect(scene.all.filter(({ state }) => state === 'quarantined').map((each) => each.path)).toEqual([
      path,
      other,
    ]);
    expect(scene.notes.find(({ kind }) => kind === 'quarantined')?.text).toContain(
      '1 other name of the same file is still there.',
    );
  });

  test('is found anew when it is written again', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path));
    scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path));
    expect(scene.vault.list()).toHaveLength(2);
    expect(scene.told).toHaveLength(2);
  });
});

describe('the brake', () => {
  test('stops in the middle of a burst: the file that trips it stays, and so do those after it', async () => {
    await using scene = await DeskScene.open({ brakeDetections: 5 });
    const paths = await findMany(scene, 8);
    expect(paths.map((path) => scene.isThere(path))).toEqual([
      ...Array.from({ length: 4 }, () => false),
      ...Array.from({ length: 4 }, () => true),
    ]);
    expect(scene.brakeReasons).toEqual([
      'Automatic quarantine has stopped: the signature bad_rule flagged 5 files within 60 seconds.',
    ]);
    expect(scene.told.map(({ toldAs }) => toldAs)).toEqual([
      ...Array.from({ length: 4 }, () => 'quarantined'),
      ...Array.from({ length: 4 }, () => 'ask'),
    ]);
    expect(scene.findings.openCount()).toBe(4);
  });

  test('lets go when a person says so: what stayed is moved when it is met again', async () => {
    await using scene = await DeskScene.open({ brakeDetections: 5 });
    const paths = await findMany(scene, 8);
    expect(scene.brake.release('user eve')).not.toBeNull();
    for (const path of paths.slice(4)) await scene.responder.handle(scene.outcome(path));
    expect(paths.map((path) => scene.isThere(path))).not.toContain(true);
    expect(scene.findings.openCount()).toBe(0);
  });

  test('also stops what was found before, when the settings begin to move it', async () => {
    await using scene = await DeskScene.open({ brakeDetections: 5 });
    scene.action = 'ask';
    const paths = await findMany(scene, 8);
    expect(scene.brakeReasons).toEqual([]);
    scene.action = 'quarantine';
    for (const path of paths) await scene.responder.handle(scene.outcome(path));
    expect(paths.filter((path) => scene.isThere(path))).toHaveLength(4);
    expect(scene.brakeReasons).toHaveLength(1);
  });

  test('does not count again what every sweep meets and nobody can move', async () => {
    await using scene = await DeskScene.open({ brakeDetections: 5, noVault: 'the key is gone' });
    const paths: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      paths.push(...(await findMany(scene, 1, index)));
      scene.nowMs += 120_000;
    }
    for (const path of paths) {
      // Touched, and so another file with the same finding.
      writeFileSync(path, 'bad content');
      await scene.responder.handle(scene.outcome(path));
    }
    expect(scene.brake.state.on).toBe(false);
    expect(scene.all).toHaveLength(8);
  });

  test('does not count what a person left alone, nor what is allowed, reported or asked about', async () => {
    await using scene = await DeskScene.open({ brakeDetections: 2 });
    const dismissed = [scene.found('one'), scene.found('two'), scene.found('three')];
    for (const finding of dismissed) scene.desk.dismiss(finding, 'user eve');
    for (const { path } of dismissed) await scene.responder.handle(scene.outcome(path));
    for (const name of ['low-1', 'low-2', 'low-3']) {
      await scene.responder.handle(scene.outcome(scene.write(name), withSeverity('infected', 'low')));
    }
    scene.action = 'ask';
    await findMany(scene, 3);
    scene.action = 'quarantine';
    scene.allow.add({ kind: 'signature', value: 'bad_rule', reason: '', author: 'user eve' });
    await findMany(scene, 3, 3);
    expect(scene.brake.state.on).toBe(false);
  });
});

describe('a file that cannot be moved', () => {
  test('stays open, and that is written down once and told once, however often it is met', async () => {
    await using scene = await DeskScene.open({ noVault: 'the key is gone' });
    const path = scene.write('bad.exe');
    for (let turn = 0; turn < 3; turn += 1) await scene.responder.handle(scene.outcome(path));
    const note = 'active – quarantine failed: the key is gone';
    expect(scene.kinds).toEqual(['detection', 'quarantine_failed']);
    expect(scene.all).toMatchObject([{ state: 'open', note }]);
    expect(scene.told).toEqual([{ id: 1, toldAs: 'failed', note }]);
    expect(scene.isThere(path)).toBe(true);
  });

  test('because it changed is scanned again, and is no open finding meanwhile', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    const outcome = scene.outcome(path);
    scene.write('bad.exe', 'something else altogether');
    await scene.responder.handle(outcome);
    expect([scene.isThere(path), scene.rescanned]).toEqual([true, [path]]);
    expect(scene.all).toMatchObject([
      { state: 'gone', note: expect.stringContaining('has to be scanned again') },
    ]);
    expect(scene.vault.list()).toEqual([]);
  });

  test('because it is never the one that was scanned is not scanned round and round', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    await scene.responder.handle(scene.outcome(path, infected, neverThat(1)));
    expect(scene.rescanned).toEqual([path]);
    for (let inode = 2; inode < 6; inode += 1) {
      const again = scene.outcome(path, infected, { ...neverThat(inode), origin: 'rescan' });
      await scene.responder.handle(again);
    }
    expect(scene.rescanned).toEqual([path]);
    expect(scene.findings.openCount()).toBe(1);
    expect(scene.kinds).toEqual(['detection', 'detection', 'quarantine_failed']);
  });

  test('because it is gone is no open finding any more', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    const outcome = scene.outcome(path);
    rmSync(path);
    await scene.responder.handle(outcome);
    expect(scene.all).toMatchObject([{ state: 'gone', note: 'The file is no longer there.' }]);
  });
});

describe('what a person has decided', () => {
  test('holds: what was dismissed is neither moved nor told of, until it changes', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    scene.desk.dismiss(finding, 'user eve');
    await scene.responder.handle(scene.outcome(finding.path));
    expect([scene.now(finding).state, scene.told, scene.isThere(finding.path)]).toEqual([
      'dismissed',
      [],
      true,
    ]);
    scene.write('bad.exe', 'worse content');
    await scene.responder.handle(scene.outcome(finding.path));
    expect([scene.told.length, scene.isThere(finding.path)]).toEqual([1, false]);
  });

  test('holds: what is allowed is kept as such, and is open again when it is allowed no longer', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    const { sha256 } = scene.outcome(path).verdict;
    const { entry } = scene.allow.add({
      kind: 'hash',
      value: sha256 ?? '',
      reason: 'ours',
      author: 'user eve',
    });
    await scene.responder.handle(scene.outcome(path));
    expect(scene.all).toMatchObject([{ state: 'allowed', note: 'Allowed by user eve.' }]);
    expect([scene.told, scene.isThere(path)]).toEqual([[], true]);
    scene.action = 'ask';
    scene.allow.remove([entry.id], 'user eve');
    await scene.responder.handle(scene.outcome(path));
    expect(scene.all).toMatchObject([{ id: 1, state: 'open' }]);
    scene.action = 'quarantine';
    await scene.responder.handle(scene.outcome(path));
    expect(scene.all).toMatchObject([{ id: 1, state: 'quarantined' }]);
  });
});

describe('nobody waits in vain', () => {
  test('one failure is logged, and the next finding is dealt with', async () => {
    await using scene = await DeskScene.open();
    const [path, other] = [scene.write('bad.exe'), scene.write('other.exe')];
    let isFirst = true;
    scene.afterStep = async (step) => {
      if (step !== 'intent' || !isFirst) return;
      isFirst = false;
      throw new TypeError('a bug');
    };
    await Promise.all([
      scene.responder.handle(scene.outcome(path)),
      scene.responder.handle(scene.outcome(other)),
    ]);
    expect(scene.logged).toEqual([{ cause: 'a bug' }]);
    expect([scene.isThere(path), scene.isThere(other)]).toEqual([true, false]);
  });

  test('the end waits for a move that is under way', async () => {
    await using scene = await DeskScene.open();
    const hold = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    scene.afterStep = async (step) => {
      if (step !== 'stored') return;
      begun.resolve();
      await hold.promise;
    };
    const path = scene.write('bad.exe');
    void scene.responder.handle(scene.outcome(path));
    await begun.promise;
    const settled = scene.responder.settled();
    const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
    expect(await Promise.race([settled, turn])).toBe('waits');
    hold.resolve();
    await settled;
    expect(scene.all).toMatchObject([{ state: 'quarantined' }]);
  });

  test('nothing is decided while something else must not be disturbed, and what that was is handed back', async () => {
    await using scene = await DeskScene.open();
    const path = scene.write('bad.exe');
    const outcome = scene.outcome(path);
    const hold = Promise.withResolvers<string>();
    const held = scene.responder.hold(() => hold.promise);
    const handled = scene.responder.handle(outcome);
    const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
    expect(await Promise.race([handled, turn])).toBe('waits');
    expect(scene.all).toEqual([]);
    hold.resolve('done');
    expect(await held).toBe('done');
    await handled;
    expect(scene.isThere(path)).toBe(false);
    const moved = scene.responder.handle(scene.outcome(scene.write('bad.exe')));
    // It begins when what came before it is over.
    expect(await scene.responder.hold(async () => scene.isThere(path))).toBe(false);
    await moved;
    await expect(scene.responder.hold(() => Promise.reject(new Error('unlucky')))).rejects.toThrow('unlucky');
    await scene.responder.handle(scene.outcome(scene.write('other.exe')));
    expect(scene.vault.list()).toHaveLength(3);
  });

  test('what waits at the end is not begun any more', async () => {
    await using scene = await DeskScene.open();
    const [path, other] = [scene.write('bad.exe'), scene.write('other.exe')];
    const begun = Promise.withResolvers<void>();
    scene.afterStep = async () => begun.resolve();
    void scene.responder.handle(scene.outcome(path));
    void scene.responder.handle(scene.outcome(other));
    await begun.promise;
    await scene.responder.close();
    expect([scene.isThere(path), scene.isThere(other)]).toEqual([false, true]);
    expect(scene.all).toMatchObject([{ path, state: 'quarantined' }]);
  });

  test('a person is told although the database takes and answers nothing', async () => {
    await using scene = await DeskScene.open();
    scene.action = 'ask';
    const path = scene.write('bad.exe');
    const outcome = scene.outcome(path);
    scene.slot.takesNothing = true;
    scene.slot.answersNothing = true;
    await scene.responder.handle(outcome);
    expect(scene.told.map(({ toldAs }) => toldAs)).toEqual(['ask']);
    expect(scene.fed).toMatchObject([{ path, state: 'open' }]);
    expect(scene.kinds).toEqual(['detection']);
  });
});
