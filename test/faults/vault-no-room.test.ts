// Full, read-only, busy, forbidden: what cannot be moved stays where it was, and the sentence says what to do.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canMount, smallDisk } from '../helpers/store-mount.ts';
import { runOnVault } from '../helpers/vault-process.ts';
import { contentOf, idOf, requestFor, textOf, VaultScene } from '../helpers/vault-scene.ts';

const asBefore = { to: null, keepMode: false };

function fill(folder: string): string {
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return ballast;
}

describe.skipIf(!canMount())('a vault', () => {
  it('on a full disk leaves the file where it is, and nothing half', async () => {
    using scene = new VaultScene();
    using disk = smallDisk('2m');
    await using vault = await scene.open({ folder: join(disk.path, 'vault') });
    const path = scene.write('bad.exe', Buffer.alloc(3_000_000, 1));
    expect(await vault.quarantine(requestFor(path))).toEqual({
      kind: 'failed',
      detail: expect.stringMatching(/^the disk is full; make room .*\(ENOSPC\)$/),
    });
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(join(disk.path, 'vault'))).toEqual([]);
    const small = scene.write('small.exe');
    const ballast = fill(disk.path);
    expect(await vault.quarantine(requestFor(small))).toMatchObject({ kind: 'failed' });
    expect(readdirSync(join(disk.path, 'vault'))).toEqual([]);
    rmSync(ballast);
    expect(await vault.quarantine(requestFor(small))).toMatchObject({ kind: 'quarantined' });
  });

  it('moves from one file system to another, and back', async () => {
    using scene = new VaultScene();
    using disk = smallDisk('8m');
    const path = join(disk.path, 'bad.exe');
    writeFileSync(path, 'bad content');
    await using vault = await scene.open();
    const id = await idOf(vault, path);
    expect(existsSync(path)).toBe(false);
    expect(await contentOf(vault, id)).toBe('bad content');
    expect(await vault.restore(id, asBefore)).toEqual({ kind: 'restored', path });
    expect(textOf(path)).toBe('bad content');
    expect(readdirSync(disk.path)).toEqual(['bad.exe']);
  });

  it('keeps what there is no room to restore', async () => {
    using scene = new VaultScene();
    using disk = smallDisk('1m');
    await using vault = await scene.open();
    const id = await idOf(vault, scene.write('bad.exe', Buffer.alloc(3_000_000, 1)));
    expect(await vault.restore(id, { to: disk.path, keepMode: false })).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('the disk is full'),
    });
    expect(readdirSync(disk.path)).toEqual([]);
    expect(await vault.restore(id, asBefore)).toMatchObject({ kind: 'restored' });
  });

  it('says that a disk is read-only, both ways', async () => {
    using scene = new VaultScene();
    using disk = smallDisk('2m');
    const path = join(disk.path, 'bad.exe');
    writeFileSync(path, 'bad content');
    disk.remount('ro');
    await using vault = await scene.open();
    expect(await vault.quarantine(requestFor(path))).toEqual({
      kind: 'failed',
      detail: expect.stringContaining('the file system is read-only'),
    });
    expect(textOf(path)).toBe('bad content');
    expect(scene.stored()).toEqual([]);
    const id = await idOf(vault, scene.write('other.exe'));
    expect(await vault.restore(id, { to: disk.path, keepMode: false })).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('read-only'),
    });
    expect(await contentOf(vault, id)).toBe('bad content');
  });

  it('tries again while a file is busy, and then gives up', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    execFileSync('mount', ['--bind', path, path], { stdio: 'pipe' });
    const waits: number[] = [];
    let isBusy = true;
    function release(): void {
      if (isBusy) execFileSync('umount', ['-l', path], { stdio: 'pipe' });
      isBusy = false;
    }
    try {
      await using vault = await scene.open({
        wait: async (ms) => {
          waits.push(ms);
          if (waits.length > 4) release();
        },
      });
      expect(await vault.quarantine(requestFor(path))).toEqual({
        kind: 'failed',
        detail: expect.stringContaining('another program holds it'),
      });
      expect(waits).toEqual([100, 300, 900]);
      expect(scene.stored()).toEqual([]);
      expect(await vault.quarantine(requestFor(path))).toMatchObject({ kind: 'quarantined' });
      expect(waits).toEqual([100, 300, 900, 100, 300]);
    } finally {
      release();
    }
  });

  it('says what to do about a file that cannot be removed', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    execFileSync('chattr', ['+i', path], { stdio: 'pipe' });
    try {
      await using vault = await scene.open();
      expect(await vault.quarantine(requestFor(path))).toEqual({
        kind: 'failed',
        detail: expect.stringMatching(/immutable .*chattr -i.*\(EPERM\)$/),
      });
      expect(vault.list()).toEqual([]);
      expect(scene.stored()).toEqual([]);
    } finally {
      execFileSync('chattr', ['-i', path], { stdio: 'pipe' });
    }
    expect(textOf(path)).toBe('bad content');
  });

  it('without permission moves nothing, and restores nothing where it may not write', async () => {
    using scene = new VaultScene();
    const nobody = 65_534;
    chmodSync(scene.folder, 0o755);
    const path = scene.write('bad.exe', 'bad content', 0o644);
    const data = join(scene.folder, 'theirs');
    mkdirSync(data, { mode: 0o700 });
    const own = join(data, '..', 'own');
    mkdirSync(own);
    for (const folder of [data, own]) chownSync(folder, nobody, nobody);
    const program = `
      import { writeFileSync } from 'node:fs';
      const vault = await open({});
      writeFileSync(args[1] + '/mine.exe', 'x');
      const results = [
        await vault.quarantine(requestFor(args[0])),
        await vault.quarantine(requestFor(args[1] + '/mine.exe')),
      ];
      results.push(await vault.restore(vault.list()[0].id, { to: args[2], keepMode: false }));
      console.log(JSON.stringify([...results.map(({ kind, detail }) => [kind, detail]), vault.list().length]));`;
    const vaultFolder = join(data, 'vault');
    const { output } = await runOnVault({ vaultFolder }, program, {
      args: [path, join(scene.folder, 'own'), scene.files],
      userId: nobody,
    });
    expect(JSON.parse(output)).toEqual([
      ['failed', expect.stringMatching(/^no permission; run Vedette as/)],
      ['quarantined', null],
      ['refused', expect.stringMatching(/^no permission/)],
      1,
    ]);
    expect(scene.left()).toEqual(['bad.exe']);
    expect(textOf(path)).toBe('bad content');
    expect(readdirSync(vaultFolder)).toHaveLength(1);
  });
});
