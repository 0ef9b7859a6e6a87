import { mkdirSync, symlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { followLinks } from '../../../../src/core/files/follow-links.ts';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function isNothing(): boolean {
  return false;
}

test('links are followed wherever they stand, and what is not there stays as it is written', () => {
  using folder = temporaryFolder();
  const { path } = folder;
  mkdirSync(join(path, 'real', 'deep'), { recursive: true });
  symlinkSync(join(path, 'real'), join(path, 'absolute'));
  symlinkSync(join('..', 'absolute', 'deep', '.'), join(path, 'real', 'relative'));
  symlinkSync('nowhere', join(path, 'broken'));
  expect(followLinks(join(path, 'absolute', 'relative', 'file'), isNothing)).toBe(
    join(path, 'real', 'deep', 'file'),
  );
  expect(followLinks(join(path, 'broken', 'file'), isNothing)).toBe(join(path, 'nowhere', 'file'));
  expect(followLinks(sep, isNothing)).toBe(sep);
});

test('what must not be touched is no more than named', () => {
  using folder = temporaryFolder();
  const { path } = folder;
  const held = join(path, 'held');
  mkdirSync(held);
  symlinkSync(path, join(held, 'back'));
  symlinkSync(held, join(path, 'to'));
  const asked: string[] = [];
  function isHeld(place: string): boolean {
    asked.push(place);
    return place === held;
  }
  expect(followLinks(join(path, 'to', 'back', 'file'), isHeld)).toBe(join(held, 'back', 'file'));
  expect(asked.at(-1)).toBe(held);
});

test('a link to itself, and names of any bytes, end', () => {
  using folder = temporaryFolder();
  const { path } = folder;
  symlinkSync('round', join(path, 'round'));
  expect(followLinks(join(path, 'round', 'file'), isNothing)).toBe(join(path, 'round', 'file'));
  const odd = decodePath(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x2d])]));
  symlinkSync('round', encodePath(odd));
  symlinkSync(encodePath(odd), join(path, 'to-odd'));
  expect(followLinks(join(path, 'to-odd'), (place) => place === odd)).toBe(odd);
});
