import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engineInputs } from '../../../../src/core/engines/engine-inputs.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

function inputsOf(folder: TemporaryFolder): string | null {
  return engineInputs([join(folder.path, 'rules'), join(folder.path, 'list.txt')], { limit: 1 });
}

function made(): TemporaryFolder {
  const folder = temporaryFolder();
  folder.write('rules/a.yar', 'rule A { condition: true }');
  folder.write('rules/deep/b.yar', 'rule B { condition: true }');
  folder.write('list.txt', 'list');
  return folder;
}

describe('the inputs of the engines', () => {
  test('are the same as long as nothing changes', () => {
    using folder = made();
    expect(inputsOf(folder)).toMatch(/^[0-9a-f]{32}$/);
    expect(inputsOf(folder)).toBe(inputsOf(folder));
  });

  test.each<[string, (folder: TemporaryFolder) => void]>([
    ['a file with other content', (folder) => folder.write('rules/deep/b.yar', 'rule C { condition: true }')],
    ['a file of the same size with its old time', sameSizeSameTime],
    ['another file', (folder) => folder.write('rules/c.yar', '')],
    ['a file less', (folder) => rmSync(join(folder.path, 'rules/a.yar'))],
    [
      'another name',
      (folder) => renameSync(join(folder.path, 'rules/a.yar'), join(folder.path, 'rules/z.yar')),
    ],
    ['a list that is gone', (folder) => rmSync(join(folder.path, 'list.txt'))],
    ['another mode', (folder) => chmodSync(join(folder.path, 'list.txt'), 0o600)],
  ])('change with %s', (_what, change) => {
    using folder = made();
    const before = inputsOf(folder);
    change(folder);
    expect(inputsOf(folder)).not.toBe(before);
  });

  test('change with a file behind a link', () => {
    using folder = made();
    folder.write('elsewhere', 'one');
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'rules/linked.yar'));
    const before = inputsOf(folder);
    folder.write('elsewhere', 'two!');
    expect(inputsOf(folder)).not.toBe(before);
  });

  test('change with the settings', () => {
    expect(engineInputs([], { limit: 1 })).not.toBe(engineInputs([], { limit: 2 }));
  });

  test('cannot be told of folders that lead back into themselves', () => {
    using folder = made();
    mkdirSync(join(folder.path, 'rules/round'));
    symlinkSync('..', join(folder.path, 'rules/round/again'));
    expect(inputsOf(folder)).toBeNull();
  });
});

function sameSizeSameTime(folder: TemporaryFolder): void {
  const path = join(folder.path, 'list.txt');
  const time = new Date(1_700_000_000_000);
  utimesSync(path, time, time);
  const before = inputsOf(folder);
  writeFileSync(path, 'tsil');
  utimesSync(path, time, time);
  expect(inputsOf(folder)).not.toBe(before);
}
