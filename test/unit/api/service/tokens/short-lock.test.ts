import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withShortLock } from '../../../../../src/api/service/tokens/short-lock.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

test('one at a time, and nothing is left', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'x.lock');
  const seen = await Promise.all(
    [1, 2, 3].map((number) => withShortLock(file, (isHeld) => [number, existsSync(file), isHeld()])),
  );
  expect(seen).toEqual([
    [1, true, true],
    [2, true, true],
    [3, true, true],
  ]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('what goes wrong under it lets go of it', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'x.lock');
  await expect(
    withShortLock(file, () => {
      throw new RangeError('work');
    }),
  ).rejects.toThrow('work');
  expect(existsSync(file)).toBe(false);
});

test('who waits too long is told so, and takes nothing away', async () => {
  using folder = temporaryFolder();
  const file = folder.write('x.lock');
  await expect(withShortLock(file, () => 1, { patienceMs: 0 })).rejects.toMatchObject({
    code: 'CALL_REFUSED',
    message: expect.stringContaining(file),
  });
  expect(readdirSync(folder.path)).toEqual(['x.lock']);
});

test.each([-3600, 3600])(
  'the one of a process that was killed %i s ago on its clock is taken away',
  async (seconds) => {
    using folder = temporaryFolder();
    const file = folder.write('x.lock');
    const then = Date.now() / 1000 + seconds;
    utimesSync(file, then, then);
    expect(await withShortLock(file, () => 'done')).toBe('done');
    expect(readdirSync(folder.path)).toEqual([]);
  },
);

test('who lost it knows, and does not take away the one of another', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'x.lock');
  const held = await withShortLock(file, (isHeld) => {
    rmSync(file);
    const without = isHeld();
    writeFileSync(file, 'another', { mode: 0o600 });
    return without || isHeld();
  });
  expect([held, existsSync(file)]).toEqual([false, true]);
});

test('a folder that is not there is an error of its own', async () => {
  using folder = temporaryFolder();
  await expect(withShortLock(join(folder.path, 'no', 'x.lock'), () => 1)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
  });
});
