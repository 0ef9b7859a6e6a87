import { describe, expect, test } from 'vitest';
import { defaultConfigFolder, defaultDataFolder } from '../../../src/core/platform-folders.ts';

describe('the data folder', () => {
  test.each([
    ['linux', {}, '/home/ann/.local/share/vedette'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/vedette'],
    ['darwin', {}, '/home/ann/Library/Application Support/Vedette'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/Vedette'],
    ['win32', {}, '/home/ann/AppData/Local/Vedette'],
    ['linux', { VEDETTE_DATA_DIR: '/chosen', XDG_DATA_HOME: '/data' }, '/chosen'],
    ['linux', { VEDETTE_DATA_DIR: '' }, '/home/ann/.local/share/vedette'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultDataFolder({ platform, env, home: '/home/ann' })).toBe(expected);
  });

  // An empty or relative XDG_DATA_HOME counts as none (XDG Base Directory Specification).
  test.each(['', 'relative'])('is not below the current folder because XDG_DATA_HOME is %j', (value) => {
    const env = { XDG_DATA_HOME: value };
    expect(defaultDataFolder({ platform: 'linux', env, home: '/home/ann' })).toBe(
      '/home/ann/.local/share/vedette',
    );
  });
});

describe('the configuration folder', () => {
  test.each([
    ['linux', {}, '/home/ann/.config/vedette'],
    ['linux', { XDG_CONFIG_HOME: '/config' }, '/config/vedette'],
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/ann/.config/vedette'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ann/.config/vedette'],
    ['darwin', {}, '/home/ann/Library/Application Support/Vedette'],
    ['win32', {}, '/home/ann/AppData/Roaming/Vedette'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultConfigFolder({ platform, env, home: '/home/ann' })).toBe(expected);
  });
});
