import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../../../src/core/files/raw-path.ts';
import { DeskScene } from './desk-scene.ts';

const protectedFile = { kind: 'own', why: 'It belongs to Vedette itself (its program folder).' } as const;

describe('a person quarantines', () => {
  test('a finding, and it is in the vault in that name', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    const acted = await scene.desk.quarantine(finding, 'user eve', false);
    const [record] = scene.vault.list();
    expect(acted).toEqual({ ok: true, text: `Quarantined as ${record?.id.slice(0, 8)}.` });
    expect(scene.now(finding)).toMatchObject({ state: 'quarantined', vault_id: record?.id });
    expect(scene.notes.at(-1)).toEqual({
      kind: 'quarantined',
      actor: 'user eve',
      text: `${finding.path} was quarantined (bad_rule).`,
      path: finding.path,
      details: { finding: finding.id, vault: record?.id, sha256: finding.sha256 },
    });
    expect(await scene.desk.quarantine(scene.now(finding), 'user eve', false)).toEqual({
      ok: false,
      text: 'It is quarantined already.',
    });
  });

  test('a file of the system or of Vedette only with a second word', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    scene.protectedFiles.set(finding.path, protectedFile);
    expect(await scene.desk.quarantine(finding, 'user eve', false)).toEqual({
      ok: false,
      text: `${protectedFile.why} Confirm it to move it all the same.`,
      needsConfirmation: true,
    });
    expect([scene.isThere(finding.path), scene.kinds]).toEqual([true, ['detection']]);
    expect((await scene.desk.quarantine(finding, 'user eve', true)).ok).toBe(true);
    expect(scene.isThere(finding.path)).toBe(false);
  });

  test('what was left alone before', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    scene.desk.dismiss(finding, 'user eve');
    expect((await scene.desk.quarantine(scene.now(finding), 'user eve', false)).ok).toBe(true);
    expect(scene.now(finding).state).toBe('quarantined');
  });

  test('and the policy at the same time: it is in the vault once, and says so', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    const acted = await Promise.all([
      scene.desk.quarantine(finding, 'policy', false),
      scene.desk.quarantine(finding, 'user eve', false),
    ]);
    expect(acted.map(({ ok, text }) => (ok ? 'moved' : text))).toEqual([
      'moved',
      'It is quarantined already.',
    ]);
    expect(scene.now(finding).state).toBe('quarantined');
    expect(scene.kinds).toEqual(['detection', 'quarantined']);
  });

  test('nothing that became another file', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    scene.write('bad.exe', 'my thesis');
    const acted = await scene.desk.quarantine(finding, 'user eve', false);
    expect(acted).toEqual({ ok: false, text: expect.stringContaining('It has to be scanned again.') });
    expect([scene.isThere(finding.path), scene.rescanned]).toEqual([true, [finding.path]]);
    expect(scene.now(finding)).toMatchObject({ state: 'gone', note: acted.text });
  });

  test('nothing that became another file, which stays open where nobody can look at it', async () => {
    await using scene = await DeskScene.open();
    scene.canScan = false;
    const finding = scene.found('bad.exe');
    chmodSync(finding.path, 0o711);
    const { text } = await scene.desk.quarantine(finding, 'user eve', false);
    expect(scene.now(finding)).toMatchObject({ state: 'open', note: text });
    expect(scene.isThere(finding.path)).toBe(true);
  });

  test('nothing that really lies in a folder of the system, whatever link leads there', async () => {
    await using scene = await DeskScene.open();
    mkdirSync(join(scene.files, 'system'));
    symlinkSync(join(scene.files, 'system'), join(scene.files, 'link'));
    const finding = scene.found('link/libc.so');
    const real = join(scene.files, 'system', 'libc.so');
    scene.protectedFiles.set(real, protectedFile);
    const acted = await scene.desk.quarantine(finding, 'user eve', false);
    expect([acted.ok, scene.isThere(real)]).toEqual([false, true]);
  });

  test('nothing that is not there any more', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    rmSync(finding.path);
    const text = 'The file is no longer there.';
    expect(await scene.desk.quarantine(finding, 'user eve', false)).toEqual({ ok: false, text });
    expect(scene.now(finding)).toMatchObject({ state: 'gone', note: text });
  });

  test('and hears why it could not be moved; it is told once for each reason', async () => {
    await using scene = await DeskScene.open({ noVault: 'the key is gone' });
    const [one, two] = [scene.found('one'), scene.found('two')];
    for (const finding of [one, two, one]) {
      expect(await scene.desk.quarantine(finding, 'user eve', false)).toEqual({
        ok: false,
        text: 'Could not be moved: the key is gone',
      });
    }
    expect(scene.now(one)).toMatchObject({
      state: 'open',
      note: 'active – quarantine failed: the key is gone',
    });
    expect(scene.kinds.slice(2)).toEqual(['quarantine_failed', 'quarantine_failed']);
    expect(scene.notes.at(-1)).toMatchObject({ path: two.path, details: { finding: two.id } });
  });

  test('no file of the data folder', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('../data/own');
    const acted = await scene.desk.quarantine(finding, 'user eve', true);
    expect(acted.ok).toBe(false);
    expect(scene.isThere(finding.path)).toBe(true);
  });
});

describe('a person allows a finding', () => {
  test('by its content', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('mine.exe');
    expect(scene.desk.allow(finding, 'user eve', 'my own')).toEqual({
      ok: true,
      text: 'Allowed by its content (entry 1); undo: vedette allow remove 1',
    });
    expect(scene.allow.list()).toMatchObject([
      { kind: 'hash', value: finding.sha256, reason: 'my own', author: 'user eve' },
    ]);
    expect(scene.now(finding)).toMatchObject({ state: 'allowed', note: 'Allowed by user eve: my own' });
    expect(scene.kinds).toEqual(['detection', 'allowed']);
  });

  test('by its place where its content is not known', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found(decodePath(Buffer.from([0x62, 0xff])), { sha256: null });
    expect(scene.desk.allow(finding, 'user eve', '').text).toContain('Allowed by its place');
    expect(scene.allow.list()).toMatchObject([{ kind: 'path', value: finding.path }]);
    expect(scene.now(finding).note).toBe('Allowed by user eve.');
  });

  test('that is in quarantine, and it stays there until it is restored', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('mine.exe');
    await scene.desk.quarantine(finding, 'policy', false);
    const acted = scene.desk.allow(scene.now(finding), 'user eve', '');
    expect(acted).toMatchObject({ ok: true, text: expect.stringContaining('It is in quarantine still.') });
    expect(scene.now(finding).state).toBe('quarantined');
    expect(scene.allow.list()).toHaveLength(1);
  });
});

describe('a person leaves a finding alone', () => {
  test('once, and that is written down', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('mine.exe');
    expect(scene.desk.dismiss(finding, 'user eve').ok).toBe(true);
    expect(scene.now(finding)).toMatchObject({ state: 'dismissed', note: 'Left where it is by user eve.' });
    expect(scene.notes.at(-1)).toMatchObject({ kind: 'dismissed', actor: 'user eve', path: finding.path });
    expect(scene.desk.dismiss(scene.now(finding), 'user eve')).toEqual({
      ok: false,
      text: 'It is not open, but dismissed.',
    });
    expect(scene.kinds).toEqual(['detection', 'dismissed']);
  });

  test('and takes it up again', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('mine.exe');
    expect(scene.desk.reopen(finding, 'user eve')).toEqual({
      ok: false,
      text: 'It was not left where it is, but is open.',
    });
    scene.desk.dismiss(finding, 'user eve');
    expect(scene.desk.reopen(scene.now(finding), 'user eve').ok).toBe(true);
    expect(scene.now(finding)).toMatchObject({ state: 'open', note: 'Taken up again by user eve.' });
    expect(scene.kinds).toEqual(['detection', 'dismissed', 'reopened']);
  });
});

describe('what becomes of a file in the vault', () => {
  test('is told of the finding that brought it there', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    await scene.desk.quarantine(finding, 'policy', false);
    const id = scene.now(finding).vault_id ?? '';
    scene.desk.settleVault(id, 'gone', 'Deleted for good by user eve.');
    scene.desk.settleVault('0'.repeat(32), 'gone', 'nobody');
    expect(scene.now(finding)).toMatchObject({
      state: 'gone',
      note: 'Deleted for good by user eve.',
      vault_id: id,
    });
    expect(scene.fed.at(-1)).toMatchObject({ id: finding.id, state: 'gone' });
  });
});

describe('what only the vault knows', () => {
  test('is a finding again, the one that was open in its place', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    await scene.desk.quarantine(finding, 'policy', false);
    const [record] = scene.vault.list();
    if (record === undefined) throw new Error('not in the vault');
    // As after a kill between the move and the note of it.
    scene.findings.setState(finding.id, { state: 'open', note: '', vaultId: null });
    const is = {
      path: record.path,
      state: 'quarantined',
      note: 'Quarantined.',
      vault_id: record.id,
    } as const;
    scene.desk.recordFromVault(record, is);
    expect(scene.all).toMatchObject([{ id: finding.id, state: 'quarantined', vault_id: record.id }]);
    scene.desk.recordFromVault({ ...record, detections: [] }, { ...is, path: '/elsewhere' });
    expect(scene.all).toHaveLength(1);
  });
});

describe('open findings', () => {
  test('stay as long as the file is the same', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    expect(scene.desk.checkOpen(10)).toBe(0);
    expect([scene.now(finding).state, scene.rescanned]).toEqual(['open', []]);
  });

  test('are gone with their file', async () => {
    await using scene = await DeskScene.open();
    const [gone, there] = [scene.found('gone'), scene.found('there')];
    rmSync(gone.path);
    expect(scene.desk.checkOpen(10)).toBe(1);
    expect(scene.now(gone)).toMatchObject({ state: 'gone', note: 'The file is no longer there.' });
    expect([scene.now(there).state, scene.rescanned]).toEqual(['open', []]);
  });

  test('are gone when the file is another one, which is scanned: it may well be as bad', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    chmodSync(finding.path, 0o711);
    expect(scene.desk.checkOpen(10)).toBe(1);
    expect(scene.now(finding).state).toBe('gone');
    expect(scene.rescanned).toEqual([finding.path]);
  });

  test('stay when the file has changed and nobody can look at it: it may well be as bad', async () => {
    await using scene = await DeskScene.open();
    scene.canScan = false;
    const finding = scene.found('bad.exe');
    chmodSync(finding.path, 0o711);
    expect(scene.desk.checkOpen(10)).toBe(0);
    expect(scene.now(finding).state).toBe('open');
  });

  test.each([
    ['a folder', mkdirSync],
    ['a link', (path: string) => symlinkSync('/nowhere', path)],
  ])('are gone when %s has the name now', async (_what, make) => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    rmSync(finding.path);
    make(finding.path);
    expect(scene.desk.checkOpen(10)).toBe(1);
    expect(scene.now(finding).state).toBe('gone');
  });

  test('are looked at a part at a time, and all of them in the end', async () => {
    await using scene = await DeskScene.open();
    const found = ['one', 'two', 'three'].map((name) => scene.found(name));
    for (const { path } of found) rmSync(path);
    expect([scene.desk.checkOpen(2), scene.desk.checkOpen(2)]).toEqual([2, 1]);
    expect(scene.findings.openCount()).toBe(0);
  });

  test('are told to who listens when they are new, and when they change', async () => {
    await using scene = await DeskScene.open();
    const finding = scene.found('bad.exe');
    scene.found('bad.exe');
    scene.desk.dismiss(finding, 'user eve');
    expect(scene.fed.map(({ id, state }) => [id, state])).toEqual([
      [1, 'open'],
      [1, 'dismissed'],
    ]);
  });
});
