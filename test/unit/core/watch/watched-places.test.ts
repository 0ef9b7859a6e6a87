import { mkdirSync, symlinkSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { type PlaceSurroundings, surroundingsHere } from '../../../../src/core/watch/place-surroundings.ts';
import {
  fullScanPlaces,
  quickScanPlaces,
  watchedFolders,
} from '../../../../src/core/watch/watched-places.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A machine on which only these folders are there. */
function machine(there: readonly string[], others: Partial<PlaceSurroundings> = {}): PlaceSurroundings {
  const rules = others.platform === 'win32' ? win32 : posix;
  function exists(path: string): boolean {
    return there.some(
      (each) => each === path || each.startsWith(path.endsWith(rules.sep) ? path : path + rules.sep),
    );
  }
  return {
    platform: 'linux',
    env: {},
    home: '/home/ann',
    temporary: '/tmp',
    userName: 'ann',
    isRoot: false,
    exists,
    realPath: (path) => (exists(path) ? path : null),
    readText: () => null,
    ...others,
  };
}

const usual = ['/home/ann/Downloads', '/home/ann/Desktop', '/home/ann/Documents', '/tmp'];

describe('watched folders', () => {
  test('are by default the usual ones that are there', () => {
    expect(watchedFolders([], machine(usual))).toEqual(usual);
    expect(watchedFolders([], machine(['/home/ann/Desktop', '/tmp']))).toEqual(['/home/ann/Desktop', '/tmp']);
  });

  test('are where the desktop says; one that was turned off is not watched, least of all as the whole home', () => {
    const asked: string[] = [];
    const surroundings = machine([...usual, '/home/ann/Laden', '/home/ann/Texte'], {
      env: { XDG_CONFIG_HOME: '/config' },
      readText: (path) => {
        asked.push(path);
        return 'XDG_DOWNLOAD_DIR="$HOME/Laden"\nXDG_DESKTOP_DIR="$HOME/"\n';
      },
    });
    expect(watchedFolders([], surroundings)).toEqual(['/home/ann/Laden', '/home/ann/Documents', '/tmp']);
    expect(asked).toEqual(['/config/user-dirs.dirs']);
  });

  test('of root are also the temporary folder of everybody, and it is not named twice', () => {
    const own = machine([...usual, '/root/tmp'], { home: '/root', temporary: '/root/tmp', isRoot: true });
    expect(watchedFolders([], own)).toEqual(['/root/tmp', '/tmp']);
    expect(watchedFolders([], { ...own, temporary: '/tmp' })).toEqual(['/tmp']);
    expect(watchedFolders([], { ...own, isRoot: false })).toEqual(['/root/tmp']);
  });

  test('are on Windows and macOS below the home folder', () => {
    const home = 'C:\\Users\\ann';
    const there = ['Downloads', 'Desktop', 'Documents', 'AppData\\Local\\Temp'].map(
      (name) => `${home}\\${name}`,
    );
    const temporary = `${home}\\AppData\\Local\\Temp`;
    expect(watchedFolders([], machine(there, { platform: 'win32', home, temporary }))).toEqual(there);
    expect(watchedFolders([], machine(usual, { platform: 'darwin' }))).toEqual(usual);
  });

  test('of the settings are those alone, also where they are not there; none is inside another', () => {
    const surroundings = machine(['/srv/in', '/srv/input', '/tmp']);
    const configured = [
      '/srv/in/deep',
      '/srv/in',
      '/srv/input/',
      '/later/when/mounted',
      '/srv/in/not/yet',
      '',
    ];
    expect(watchedFolders(configured, surroundings)).toEqual([
      '/srv/in',
      '/srv/input',
      '/later/when/mounted',
    ]);
    expect(watchedFolders(['/', '/srv/in', '/gone'], surroundings)).toEqual(['/']);
  });
});

describe.skipIf(process.platform === 'win32')('watched folders of this machine', () => {
  test('are one when they are two names of one folder; a link is replaced by where it leads', () => {
    using folder = temporaryFolder();
    const real = join(folder.path, 'real');
    mkdirSync(join(real, 'inner'), { recursive: true });
    const [link, dead, upper] = ['link', 'dead', 'upper'].map((name) => join(folder.path, name));
    if (link === undefined || dead === undefined || upper === undefined) throw new RangeError();
    symlinkSync(real, link);
    symlinkSync('/nowhere', dead);
    symlinkSync(folder.path, upper);
    expect(watchedFolders([link])).toEqual([real]);
    expect(watchedFolders([real, link, join(link, 'inner')])).toEqual([real]);
    // What is not there is inside all the same, by whatever name of the folder.
    expect(watchedFolders([real, join(link, 'not/there')])).toEqual([real]);
    expect(watchedFolders([dead])).toEqual([dead]);
    // A link above the last part stays as it was written.
    expect(watchedFolders([join(upper, 'real')])).toEqual([join(upper, 'real')]);
  });

  test.runIf(process.platform === 'linux')('keep every byte of their names', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/caf\udce9`;
    mkdirSync(encodePath(path));
    expect(watchedFolders([path])).toEqual([path]);
  });

  test('are absolute', () => {
    expect(watchedFolders(['src'])).toEqual([join(process.cwd(), 'src')]);
  });

  test('can be chosen without any settings', () => {
    expect(watchedFolders([])).toContain(surroundingsHere().temporary);
    expect(quickScanPlaces([])).toContain(surroundingsHere().temporary);
  });
});

describe('a quick scan', () => {
  test('looks at the watched folders and what starts by itself, as far as it is there', () => {
    const more = [
      '/home/ann/.config/autostart',
      '/home/ann/.config/systemd/user',
      '/home/ann/.local/bin',
      '/var/spool/cron/crontabs/ann',
    ];
    expect(quickScanPlaces([], machine([...usual, ...more]))).toEqual([...usual, ...more]);
    expect(quickScanPlaces(['/home/ann', '/gone'], machine([...usual, ...more]))).toEqual([
      '/home/ann',
      '/var/spool/cron/crontabs/ann',
    ]);
  });

  test('does not take the name of a user for a path', () => {
    const surroundings = machine([...usual, '/var/spool/cron/crontabs/../../x'], { userName: '../../x' });
    expect(quickScanPlaces([], surroundings)).toEqual(usual);
  });

  test('looks on Windows at all programs start from, also for all users', () => {
    const roaming = 'C:\\Users\\ann\\AppData\\Roaming';
    const startup = 'Microsoft\\Windows\\Start Menu\\Programs\\Startup';
    const there = [`${roaming}\\${startup}`, `C:\\ProgramData\\${startup}`];
    const surroundings = machine(there, {
      platform: 'win32',
      home: 'C:\\Users\\ann',
      env: { APPDATA: roaming },
    });
    // Its own is inside the folder of roaming data.
    expect(quickScanPlaces([], surroundings)).toEqual([roaming, `C:\\ProgramData\\${startup}`]);
  });

  test('looks on macOS at launch agents, daemons and applications', () => {
    const there = ['/home/ann/Library/LaunchAgents', '/Library/LaunchDaemons', '/Applications'];
    expect(quickScanPlaces([], machine(there, { platform: 'darwin' }))).toEqual(there);
  });
});

test('a full scan looks at everything, on Windows at each drive that is there', () => {
  expect(fullScanPlaces(machine(usual), () => ['/', '/home'])).toEqual(['/', '/home']);
  expect(fullScanPlaces(machine(usual, { platform: 'darwin' }))).toEqual(['/']);
  expect(fullScanPlaces(machine(['A:\\', 'C:\\x', 'E:\\'], { platform: 'win32' }))).toEqual(['C:\\', 'E:\\']);
});
