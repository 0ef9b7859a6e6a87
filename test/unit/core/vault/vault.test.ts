import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { openFolder, openFolderByComparison } from '../../../../src/core/vault/anchored-folder.ts';
import { vaultHoldsObjects } from '../../../../src/core/vault/vault.ts';
import { contentOf, detection, idOf, requestFor, textOf, VaultScene } from '../../../helpers/vault-scene.ts';

const asBefore = { to: null, keepMode: false };
const isRoot = process.geteuid?.() === 0;

describe.each([
  ['held by descriptors', openFolder],
  ['compared before and after', openFolderByComparison],
])('a vault with folders %s', (_way, open) => {
  it('takes a file away and tells what it was', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', 'bad content', 0o4755);
    utimesSync(path, 1_700_000_000, 1_700_000_000.25);
    await using vault = await scene.open({ openFolder: open, now: () => 1_800_000_000_000 });
    const sha256 = createHash('sha256').update('bad content').digest('hex');
    const { uid, gid } = statSync(path);
    const result = await vault.quarantine(requestFor(path, { sha256 }));
    expect(result).toEqual({
      kind: 'quarantined',
      record: {
        id: expect.stringMatching(/^[\da-f]{32}$/),
        state: 'stored',
        problem: '',
        path,
        size_bytes: 11,
        sha256,
        mode: 0o4755,
        uid,
        gid,
        mtime_ns: '1700000000250000000',
        detections: [detection],
        quarantined_at: 1_800_000_000,
        actor: 'test',
        other_links: [],
        other_link_count: 0,
      },
    });
    expect(existsSync(path)).toBe(false);
    const [record] = vault.list();
    expect(result).toEqual({ kind: 'quarantined', record });
    expect(scene.stored()).toEqual([`${record?.id}.q`]);
    expect(statSync(join(scene.vaultFolder, `${record?.id}.q`)).mode & 0o777).toBe(0o600);
    expect(statSync(scene.vaultFolder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(scene.vaultFolder, `${record?.id}.q`)).includes('bad content')).toBe(false);
    expect(await contentOf(vault, record?.id ?? '')).toBe('bad content');
  });

  it('gives a file back where it was, so that nothing can run it', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', 'bad content', 0o4755);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    if (isRoot) chownSync(path, 1234, 2345);
    const owner = [statSync(path).uid, statSync(path).gid];
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, path);
    expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path });
    const stats = statSync(path);
    expect({ mode: stats.mode & 0o7777, mtimeMs: stats.mtimeMs, links: stats.nlink }).toEqual({
      mode: 0o600,
      mtimeMs: 1_700_000_000_000,
      links: 1,
    });
    expect([stats.uid, stats.gid]).toEqual(owner);
    expect(textOf(path)).toBe('bad content');
    expect(scene.left()).toEqual(['bad.exe']);
    expect(scene.stored()).toEqual([]);
    expect(vault.list()).toEqual([]);
  });

  it('keeps the mode when asked, but never setuid', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', 'x', 0o6755);
    await using vault = await scene.open({ openFolder: open });
    await vault.restore(await idOf(vault, path), { to: null, keepMode: true });
    expect(statSync(path).mode & 0o7777).toBe(0o755);
  });

  it('restores into another folder', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    const to = join(scene.folder, 'elsewhere');
    mkdirSync(to);
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, path);
    expect(await vault.restore(id, { to, keepMode: false })).toEqual({
      kind: 'restored',
      path: join(to, 'bad.exe'),
    });
    expect(scene.left()).toEqual([]);
  });

  it('keeps names of any bytes', async () => {
    using scene = new VaultScene();
    const names = [
      decodePath(Buffer.from([0x62, 0xff, 0xfe])),
      'new\nline',
      '-rf',
      'x'.repeat(255),
      'invoice\u202efdp.exe',
    ];
    await using vault = await scene.open({ openFolder: open });
    for (const name of names) {
      const path = scene.write(name, `content of ${name.length}`);
      const id = await idOf(vault, path);
      expect(lstatSync(encodePath(path), { throwIfNoEntry: false })).toBeUndefined();
      expect(vault.list()[0]?.path).toBe(path);
      expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path });
      expect(textOf(path)).toBe(`content of ${name.length}`);
    }
  });

  it('never overwrites what is there, a dangling link included', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, path);
    writeFileSync(path, 'mine');
    expect(await vault.restore(id, asBefore)).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('is there already'),
    });
    expect(textOf(path)).toBe('mine');
    rmSync(path);
    symlinkSync(join(scene.files, 'nowhere'), path);
    expect(await vault.restore(id, asBefore)).toMatchObject({ kind: 'refused' });
    expect(scene.left()).toEqual(['bad.exe']);
    expect(scene.stored()).toEqual([`${id}.q`]);
  });

  it('follows no link to where a file is restored, and no way up', async () => {
    using scene = new VaultScene();
    const path = scene.write('sub/bad.exe');
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, path);
    const victim = join(scene.folder, 'victim');
    mkdirSync(victim);
    renameSync(join(scene.files, 'sub'), join(scene.files, 'moved'));
    symlinkSync(victim, join(scene.files, 'sub'));
    expect(await vault.restore(id, asBefore)).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('is a link'),
    });
    for (const to of [`${scene.files}/../victim`, 'victim', join(scene.files, 'sub', '.')]) {
      expect(await vault.restore(id, { to, keepMode: false })).toMatchObject({ kind: 'refused' });
    }
    expect(await vault.restore(id, { to: `${scene.files}/./moved/..`, keepMode: false })).toMatchObject({
      kind: 'refused',
    });
    expect(existsSync(join(victim, 'bad.exe'))).toBe(false);
    expect(vault.list()).toHaveLength(1);
  });

  it('keeps what cannot be restored because its folder is gone or is a file', async () => {
    using scene = new VaultScene();
    const path = scene.write('sub/bad.exe');
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, path);
    rmSync(join(scene.files, 'sub'), { recursive: true });
    expect(await vault.restore(id, asBefore)).toEqual({
      kind: 'refused',
      detail: expect.stringMatching(/sub is not there; make it, or choose another folder/),
    });
    writeFileSync(join(scene.files, 'sub'), '');
    expect(await vault.restore(id, asBefore)).toMatchObject({ kind: 'refused' });
    rmSync(join(scene.files, 'sub'));
    mkdirSync(join(scene.files, 'sub'));
    expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path });
  });

  it('moves only the file that was scanned', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', 'first');
    const request = requestFor(path);
    writeFileSync(path, 'other');
    const steps: string[] = [];
    await using vault = await scene.open({ openFolder: open, afterStep: (step) => void steps.push(step) });
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    expect(steps).toEqual([]);
    const wrongHash = requestFor(path, { sha256: 'a'.repeat(64) });
    expect(await vault.quarantine(wrongHash)).toMatchObject({ kind: 'changed' });
    rmSync(path);
    expect(await vault.quarantine(request)).toEqual({ kind: 'gone' });
    symlinkSync('/etc/hostname', path);
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    rmSync(path);
    mkdirSync(path);
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    expect(scene.stored()).toEqual([]);
  });

  it('never moves files of Vedette itself, however they are named', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open({ openFolder: open });
    const own = join(scene.folder, 'data', 'cache.db');
    const inside = join(scene.vaultFolder, 'anything');
    for (const path of [own, inside]) writeFileSync(path, 'x');
    symlinkSync(join(scene.folder, 'data'), join(scene.files, 'by-link'));
    for (const path of [own, inside, join(scene.files, 'by-link', 'cache.db')]) {
      expect(await vault.quarantine(requestFor(path))).toEqual({
        kind: 'failed',
        detail: expect.stringContaining('Vedette itself'),
      });
    }
    const id = await idOf(vault, scene.write('bad.exe'));
    expect(await vault.restore(id, { to: join(scene.folder, 'data'), keepMode: false })).toMatchObject({
      kind: 'refused',
    });
    expect(textOf(own)).toBe('x');
  });

  it('takes a file whose folder is named through a link, and records where it really was', async () => {
    using scene = new VaultScene();
    const real = scene.write('real/bad.exe');
    symlinkSync(join(scene.files, 'real'), join(scene.files, 'alias'));
    await using vault = await scene.open({ openFolder: open });
    const id = await idOf(vault, join(scene.files, 'alias', 'bad.exe'));
    expect(vault.list()[0]?.path).toBe(real);
    expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path: real });
  });
});

describe('a vault', () => {
  it('tells of the other names of a file, which stay', async () => {
    using scene = new VaultScene();
    const path = scene.write('a/bad.exe');
    const near = join(scene.files, 'a', decodePath(Buffer.from([0x6e, 0xff])));
    const below = join(scene.files, 'a', 'deep', 'er.exe');
    const far = join(scene.files, 'far.exe');
    mkdirSync(join(scene.files, 'a', 'deep'));
    for (const name of [near, below, far]) linkSync(path, encodePath(name));
    await using vault = await scene.open();
    await idOf(vault, path);
    const [record] = vault.list();
    expect(record?.other_links.toSorted()).toEqual([below, near].toSorted());
    expect(record?.other_link_count).toBe(3);
    expect(textOf(near)).toBe('bad content');
  });

  it('keeps two files of the same name and content apart', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    const path = scene.write('bad.exe');
    const first = await idOf(vault, path);
    scene.write('bad.exe');
    const second = await idOf(vault, path);
    expect(first).not.toBe(second);
    expect(vault.list().map(({ id }) => id)).toHaveLength(2);
    expect(await vault.restore(first, asBefore)).toMatchObject({ kind: 'restored' });
    expect(await vault.restore(second, asBefore)).toMatchObject({ kind: 'refused' });
    rmSync(path);
    expect(await vault.restore(second, asBefore)).toMatchObject({ kind: 'restored' });
  });

  it.skipIf(process.platform !== 'linux')(
    'keeps files apart whose names differ only in case or in how a letter is composed',
    async () => {
      using scene = new VaultScene();
      await using vault = await scene.open();
      const names = ['Twin', 'twin', 'TWIN', 'caf\u00e9', 'cafe\u0301', '\u212a', 'K'];
      const ids = new Map<string, string>();
      for (const name of names) ids.set(name, await idOf(vault, scene.write(name, `content of ${name}`)));
      expect(scene.left()).toEqual([]);
      expect(new Set(vault.list().map(({ path }) => basename(path)))).toEqual(new Set(names));
      for (const [name, id] of ids) {
        expect(await vault.restore(id, asBefore)).toEqual({
          kind: 'restored',
          path: join(scene.files, name),
        });
      }
      expect(new Set(scene.left())).toEqual(new Set(names));
      for (const name of names) expect(textOf(join(scene.files, name))).toBe(`content of ${name}`);
    },
  );

  it('takes one file once, however many ask at the same time', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    const request = requestFor(scene.write('bad.exe', Buffer.alloc(3_000_000, 1)));
    const results = await Promise.all(Array.from({ length: 5 }, async () => await vault.quarantine(request)));
    expect(results.map(({ kind }) => kind)).toEqual(['quarantined', 'gone', 'gone', 'gone', 'gone']);
    expect(scene.stored()).toHaveLength(1);
  });

  it('takes empty files', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    const path = scene.write('empty', '');
    const id = await idOf(vault, path);
    expect(await contentOf(vault, id)).toBe('');
    expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path });
    expect(statSync(path).size).toBe(0);
  });

  it('knows after a restart what it held, newest first', async () => {
    using scene = new VaultScene();
    let nowMs = 1_800_000_000_000;
    {
      await using vault = await scene.open({ now: () => (nowMs += 1000) });
      for (const name of ['one', 'two', 'three']) await idOf(vault, scene.write(name));
    }
    await using vault = await scene.open();
    expect(vault.list().map(({ path }) => path)).toEqual(
      ['three', 'two', 'one'].map((name) => join(scene.files, name)),
    );
    expect(vault.problems).toEqual([]);
    expect(vault.recovered).toEqual([]);
    expect(vaultHoldsObjects(scene.vaultFolder)).toBe(true);
    expect(vaultHoldsObjects(join(scene.folder, 'none'))).toBe(false);
  });

  it.each([
    ['a bit of the content flipped', (file: string) => flip(file, statSync(file).size - 20)],
    ['a bit of the header flipped', (file: string) => flip(file, 60)],
    ['the magic gone', (file: string) => flip(file, 0)],
    ['the end cut off', (file: string) => truncateSync(file, statSync(file).size - 1)],
    ['all of it cut off', (file: string) => truncateSync(file, 0)],
  ])('refuses to restore an object with %s, leaves nothing, and deletes it', async (_damage, damage) => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', Buffer.alloc(2_500_000, 3));
    let id = '';
    {
      await using vault = await scene.open();
      id = await idOf(vault, path);
    }
    damage(join(scene.vaultFolder, `${id}.q`));
    await using vault = await scene.open();
    expect(vault.list().map((record) => record.id)).toEqual([id]);
    expect(await vault.restore(id, asBefore)).toMatchObject({ kind: 'refused' });
    expect(vault.list()[0]).toMatchObject({ id, state: 'damaged', problem: expect.stringMatching(/./) });
    expect(scene.left()).toEqual([]);
    expect(scene.stored()).toEqual([`${id}.q`]);
    await expect(contentOf(vault, id)).rejects.toMatchObject({ code: 'VAULT_REFUSED' });
    expect(await vault.delete(id)).toEqual({ kind: 'deleted' });
    expect(await vault.delete(id)).toEqual({ kind: 'not_found' });
    expect(scene.stored()).toEqual([]);
  });

  it('opens nothing with another key, and lists it as damaged', async () => {
    using scene = new VaultScene();
    {
      await using vault = await scene.open();
      await idOf(vault, scene.write('bad.exe'));
    }
    await using vault = await scene.open({ secret: { vaultKey: async () => Buffer.alloc(32, 8) } });
    const [record] = vault.list();
    expect(record).toMatchObject({ state: 'damaged', path: join(scene.files, 'bad.exe') });
    expect(await vault.restore(record?.id ?? '', asBefore)).toMatchObject({ kind: 'refused' });
    expect(scene.left()).toEqual([]);
  });

  it('does not restore an object that was put in the place of another', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    const one = await idOf(vault, scene.write('one'));
    const two = await idOf(vault, scene.write('two'));
    renameSync(join(scene.vaultFolder, `${two}.q`), join(scene.vaultFolder, `${one}.q`));
    expect(await vault.restore(one, asBefore)).toMatchObject({ kind: 'refused' });
    expect(scene.left()).toEqual([]);
  });

  it('ignores a link and a folder that have the name of an object, and says so', async () => {
    using scene = new VaultScene();
    await (await scene.open())[Symbol.asyncDispose]();
    symlinkSync('/etc/hostname', join(scene.vaultFolder, `${'a'.repeat(32)}.q`));
    mkdirSync(join(scene.vaultFolder, `${'b'.repeat(32)}.q`));
    writeFileSync(join(scene.vaultFolder, 'notes.txt'), '');
    await using vault = await scene.open();
    expect(vault.list()).toEqual([]);
    expect(vault.problems).toHaveLength(2);
    expect(vault.problems[0]).toContain('is not a regular file and was ignored');
  });

  it('deletes what is too old', async () => {
    using scene = new VaultScene();
    let nowMs = 1_800_000_000_000;
    await using vault = await scene.open({ now: () => nowMs });
    await idOf(vault, scene.write('old'));
    nowMs += 10 * 86_400_000;
    const young = await idOf(vault, scene.write('young'));
    expect(await vault.expire({ expireDays: 0, maxBytes: 0 })).toEqual([]);
    const expired = await vault.expire({ expireDays: 9, maxBytes: 0 });
    expect(expired.map(({ path }) => path)).toEqual([join(scene.files, 'old')]);
    expect(scene.stored()).toEqual([`${young}.q`]);
  });

  it('knows no numbers but its own', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    for (const id of ['../../etc/passwd', 'a'.repeat(32), '']) {
      expect(await vault.restore(id, asBefore)).toMatchObject({ kind: 'refused' });
      expect(await vault.delete(id)).toEqual({ kind: 'not_found' });
      await expect(contentOf(vault, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('is not one when it is a link, a file, another user’s, or open to others', async () => {
    using scene = new VaultScene();
    async function refuses(remedy: RegExp): Promise<void> {
      await expect(scene.open()).rejects.toMatchObject({
        code: 'VAULT_UNUSABLE',
        message: expect.stringMatching(remedy),
      });
      rmSync(scene.vaultFolder, { recursive: true });
    }
    symlinkSync(scene.files, scene.vaultFolder);
    await refuses(/it is a link/);
    writeFileSync(scene.vaultFolder, '');
    await refuses(/it is not a folder/);
    mkdirSync(scene.vaultFolder);
    chmodSync(scene.vaultFolder, 0o770);
    await refuses(/chmod 700/);
    if (isRoot) {
      mkdirSync(scene.vaultFolder, { mode: 0o700 });
      chownSync(scene.vaultFolder, 1234, 1234);
      await refuses(/another user/);
    }
    await (await scene.open())[Symbol.asyncDispose]();
  });

  it('lets the move under way end when it is closed, and takes no more', async () => {
    using scene = new VaultScene();
    const begun = Promise.withResolvers<void>();
    const vault = await scene.open({ afterStep: () => begun.resolve() });
    const moving = vault.quarantine(requestFor(scene.write('bad.exe', Buffer.alloc(3_000_000, 1))));
    await begun.promise;
    const waiting = vault.quarantine(requestFor(scene.write('next')));
    const failure = waiting.catch((error: unknown) => error);
    await vault[Symbol.asyncDispose]();
    expect(await failure).toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(moving).resolves.toMatchObject({ kind: 'quarantined' });
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
