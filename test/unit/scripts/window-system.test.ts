// Whether there can be a window, and what is said where there can be none.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findWindowSystem } from '../../../scripts/window-system.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const display = { DISPLAY: ':0' };
const linux = { platform: 'linux', userId: 1000 } as const;

describe('a window', () => {
  test('needs a display on Linux, and a user who is not root', () => {
    expect([
      findWindowSystem({}, linux),
      findWindowSystem({ DISPLAY: '' }, linux),
      findWindowSystem(display, { platform: 'linux', userId: 0 }),
    ]).toEqual([
      { kind: 'none', reason: 'there is no display' },
      { kind: 'none', reason: 'there is no display' },
      { kind: 'none', reason: 'a window must not run as root' },
    ]);
  });

  test('is of the Electron that is installed, or of the one that was named', () => {
    using folder = temporaryFolder();
    folder.write('path.txt', 'electron');
    const electron = folder.write('dist/electron');
    const installed = { kind: 'window', electron };
    expect(findWindowSystem({ WAYLAND_DISPLAY: 'w' }, { ...linux, electron: folder.path })).toEqual(
      installed,
    );
    expect(findWindowSystem({}, { platform: 'darwin', electron: folder.path })).toEqual(installed);
    expect(findWindowSystem({ ELECTRON_OVERRIDE_DIST_PATH: '/other' }, linux)).toEqual({
      kind: 'window',
      electron: '/other/electron',
    });
  });

  test('fetches Electron once where it is missing', () => {
    using folder = temporaryFolder();
    const dist = join(folder.path, 'dist');
    const electron = join(dist, 'electron');
    folder.write(
      'install.js',
      `const fs = require('node:fs');
       fs.mkdirSync(${JSON.stringify(dist)});
       fs.writeFileSync(${JSON.stringify(electron)}, '');
       fs.writeFileSync(${JSON.stringify(join(folder.path, 'path.txt'))}, 'electron');`,
    );
    const options = { ...linux, electron: folder.path };
    expect(findWindowSystem(display, options)).toEqual({ kind: 'window', electron });
    folder.write('install.js', 'throw new Error("a second time");');
    expect(findWindowSystem(display, options)).toEqual({ kind: 'window', electron });
  });

  test('says why Electron could not be fetched, in one line', () => {
    using folder = temporaryFolder();
    folder.write('install.js', 'console.error("HTTPError: 403\\n    at fetch"); process.exit(1);');
    expect(findWindowSystem(display, { ...linux, electron: folder.path })).toEqual({
      kind: 'none',
      reason: 'the Electron binary is not there and could not be fetched (HTTPError: 403)',
    });
  });
});
