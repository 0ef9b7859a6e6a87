import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addCommonOptions } from '../../../../src/cli/common-options.ts';
import { refuseOptions } from '../../../../src/cli/remote/refuse-options.ts';
import {
  addRemoteScanOptions,
  addScanOptions,
  scanOptionsSchema,
  type ScanOptions,
} from '../../../../src/cli/scan-options.ts';

function optionsOf(...args: readonly string[]): ScanOptions {
  const command = addRemoteScanOptions(addCommonOptions(addScanOptions(new Command('scan')))).argument(
    '[path...]',
  );
  return scanOptionsSchema.parse(command.parse([...args], { from: 'user' }).opts());
}

const walking = ['--exclude=*.iso', '--follow-symlinks', '--cross-devices', '--max-file-size=1GiB'];

describe('with --remote', () => {
  test.each([
    ['--clamd', 'none'],
    ['--signature-dir', 'db'],
    ['--rules', 'a.yar'],
    ['--hash-list', 'list'],
    ['--known-good', 'list'],
    ['--no-yara'],
    ['--yara-binding', 'wasm'],
    ['--no-cache'],
    ['--action', 'quarantine'],
    ['--scaling-trace', 'trace'],
  ])('%s is refused, and why', (...args) => {
    expect(() => refuseOptions(optionsOf(...args))).toThrow(args[0]);
    expect(() => refuseOptions(optionsOf(...args))).toThrow(/does not go with --remote: \w+/);
  });

  test('options of the walk count, but not for paths of the service', () => {
    for (const option of [...walking, '--all', '--allow-partial', '-0']) refuseOptions(optionsOf(option));
    for (const option of walking) {
      expect(() => refuseOptions(optionsOf('--remote-paths', option))).toThrow('--remote-paths');
    }
    refuseOptions(optionsOf('--remote-paths', '--all', '--files-from', '-'));
  });
});
