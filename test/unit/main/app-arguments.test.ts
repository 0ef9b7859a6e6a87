import { describe, expect, test } from 'vitest';
import { ownArguments, readAppArguments } from '../../../src/main/app-arguments.ts';

const nothing = {
  isHidden: false,
  isDemo: false,
  dataDir: null,
  configFile: null,
  overlay: null,
  paths: [],
  problem: '',
};

describe('arguments of the app', () => {
  test.each([
    { argv: ['/opt/vedette', 'a', '--hidden'], isPackaged: true, own: ['a', '--hidden'] },
    { argv: ['electron', '.', 'a'], isPackaged: false, own: ['a'] },
    {
      argv: ['electron', '--no-sandbox', '-r', 'loader.js', '--inspect=0', '/app', '--demo', 'a'],
      isPackaged: false,
      own: ['--demo', 'a'],
    },
    { argv: ['electron', '--inspect=0'], isPackaged: false, own: [] },
  ])('$argv are $own', ({ argv, isPackaged, own }) => {
    expect(ownArguments(argv, isPackaged)).toEqual(own);
  });

  test('all options and paths are read, and switches of Chromium left alone', () => {
    const args = ['--hidden', '--data-dir', 'd', '--config=c.toml', '--env', 'dev', '--demo', '--ozone', 'x'];
    expect(readAppArguments(args, '/home/a')).toEqual({
      isHidden: true,
      isDemo: true,
      dataDir: '/home/a/d',
      configFile: '/home/a/c.toml',
      overlay: 'dev',
      paths: ['/home/a/x'],
      problem: '',
    });
  });

  test('what follows -- is a path, whatever it looks like', () => {
    expect(readAppArguments(['--', '--hidden', '/b'], '/a')).toEqual({
      ...nothing,
      paths: ['/a/--hidden', '/b'],
    });
  });

  test('addresses of files, as desktops give them, are paths', () => {
    const args = ['file:///home/a/50%25%20off%20%26%20more.txt', '--', 'file:///b', 'file://other/c'];
    expect(readAppArguments(args, '/a').paths).toEqual([
      '/home/a/50% off & more.txt',
      '/b',
      '/a/file:/other/c',
    ]);
  });

  test.each([['--data-dir'], ['--config='], ['--env']])('%s without a value is a problem', (option) => {
    const name = option.replace('=', '');
    expect(readAppArguments([option], '/a').problem).toBe(`${name} needs a value.`);
  });
});
