// What `npm start -- …` understands.
import { describe, expect, test } from 'vitest';
import { readStartArguments } from '../../../scripts/start-arguments.ts';

function app(rest: readonly string[], { isDemo = false, isBrowser = false } = {}): object {
  return { kind: 'app', isDemo, isBrowser, rest };
}

describe('npm start', () => {
  test.each([
    [[], app([])],
    [['--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['scan', '/home'], { kind: 'command', args: ['scan', '/home'] }],
    [['help'], { kind: 'command', args: ['help'] }],
    [['--version'], { kind: 'command', args: ['--version'] }],
    [['--demo'], app([], { isDemo: true })],
    [
      ['--browser', '--listen', '127.0.0.1:0', '--demo'],
      app(['--listen', '127.0.0.1:0'], { isDemo: true, isBrowser: true }),
    ],
    [['--data-dir', '/srv/scan'], app(['--data-dir', '/srv/scan'])],
    [['./scan', 'Photos'], app(['./scan', 'Photos'])],
    [['/a file'], app(['/a file'])],
    [['--', '--demo'], app(['--', '--demo'])],
  ])('%j', (args, wanted) => {
    expect(readStartArguments(args)).toEqual(wanted);
  });
});
