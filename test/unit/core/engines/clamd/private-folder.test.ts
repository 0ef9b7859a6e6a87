// Private folders outside the data folder: made for one data folder, swept by its next run, never anybody else's.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makePrivateFolder,
  roomyMemoryFolder,
  sweepPrivateFolders,
} from '../../../../../src/core/engines/clamd/private-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vedette-test-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

describe('private folders', () => {
  it('are of mode 0700 and new each time', () => {
    const made = [makePrivateFolder(parent, '/data'), makePrivateFolder(parent, '/data')];
    expect(new Set(made).size).toBe(2);
    expect(made.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('of the same data folder are swept with all they hold, others stay', () => {
    const left = makePrivateFolder(parent, '/data');
    writeFileSync(join(left, 'unpacked'), 'x');
    const other = makePrivateFolder(parent, '/other data');
    mkdirSync(join(parent, 'unrelated'));
    sweepPrivateFolders(parent, '/data');
    expect(
      readdirSync(parent)
        .map((name) => join(parent, name))
        .toSorted(),
    ).toEqual([other, join(parent, 'unrelated')].toSorted());
  });

  it('are not swept through a link that has their name', () => {
    const name = makePrivateFolder(parent, '/data');
    rmSync(name, { recursive: true });
    mkdirSync(join(parent, 'victim'));
    symlinkSync(join(parent, 'victim'), name);
    sweepPrivateFolders(parent, '/data');
    expect(existsSync(join(parent, 'victim'))).toBe(true);
    expect(existsSync(name)).toBe(true);
  });

  it('of a parent that is not there are no error', () => {
    expect(() => sweepPrivateFolders(join(parent, 'none'), '/data')).not.toThrow();
  });
});

describe('roomyMemoryFolder', () => {
  it.skipIf(process.platform !== 'linux' || !existsSync('/dev/shm'))(
    'is used only when it holds twice the limit',
    () => {
      expect(roomyMemoryFolder(1024)).toBe('/dev/shm');
      expect(roomyMemoryFolder(Number.MAX_SAFE_INTEGER)).toBeNull();
    },
  );

  it('is not used when it is missing or not in memory', () => {
    expect(roomyMemoryFolder(1024, join(parent, 'none'))).toBeNull();
    expect(roomyMemoryFolder(1024, process.cwd())).toBeNull();
  });
});
