import { describe, expect, test } from 'vitest';
import { dropVariables, refusedSwitches } from '../../../src/main/startup-switches.ts';

const packaged = { isPackaged: true, platform: 'linux' } as const;

describe('switches that could run the code of others', () => {
  test.each([
    '--inspect',
    '--inspect=0',
    '-inspect-brk=127.0.0.1:9229',
    '--inspect-publish-uid=http',
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    '--js-flags=--allow-natives-syntax',
    '--no-sandbox',
    '--disable-setuid-sandbox',
    '--gpu-launcher=/tmp/x',
    '--renderer-cmd-prefix=/tmp/x',
    '--browser-subprocess-path=/tmp/x',
    '--disable-web-security',
  ])('%s is refused by an installed app and taken in a checkout', (argument) => {
    expect(refusedSwitches([argument, '/a'], packaged)).toEqual([argument]);
    expect(refusedSwitches([argument], { ...packaged, isPackaged: false })).toEqual([]);
  });

  test('paths, options of Vedette and what follows -- are not switches', () => {
    const args = ['/inspect', '--hidden', '--env', 'dev', '--inspector-of-things', '--', '--inspect'];
    expect(refusedSwitches(args, packaged)).toEqual([]);
  });

  test('Windows reads them in any case and with a slash', () => {
    const args = ['/Remote-Debugging-Port=1', '--INSPECT'];
    expect(refusedSwitches(args, { isPackaged: true, platform: 'win32' })).toEqual(args);
  });

  test('variables that Node obeys are gone before a worker can inherit them', () => {
    const environment = { NODE_OPTIONS: '--require x', ELECTRON_RUN_AS_NODE: '1', HOME: '/home/a' };
    expect(dropVariables({ ...environment }, false)).toEqual([]);
    expect(dropVariables(environment, true)).toEqual(['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS']);
    expect(environment).toEqual({ HOME: '/home/a' });
  });
});
