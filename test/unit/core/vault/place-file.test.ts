import { readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../../../src/core/vault/anchored-folder.ts';
import { MoveJournal } from '../../../../src/core/vault/move-journal.ts';
import { placeCopy, type CopyToPlace } from '../../../../src/core/vault/place-file.ts';
import { closeInTime, linkInTime, openNew, writeInTime } from '../../../../src/core/vault/timely-files.ts';
import type { Vault } from '../../../../src/core/vault/vault.ts';
import type { ObjectHeader } from '../../../../src/core/vault/object-header.ts';
import { contentOf, idOf, requestFor, textOf, VaultScene } from '../../../helpers/vault-scene.ts';

const content = 'bad content';
const header: ObjectHeader = {
  id: 'a'.repeat(32),
  path: '/somewhere/bad.exe',
  size_bytes: content.length,
  sha256: 'a'.repeat(64),
  mode: 0o755,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  mtime_ns: '1700000000000000000',
  detections: [],
  quarantined_at: 0,
  actor: '',
  other_links: [],
  other_link_count: 0,
  xattrs: {},
};

async function withoutLinks(): Promise<never> {
  throw Object.assign(new Error('no links here'), { code: 'EPERM', syscall: 'link' });
}

async function place(scene: VaultScene, link?: CopyToPlace['link']): Promise<{ code: string; told: number }> {
  const opening = await openFolder(scene.files);
  if (opening.kind !== 'open') throw new Error(opening.kind);
  using folder = opening.folder;
  const descriptor = await openNew(folder.at('copy'));
  let told = 0;
  try {
    await writeInTime(descriptor, Buffer.from(content), 0);
    await placeCopy({
      folder,
      temporary: 'copy',
      descriptor,
      name: 'bad.exe',
      header,
      keepMode: false,
      willWriteInPlace: async () => void (told += 1),
      ...(link === undefined ? {} : { link }),
    });
    return { code: 'placed', told };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : String(error), told };
  } finally {
    await closeInTime(descriptor);
  }
}

describe('a copy gets its final name', () => {
  it('as a link, and says nothing about growing in place', async () => {
    using scene = new VaultScene();
    expect(await place(scene)).toEqual({ code: 'placed', told: 0 });
    expect(statSync(join(scene.files, 'bad.exe')).nlink).toBe(2);
  });

  it('as a file of its own where there are no links, told of before', async () => {
    using scene = new VaultScene();
    expect(await place(scene, withoutLinks)).toEqual({ code: 'placed', told: 1 });
    const stats = statSync(join(scene.files, 'bad.exe'));
    expect([stats.nlink, stats.mode & 0o777, stats.mtimeMs]).toEqual([1, 0o600, 1_700_000_000_000]);
    expect(textOf(join(scene.files, 'bad.exe'))).toBe(content);
  });

  it.each([
    ['with links', undefined],
    ['without', withoutLinks],
  ])('%s never over another', async (_name, link) => {
    using scene = new VaultScene();
    scene.write('bad.exe', 'precious');
    expect(await place(scene, link)).toMatchObject({ code: 'EEXIST' });
    expect(textOf(join(scene.files, 'bad.exe'))).toBe('precious');
  });
});

it('a copy that was exchanged before it got its name is told, and what has the name is left', async () => {
  using scene = new VaultScene();
  const exchanged = await place(scene, async (existing, name) => {
    renameSync(join(scene.files, 'copy'), join(scene.files, 'moved'));
    scene.write('copy', 'something else');
    await linkInTime(existing, name);
  });
  expect(exchanged).toEqual({ code: 'ESTALE', told: 0 });
  expect(textOf(join(scene.files, 'bad.exe'))).toBe('something else');
});

describe('a file that grew in place when the process was killed', () => {
  async function cutShort(scene: VaultScene, begun: string): Promise<Vault> {
    const path = scene.write('bad.exe', content);
    let id = '';
    {
      await using vault = await scene.open();
      id = await idOf(vault, path);
    }
    const opening = await openFolder(scene.vaultFolder);
    if (opening.kind !== 'open') throw new Error(opening.kind);
    using folder = opening.folder;
    const temporary = `.vedette-${id}.restoring`;
    const intent = { kind: 'restore', path, temporary } as const;
    const journal = await MoveJournal.begin(folder, id, intent);
    await journal.note('writing-in-place');
    writeFileSync(join(scene.files, temporary), content);
    writeFileSync(path, begun);
    return await scene.open();
  }

  it('is taken away while it is not whole', async () => {
    using scene = new VaultScene();
    await using vault = await cutShort(scene, content.slice(0, 5));
    expect(vault.recovered).toMatchObject([{ move: 'restore', outcome: 'undone' }]);
    expect(scene.left()).toEqual([]);
    expect(await contentOf(vault, vault.list()[0]?.id ?? '')).toBe(content);
  });

  it('stays when it is whole', async () => {
    using scene = new VaultScene();
    await using vault = await cutShort(scene, content);
    expect(vault.recovered).toMatchObject([{ move: 'restore', outcome: 'completed' }]);
    expect(scene.left()).toEqual(['bad.exe']);
    expect(vault.list()).toEqual([]);
  });

  it.each(['mine', '', `${content} and more`])('is left alone when it is not ours (%o)', async (text) => {
    using scene = new VaultScene();
    await using vault = await cutShort(scene, text);
    expect(vault.recovered).toMatchObject([{ move: 'restore', outcome: 'undone' }]);
    expect(textOf(join(scene.files, 'bad.exe'))).toBe(text);
    expect(readdirSync(scene.files)).toEqual(['bad.exe']);
    expect(vault.list()).toHaveLength(1);
  });
});

describe('what a crash left', () => {
  it('is settled also when the number of the device is another since', async () => {
    using scene = new VaultScene();
    const path = scene.write('bad.exe', content);
    const { identity } = requestFor(path);
    const left = await scene.open({
      afterStep: (step) => {
        if (step === 'checked') throw new TypeError('the end');
      },
    });
    await expect(left.quarantine(requestFor(path))).rejects.toThrow('the end');
    await left[Symbol.asyncDispose]();
    const [name = ''] = scene.stored().filter((file) => file.endsWith('.journal'));
    const journal = join(scene.vaultFolder, name);
    const [device = ''] = identity.split(':');
    writeFileSync(journal, textOf(journal).replace(`"${device}:`, `"${device}9:`));
    await using vault = await scene.open();
    expect(vault.recovered).toMatchObject([{ path, outcome: 'completed' }]);
    expect(scene.left()).toEqual([]);
  });
});
