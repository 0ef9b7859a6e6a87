import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../../../../src/core/files/raw-path.ts';
import { badRule, identityOn, outcomeOn } from '../samples.ts';
import { CallsScene, restoring } from './calls-scene.ts';

const none = '0'.repeat(32);
const eve = { actor: 'user eve' } as const;

function damageVault(dataDir: string): void {
  writeFileSync(join(dataDir, 'vault'), 'no folder');
}

describe('the list of the quarantine', () => {
  test('holds what was moved', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    expect(await scene.handlers['quarantine.list']({})).toMatchObject({
      records: [{ id, path: finding.path, state: 'stored', actor: 'user eve' }],
    });
  });
});

describe('without a vault', () => {
  test('every call about it says so, and the rest goes on', async () => {
    await using scene = await CallsScene.open(damageVault);
    const { handlers } = scene;
    const unusable = expect.objectContaining({ code: 'VAULT_UNUSABLE' });
    await expect(async () => await handlers['quarantine.list']({})).rejects.toEqual(unusable);
    await expect(
      async () => await handlers['quarantine.restore']({ ids: [none], ...restoring }),
    ).rejects.toEqual(unusable);
    await expect(async () => await handlers['quarantine.delete']({ ids: [none], ...eve })).rejects.toEqual(
      unusable,
    );
    const zip = { ids: [none], file: join(scene.files, 'a.zip'), password: 'infected', ...eve };
    await expect(async () => await handlers['quarantine.export'](zip)).rejects.toEqual(unusable);
    expect(scene.desk.problems[0]).toMatch(/^Nothing can be quarantined: /);
    expect(await handlers['history.verify']({})).toMatchObject({ intact: true });
  });
});

describe('restoring', () => {
  test('puts a file back where it was, and it is left alone from then on', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const { outcomes } = await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    const { path } = finding;
    expect(outcomes).toEqual([
      { id, ok: true, text: `Restored to ${path}.`, needs_confirmation: false, path },
    ]);
    expect(readFileSync(path, 'utf8')).toBe('bad content of bad.exe');
    expect(scene.now(finding.id)).toMatchObject({ state: 'dismissed', note: 'Restored by user eve.' });
    expect(scene.desk.allow.list()).toEqual([]);
    expect(scene.desk.chain.list({ kinds: ['restored'], before: null, limit: 9 })).toMatchObject([
      { actor: 'user eve', path, details: { vault: id, from: null, allowed: null } },
    ]);
  });

  test('leaves a file that can be quarantined again before anybody has scanned it', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    expect(scene.now(finding.id).identity).toBe(identityOn(finding.path));
    const { outcomes } = await scene.handlers['findings.act']({
      ids: [finding.id],
      action: 'quarantine',
      reason: '',
      confirmed: false,
      ...eve,
    });
    expect(outcomes).toMatchObject([{ id: finding.id, ok: true }]);
    expect(existsSync(finding.path)).toBe(false);
  });

  test('is decided before the file is back: what sees it at once finds it left alone', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const { vault, findingDesk } = scene.desk;
    if (typeof vault === 'string') throw new Error(vault);
    const restore = vault.restore.bind(vault);
    let seen = '';
    vault.restore = async (...asked) => {
      const result = await restore(...asked);
      seen = findingDesk.get(finding.id)?.state ?? '';
      return result;
    };
    await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    expect(seen).toBe('dismissed');
  });

  test('lets nothing be decided until what is back is known to be left alone', async () => {
    await using scene = await CallsScene.open();
    const { id } = await scene.quarantined('bad.exe');
    const { responder } = scene.desk;
    const { vault } = scene.desk;
    if (typeof vault === 'string') throw new Error(vault);
    const restore = vault.restore.bind(vault);
    const settled: string[] = [];
    vault.restore = async (...asked) => {
      void responder.settled().then(() => settled.push('all is dealt with'));
      const result = await restore(...asked);
      settled.push('it is back');
      return result;
    };
    await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    await responder.settled();
    expect(settled).toEqual(['it is back', 'all is dealt with']);
  });

  test('allows the content when that was asked for', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const [record] = (await scene.handlers['quarantine.list']({})).records;
    const copy = scene.found('copy.exe', 'bad content of bad.exe');
    const asked = { ids: [id], ...restoring, allow: true };
    const { outcomes } = await scene.handlers['quarantine.restore'](asked);
    expect(outcomes[0]?.text).toMatch(/Its content is allowed \(entry 1\)\.$/);
    expect(scene.desk.allow.list()).toMatchObject([
      { kind: 'hash', value: record?.sha256, reason: 'restored', author: 'user eve' },
    ]);
    expect([finding, copy].map((found) => scene.now(found.id).state)).toEqual(['allowed', 'allowed']);
    expect(scene.kinds).toEqual(['detection', 'quarantined', 'detection', 'allowed', 'restored']);
  });

  test('can go elsewhere, with the permissions as they were, and it is left alone there', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const to = join(scene.files, 'elsewhere');
    mkdirSync(to);
    const asked = { ids: [id], ...restoring, to, keep_mode: true };
    const { outcomes } = await scene.handlers['quarantine.restore'](asked);
    const path = join(to, 'bad.exe');
    expect(outcomes).toMatchObject([{ ok: true, path }]);
    expect([existsSync(finding.path), statSync(path).mode & 0o777]).toEqual([false, 0o644]);
    expect(scene.desk.chain.list({ kinds: ['restored'], before: null, limit: 9 })).toMatchObject([
      { path, details: { from: finding.path } },
    ]);
    expect(scene.now(finding.id)).toMatchObject({ state: 'gone', note: `Restored to ${path} by user eve.` });
    const { detections, sha256 } = finding;
    const judgement = { kind: 'infected', detections: [badRule] } as const;
    await scene.desk.responder.handle(outcomeOn(path, judgement, { identity: identityOn(path), sha256 }));
    const { findings } = await scene.handlers['findings.list']({
      states: [],
      job: null,
      before: null,
      limit: 9,
    });
    expect(findings).toMatchObject([{ path, state: 'dismissed', detections }, { id: finding.id }]);
    expect(existsSync(path)).toBe(true);
  });

  test('leaves a file alone of which no finding is kept any more', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    scene.desk.findings.setState(finding.id, { state: 'gone', note: '', vaultId: null });
    await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    const { findings } = await scene.handlers['findings.list']({
      states: ['dismissed'],
      job: null,
      before: null,
      limit: 9,
    });
    expect(findings).toMatchObject([{ path: finding.path, note: 'Restored by user eve.' }]);
  });

  test('never overwrites: then nothing is allowed, and it is in quarantine as it was', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    writeFileSync(finding.path, 'my thesis');
    const asked = { ids: [id], ...restoring, allow: true };
    const { outcomes } = await scene.handlers['quarantine.restore'](asked);
    expect(outcomes).toMatchObject([{ id, ok: false, text: expect.stringContaining('Not restored: ') }]);
    expect(readFileSync(finding.path, 'utf8')).toBe('my thesis');
    expect([scene.desk.allow.list(), scene.now(finding.id)]).toEqual([[], finding]);
    expect(scene.kinds).toEqual(['detection', 'quarantined', 'allowed', 'disallowed', 'restore_failed']);
  });

  test('takes nothing back of what was allowed before it failed', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const [record] = (await scene.handlers['quarantine.list']({})).records;
    await scene.handlers['allow.add']({ kind: 'hash', value: record?.sha256 ?? '', reason: '', ...eve });
    writeFileSync(finding.path, 'my thesis');
    await scene.handlers['quarantine.restore']({ ids: [id], ...restoring, allow: true });
    expect(scene.desk.allow.list()).toHaveLength(1);
  });

  test('gives each its own outcome, and leaves nothing behind when the vault is closed', async () => {
    await using scene = await CallsScene.open();
    const [one, two] = [await scene.quarantined('one'), await scene.quarantined('two')];
    rmSync(one.finding.path, { force: true });
    const asked = { ids: [one.id, none, one.id], ...restoring };
    const { outcomes } = await scene.handlers['quarantine.restore'](asked);
    expect(outcomes.map(({ id, ok }) => [id, ok])).toEqual([
      [one.id, true],
      [none, false],
    ]);
    const { vault } = scene.desk;
    if (typeof vault === 'string') throw new Error(vault);
    await vault[Symbol.asyncDispose]();
    const late = await scene.handlers['quarantine.restore']({ ids: [two.id], ...restoring, allow: true });
    expect(late.outcomes).toMatchObject([{ id: two.id, ok: false, text: 'Not done: the vault is closed' }]);
    expect([scene.desk.allow.list(), scene.now(two.finding.id)]).toEqual([[], two.finding]);
  });

  test.runIf(process.platform === 'linux')('gives back a name that is not UTF-8, byte for byte', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined(decodePath(Buffer.from([0x62, 0xff])));
    const { outcomes } = await scene.handlers['quarantine.restore']({ ids: [id], ...restoring });
    expect(outcomes).toMatchObject([{ ok: true, path: finding.path }]);
    expect(outcomes[0]?.text).toContain(String.raw`/b\xff.`);
    expect(scene.isThere(finding.path)).toBe(true);
  });
});

describe('deleting', () => {
  test('is for good, each with its own outcome, and written down', async () => {
    await using scene = await CallsScene.open();
    const { finding, id } = await scene.quarantined('bad.exe');
    const { outcomes } = await scene.handlers['quarantine.delete']({ ids: [none, id], ...eve });
    expect(outcomes.map(({ ok, text }) => (ok ? text : 'no'))).toEqual(['no', 'Deleted for good.']);
    expect(await scene.handlers['quarantine.list']({})).toEqual({ records: [] });
    expect(scene.now(finding.id)).toMatchObject({ state: 'gone', note: 'Deleted for good by user eve.' });
    expect(scene.kinds).toEqual(['detection', 'quarantined', 'deleted']);
  });

  test('asked for twice at once happens once', async () => {
    await using scene = await CallsScene.open();
    const { id } = await scene.quarantined('bad.exe');
    const asked = { ids: [id], ...eve };
    const both = await Promise.all([
      scene.handlers['quarantine.delete'](asked),
      scene.handlers['quarantine.delete'](asked),
    ]);
    expect(both.map(({ outcomes }) => outcomes[0]?.ok)).toEqual([true, false]);
    expect(scene.kinds.filter((kind) => kind === 'deleted')).toHaveLength(1);
  });
});

describe('exporting', () => {
  test('writes one zip with each file once, and leaves them in quarantine', async () => {
    await using scene = await CallsScene.open();
    const [one, two] = [await scene.quarantined('one'), await scene.quarantined('two')];
    const file = join(scene.files, 'export.zip');
    const asked = { ids: [one.id, two.id, one.id], file, password: 'infected', ...eve };
    const { outcomes } = await scene.handlers['quarantine.export'](asked);
    expect(outcomes.map(({ id, ok, path }) => [id, ok, path])).toEqual([
      [one.id, true, file],
      [two.id, true, file],
    ]);
    expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
    expect((await scene.handlers['quarantine.list']({})).records).toHaveLength(2);
    expect(scene.kinds.filter((kind) => kind === 'exported')).toHaveLength(2);
  });

  test.each([
    ['one is not there', (id: string) => [id, none], 'NOT_FOUND'],
    ['the file is there already', (id: string) => [id], 'VAULT_REFUSED'],
  ] as const)('writes nothing at all when %s', async (_why, idsOf, code) => {
    await using scene = await CallsScene.open();
    const { id } = await scene.quarantined('one');
    const file = join(scene.files, 'export.zip');
    if (code === 'VAULT_REFUSED') writeFileSync(file, 'my thesis');
    const asked = { ids: idsOf(id), file, password: 'infected', ...eve };
    await expect(
      async () => await scene.handlers['quarantine.export']({ ...asked, ids: [...asked.ids] }),
    ).rejects.toEqual(expect.objectContaining({ code }));
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'nothing').toBe(
      code === 'VAULT_REFUSED' ? 'my thesis' : 'nothing',
    );
    expect(scene.kinds).not.toContain('exported');
  });
});
