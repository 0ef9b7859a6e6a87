import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.ts';
import { followAutostart, type AutostartOptions } from '../../../src/main/autostart.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function scene(over: Partial<AutostartOptions> = {}) {
  const temporary = temporaryFolder();
  onTestFinished(() => temporary[Symbol.dispose]());
  const folder = temporary.path;
  const file = join(folder, 'autostart', 'vedette.desktop');
  const setLoginItem = vi.fn<AutostartOptions['setLoginItem']>();
  const options: AutostartOptions = {
    isPackaged: true,
    platform: 'linux',
    environment: { XDG_CONFIG_HOME: folder },
    program: '/opt/Vedette/vedette',
    setLoginItem,
    logger: silentLogger,
    ...over,
  };
  return { folder, file, setLoginItem, options };
}

describe('the start at login', () => {
  test('on Linux is an entry that comes and goes with the setting', () => {
    const { file, options } = scene();
    followAutostart(true, options);
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/Vedette/vedette" "--hidden"\n');
    followAutostart(false, options);
    expect(existsSync(file)).toBe(false);
    followAutostart(false, options);
  });

  test('starts the AppImage that holds the program', () => {
    const { file, folder, options } = scene();
    const environment = { XDG_CONFIG_HOME: folder, APPIMAGE: '/home/a/Vedette.AppImage' };
    followAutostart(true, { ...options, environment });
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/home/a/Vedette.AppImage" "--hidden"\n');
  });

  test('stays off where a person switched it off in the desktop', () => {
    const { file, folder, options } = scene();
    mkdirSync(join(folder, 'autostart'));
    writeFileSync(file, '[Desktop Entry]\nHidden=true\n');
    followAutostart(true, options);
    expect(readFileSync(file, 'utf8')).toBe('[Desktop Entry]\nHidden=true\n');
  });

  test.each(['darwin', 'win32'] as const)('on %s is a login item', (platform) => {
    const { file, setLoginItem, options } = scene({ platform });
    followAutostart(true, options);
    expect(setLoginItem.mock.calls).toEqual([[{ openAtLogin: true, args: ['--hidden'] }]]);
    expect(existsSync(file)).toBe(false);
  });

  test('is never set from a checkout', () => {
    const { file, options } = scene({ isPackaged: false });
    followAutostart(true, options);
    expect(existsSync(file)).toBe(false);
  });

  test('that cannot be set is no reason to fail', () => {
    const { folder, options } = scene();
    writeFileSync(join(folder, 'autostart'), 'a file where the folder should be');
    expect(() => followAutostart(true, options)).not.toThrow();
  });
});
