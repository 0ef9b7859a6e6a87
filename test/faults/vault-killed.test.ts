// SIGKILL at every step of a move: after the next start there is exactly one whole copy, and the vault is in order.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Vault } from '../../src/core/vault/vault.ts';
import type { QuarantineStep, RestoreStep } from '../../src/core/vault/vault-step.ts';
import { runOnVault } from '../helpers/vault-process.ts';
import { contentOf, idOf, requestFor, textOf, VaultScene } from '../helpers/vault-scene.ts';

const content = 'bad content '.repeat(200_000);

const quarantineSteps: Readonly<Record<QuarantineStep, 'undone' | 'completed' | null>> = {
  intent: 'undone',
  copied: 'undone',
  renamed: 'completed',
  stored: 'completed',
  checked: 'completed',
  unlinked: 'completed',
  'source-removed': 'completed',
  done: null,
};
const restoreSteps: Readonly<Record<RestoreStep, 'undone' | 'completed' | null>> = {
  'restore-intent': 'undone',
  'restore-copied': 'undone',
  'restore-placed': 'completed',
  restored: 'completed',
  'object-unlinked': 'completed',
  'object-removed': 'completed',
  'restore-done': null,
};

/** Where the one whole copy is; whatever is not in order is told instead. */
async function whereItIs(scene: VaultScene, vault: Vault, path: string): Promise<string> {
  const records = vault.list();
  const [id = ''] = records.map((record) => record.id);
  const isInPlace = existsSync(path) && textOf(path) === content;
  const isInVault = records.length > 0 && (await contentOf(vault, id)) === content;
  const names = JSON.stringify([scene.left(), scene.stored(), records.map(({ state }) => state)]);
  if (isInPlace && names === JSON.stringify([['bad.exe'], [], []])) return 'in place';
  if (isInVault && names === JSON.stringify([[], [`${id}.q`], ['stored']])) return 'in the vault';
  return `${isInPlace} ${isInVault} ${names}`;
}

const quarantineAndDie = `
  const vault = await open({ afterStep: dieAt(args[1]) });
  await vault.quarantine(requestFor(args[0]));`;
const restoreAndDie = `
  const vault = await open({ afterStep: dieAt(args[1]) });
  await vault.restore(vault.list()[0].id, { to: null, keepMode: false });`;

describe('a vault whose process is killed', () => {
  it.each(Object.entries(quarantineSteps))(
    'while a file moves in, after step %s: the move is %s',
    async (step, outcome) => {
      using scene = new VaultScene();
      const path = scene.write('bad.exe', content);
      const { signal } = await runOnVault(scene, quarantineAndDie, { args: [path, step] });
      expect(signal).toBe('SIGKILL');
      await using vault = await scene.open();
      const moves = vault.recovered.map((move) => [move.move, move.path, move.outcome]);
      expect(moves).toEqual(outcome === null ? [] : [['quarantine', path, outcome]]);
      expect(vault.problems).toEqual([]);
      expect(await whereItIs(scene, vault, path)).toBe(outcome === 'undone' ? 'in place' : 'in the vault');
    },
  );

  it.each(Object.entries(restoreSteps))(
    'while a file moves out, after step %s: the move is %s',
    async (step, outcome) => {
      using scene = new VaultScene();
      const path = scene.write('bad.exe', content);
      {
        await using before = await scene.open();
        await idOf(before, path);
      }
      const { signal } = await runOnVault(scene, restoreAndDie, { args: [path, step] });
      expect(signal).toBe('SIGKILL');
      await using vault = await scene.open();
      const moves = vault.recovered.map((move) => [move.move, move.path, move.outcome]);
      expect(moves).toEqual(outcome === null ? [] : [['restore', path, outcome]]);
      expect(await whereItIs(scene, vault, path)).toBe(outcome === 'undone' ? 'in the vault' : 'in place');
    },
  );

  it.each([1, 8, 25, 60])('at any moment of the copying (%i ms)', async (afterMs) => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    const program = `
      const vault = await open({ afterStep: (step) => { if (step === 'intent') setTimeout(die, args[1]); } });
      await vault.quarantine(requestFor(args[0]));
      await vault.restore(vault.list()[0].id, { to: null, keepMode: false });
      await new Promise(() => { setInterval(() => {}, 1000); });`;
    const { signal } = await runOnVault(scene, program, { args: [path, afterMs] });
    expect(signal).toBe('SIGKILL');
    await using vault = await scene.open();
    expect(await whereItIs(scene, vault, path)).toMatch(/^in (?:place|the vault)$/);
  });

  it('and killed again while it recovers, recovers the next time', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    const { signal } = await runOnVault(scene, `await open({ afterStep: dieAt('checked') });`);
    expect(signal).toBe('SIGKILL');
    expect(existsSync(path)).toBe(true);
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ outcome: 'completed' }]);
    expect(await whereItIs(scene, vault, path)).toBe('in the vault');
  });

  it('leaves another file alone that has the name since', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    rmSync(path);
    writeFileSync(path, 'mine');
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([
      { outcome: 'completed', detail: expect.stringContaining('was left alone') },
    ]);
    expect(textOf(path)).toBe('mine');
    expect(await contentOf(vault, vault.list()[0]?.id ?? '')).toBe(content);
  });

  it('leaves another file alone that even has the same content', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    renameSync(path, join(scene.folder, 'away'));
    writeFileSync(path, content);
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ detail: expect.stringContaining('was left alone') }]);
    expect(textOf(path)).toBe(content);
  });

  it('does not believe the identity in a journal without comparing the content', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    const { identity } = requestFor(path);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    rmSync(path);
    writeFileSync(path, content.replace('bad', 'new'));
    const [name = ''] = scene.stored().filter((file) => file.endsWith('.journal'));
    const journal = join(scene.vaultFolder, name);
    writeFileSync(journal, textOf(journal).replace(identity, requestFor(path).identity));
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ detail: expect.stringContaining('was left alone') }]);
    expect(textOf(path)).toMatch(/^new content/);
  });

  it('puts nothing at risk when the copy was damaged since: the file stays', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    const [object = ''] = scene.stored().filter((name) => name.endsWith('.q'));
    writeFileSync(join(scene.vaultFolder, object), 'VEDETTEQ and then nothing');
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ outcome: 'undone' }]);
    expect(await whereItIs(scene, vault, path)).toBe('in place');
  });

  it('says so when both are gone', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'unlinked'] });
    const [object = ''] = scene.stored().filter((name) => name.endsWith('.q'));
    rmSync(join(scene.vaultFolder, object));
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ path, outcome: 'lost?' }]);
    expect(scene.stored()).toEqual([]);
  });

  it('keeps the object when what was restored is gone again', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    {
      await using before = await scene.open();
      await idOf(before, path);
    }
    await runOnVault(scene, restoreAndDie, { args: [path, 'restored'] });
    rmSync(path);
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ move: 'restore', outcome: 'undone' }]);
    expect(await whereItIs(scene, vault, path)).toBe('in the vault');
  });

  it('takes away what has no journal: an unfinished copy is not an object', async () => {
    using scene = new VaultScene();
    await (await scene.open())[Symbol.asyncDispose]();
    writeFileSync(join(scene.vaultFolder, `${'a'.repeat(32)}.q.tmp`), 'VEDETTEQ');
    writeFileSync(join(scene.vaultFolder, `${'b'.repeat(32)}.journal`), '\n{"kind":"quarantine","pa');
    writeFileSync(join(scene.vaultFolder, `${'b'.repeat(32)}.q.tmp`), '');
    await using vault = await scene.open();
    expect(vault.list()).toEqual([]);
    expect(vault.recovered).toEqual([]);
    expect(readdirSync(scene.vaultFolder)).toEqual([]);
  });

  it('does not believe a journal that names another file than the object', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    await runOnVault(scene, quarantineAndDie, { args: [path, 'stored'] });
    const victim = join(scene.files, 'kept', 'same.exe');
    mkdirSync(join(scene.files, 'kept'));
    writeFileSync(victim, content);
    const [journal = ''] = scene.stored().filter((name) => name.endsWith('.journal'));
    const { identity } = requestFor(victim);
    const intent = { kind: 'quarantine', path: Buffer.from(victim).toString('base64'), identity };
    writeFileSync(join(scene.vaultFolder, journal), `\n${JSON.stringify(intent)}\n\n{"note":"stored"}\n`);
    await using vault = await scene.open();
    expect(vault.recovered).toHaveLength(1);
    expect(textOf(victim)).toBe(content);
  });
});
