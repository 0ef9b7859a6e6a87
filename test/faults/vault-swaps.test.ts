// Somebody swaps folders and files under the hands of the vault: no other file than the scanned one is touched, ever.
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeOwnerLock } from '../../src/core/store/owner-lock.ts';
import { openFolder, openFolderByComparison } from '../../src/core/vault/anchored-folder.ts';
import type { QuarantineStep, VaultStep } from '../../src/core/vault/vault-step.ts';
import { runOnVault } from '../helpers/vault-process.ts';
import { contentOf, idOf, requestFor, textOf, VaultScene } from '../helpers/vault-scene.ts';

/** A folder of somebody else, with a file of the same name. */
function victimIn(scene: VaultScene): { readonly folder: string; readonly file: string } {
  const folder = join(scene.folder, 'victim');
  mkdirSync(folder);
  const file = join(folder, 'bad.exe');
  writeFileSync(file, 'precious');
  return { folder, file };
}

/** `files/sub` becomes a link; what it was is `files/moved` then. */
function swapFolder(scene: VaultScene, target: string): void {
  renameSync(join(scene.files, 'sub'), join(scene.files, 'moved'));
  symlinkSync(target, join(scene.files, 'sub'));
}

/** Does the work once, at that step. */
function at(wanted: VaultStep, work: () => void): (step: VaultStep) => void {
  let isDone = false;
  return (step) => {
    if (step !== wanted || isDone) return;
    isDone = true;
    work();
  };
}

it('a link that leads to a protected file by now moves nothing: the real path is asked about', async () => {
  using scene = new VaultScene();
  const path = scene.write('sub/bad.exe');
  const request = requestFor(path);
  // Whoever asked whether it is protected was shown a harmless folder.
  swapFolder(scene, join(scene.files, 'moved'));
  const real = join(scene.files, 'moved', 'bad.exe');
  const asked: string[] = [];
  function refuse(found: string): string {
    asked.push(found);
    return 'It belongs to the operating system.';
  }
  await using vault = await scene.open();
  expect(await vault.quarantine({ ...request, refuse })).toEqual({
    kind: 'failed',
    detail: 'It belongs to the operating system.',
  });
  expect(asked).toEqual([real]);
  expect(textOf(real)).toBe('bad content');
  expect(scene.stored()).toEqual([]);
  expect(await vault.quarantine({ ...request, refuse: () => null })).toMatchObject({ kind: 'quarantined' });
});

it('our own lock file in place of a file, as a hard link, does not let go of the lock', async () => {
  using scene = new VaultScene();
  const dataDir = join(scene.folder, 'data');
  const result = takeOwnerLock(dataDir, { purpose: 'watch', address: null });
  if (result.kind !== 'taken') throw new Error(result.kind);
  using lock = result.lock;
  const path = scene.write('bad.exe');
  const request = requestFor(path);
  rmSync(path);
  linkSync(join(dataDir, 'owner.lock'), path);
  await using vault = await scene.open();
  expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
  expect(lock.isHeld()).toBe(true);
  const module = new URL('../../src/core/store/owner-lock.ts', import.meta.url).href;
  const { output } = await runOnVault(
    scene,
    `const { takeOwnerLock } = await import(args[0]);
    process.stdout.write(takeOwnerLock(args[1], { purpose: 'second', address: null }).kind);`,
    { args: [module, dataDir] },
  );
  expect(output).toBe('held');
});

describe.each([
  ['descriptors', openFolder, true],
  ['comparison', openFolderByComparison, false],
])('a swap, with folders held by %s', (_way, open, isHeld) => {
  it('of the folder for a link, between scan and quarantine, moves nothing', async () => {
    using scene = new VaultScene();
    const request = requestFor(scene.write('sub/bad.exe'));
    const victim = victimIn(scene);
    swapFolder(scene, victim.folder);
    await using vault = await scene.open({ openFolder: open });
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    expect(textOf(victim.file)).toBe('precious');
    expect(textOf(join(scene.files, 'moved', 'bad.exe'))).toBe('bad content');
    expect(scene.stored()).toEqual([]);
  });

  it.each(['intent', 'copied', 'stored', 'checked'] as const)(
    'of the folder for a link, at step %s, never reaches the other file',
    async (step) => {
      using scene = new VaultScene();
      const request = requestFor(scene.write('sub/bad.exe'));
      const victim = victimIn(scene);
      const afterStep = at(step, () => swapFolder(scene, victim.folder));
      await using vault = await scene.open({ openFolder: open, afterStep });
      const { kind } = await vault.quarantine(request);
      expect(kind).toBe(isHeld ? 'quarantined' : 'changed');
      expect(textOf(victim.file)).toBe('precious');
      const wasMoved = !existsSync(join(scene.files, 'moved', 'bad.exe'));
      expect([wasMoved, vault.list().length]).toEqual(isHeld ? [true, 1] : [false, 0]);
    },
  );

  it('of the folder above for a link is no different', async () => {
    using scene = new VaultScene();
    const request = requestFor(scene.write('sub/deep/bad.exe'));
    const victim = victimIn(scene);
    mkdirSync(join(victim.folder, 'deep'));
    writeFileSync(join(victim.folder, 'deep', 'bad.exe'), 'precious');
    const afterStep = at('checked', () => swapFolder(scene, victim.folder));
    await using vault = await scene.open({ openFolder: open, afterStep });
    expect((await vault.quarantine(request)).kind).toBe(isHeld ? 'quarantined' : 'changed');
    expect(textOf(join(victim.folder, 'deep', 'bad.exe'))).toBe('precious');
  });

  it.each(['intent', 'copied', 'renamed', 'stored', 'checked'] as const satisfies QuarantineStep[])(
    'of the file, at step %s, moves nothing',
    async (step) => {
      using scene = new VaultScene();
      const path = scene.write('bad.exe');
      const request = requestFor(path);
      const other = join(scene.folder, 'other');
      writeFileSync(other, 'precious');
      const afterStep = at(step, () => renameSync(other, path));
      await using vault = await scene.open({ openFolder: open, afterStep });
      expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
      expect(textOf(path)).toBe('precious');
      expect(scene.stored()).toEqual([]);
    },
  );

  it('of the file for a link moves neither the link nor where it leads', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    const request = requestFor(path);
    const victim = victimIn(scene);
    const afterStep = at('checked', () => {
      renameSync(path, join(scene.folder, 'away'));
      symlinkSync(victim.file, path);
    });
    await using vault = await scene.open({ openFolder: open, afterStep });
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    expect(textOf(victim.file)).toBe('precious');
    expect(scene.left()).toEqual(['bad.exe']);
  });

  it.each(['intent', 'stored'] as const)('of the content, at step %s, moves nothing', async (step) => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', Buffer.alloc(2_000_000, 1));
    const request = requestFor(path);
    const afterStep = at(step, () => appendFileSync(path, 'more'));
    await using vault = await scene.open({ openFolder: open, afterStep });
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    expect(statSync(path).size).toBe(2_000_004);
    expect(scene.stored()).toEqual([]);
  });

  it('of the folder for a link while a file is restored puts nothing behind the link', async () => {
    using scene = new VaultScene();
    const path = scene.write('sub/bad.exe');
    const victim = join(scene.folder, 'victim');
    mkdirSync(victim);
    const afterStep = at('restore-copied', () => swapFolder(scene, victim));
    await using vault = await scene.open({ openFolder: open, afterStep });
    const id = await idOf(vault, path);
    const { kind } = await vault.restore(id, { to: null, keepMode: false });
    expect(kind).toBe(isHeld ? 'restored' : 'refused');
    expect(readdirSync(victim)).toEqual([]);
    const whole = isHeld ? textOf(join(scene.files, 'moved', 'bad.exe')) : await contentOf(vault, id);
    expect(whole).toBe('bad content');
  });

  it('of nothing for a file of that name while one is restored overwrites nothing', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    const afterStep = at('restore-copied', () => writeFileSync(path, 'precious'));
    await using vault = await scene.open({ openFolder: open, afterStep });
    const id = await idOf(vault, path);
    expect(await vault.restore(id, { to: null, keepMode: false })).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('is there already'),
    });
    expect(textOf(path)).toBe('precious');
    expect(scene.left()).toEqual(['bad.exe']);
    expect(scene.stored()).toEqual([`${id}.q`]);
  });
});

describe('what was tampered with in the vault', () => {
  it('an object that names another place to restore to is damaged, and nothing is written there', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    let id = '';
    {
      await using before = await scene.open();
      id = await idOf(before, path);
    }
    const object = join(scene.vaultFolder, `${id}.q`);
    const target = join(scene.folder, 'cron.d-evil').padEnd(path.length, 'x').slice(0, path.length);
    const bytes = readFileSync(object);
    const [from, to] = [path, target].map((place) => Buffer.from(Buffer.from(place).toString('base64')));
    if (from === undefined || to === undefined) throw new Error('two places');
    expect(to.length).toBe(from.length);
    to.copy(bytes, bytes.indexOf(from));
    writeFileSync(object, bytes);
    await using vault = await scene.open();
    expect(vault.list()).toMatchObject([{ id, state: 'damaged', path: target }]);
    expect(await vault.restore(id, { to: null, keepMode: false })).toMatchObject({ kind: 'refused' });
    expect([existsSync(target), existsSync(path)]).toEqual([false, false]);
  });

  it('a link in the place of an object is not read', async () => {
    using scene = new VaultScene();
    await using vault = await scene.open();
    const id = await idOf(vault, scene.write('bad.exe'));
    const object = join(scene.vaultFolder, `${id}.q`);
    renameSync(object, join(scene.folder, 'elsewhere'));
    symlinkSync(join(scene.folder, 'elsewhere'), object);
    expect(await vault.restore(id, { to: null, keepMode: false })).toMatchObject({ kind: 'refused' });
    expect(scene.left()).toEqual([]);
  });

  it('a hard link made while a file moves does not keep it from moving twice', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe');
    const request = requestFor(path);
    const afterStep = at('copied', () => linkSync(path, join(scene.files, 'twin')));
    await using vault = await scene.open({ afterStep });
    // The link changed the ctime: it is scanned again, and found with its second name.
    expect(await vault.quarantine(request)).toMatchObject({ kind: 'changed' });
    await idOf(vault, path);
    expect(vault.list()[0]).toMatchObject({ other_links: [join(scene.files, 'twin')], other_link_count: 1 });
  });
});
