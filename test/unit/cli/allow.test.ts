import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { addedText, allowCommand, allowText, allowValue, removedText } from '../../../src/cli/allow.ts';
import { documentOf, runCommand } from './run-command.ts';
import { allowEntry, hostilePath, hostileShown, someTimeText } from './sample-reports.ts';

const hash = 'AB'.repeat(32);

describe('the list', () => {
  test('says what, who, when and why', () => {
    const entries = [allowEntry(), allowEntry({ id: 12, kind: 'signature', value: hostilePath, reason: '' })];
    expect(stripVTControlCharacters(allowText(entries, false)).split('\n')).toEqual([
      'ID  KIND       SINCE             BY       WHAT AND WHY',
      ` 1  path       ${someTimeText}  user me  /srv/tools: our own`,
      `12  signature  ${someTimeText}  user me  ${hostileShown}`,
      '',
      'To allow something no more: vedette allow remove ID',
      '',
    ]);
  });

  test('that is empty says how to begin', async () => {
    const run = await runCommand(allowCommand, [], { 'allow.list': () => ({ entries: [] }) });
    expect(run.stdout).toMatch(/^Nothing is allowed: every finding counts\.\n.*vedette threats allow ID/);
    expect(allowText([], true)).toBe('');
  });

  test('is a document with the bytes of paths that are not UTF-8', async () => {
    const run = await runCommand(allowCommand, ['--json'], {
      'allow.list': () => ({ entries: [allowEntry(), allowEntry({ value: '/\uDCFF' })] }),
    });
    expect(documentOf(run)).toEqual({
      format: 'vedette.allow/1',
      entries: [allowEntry(), { ...allowEntry({ value: '/\uFFFD' }), value_base64: 'L/8=' }],
    });
  });
});

describe('adding', () => {
  test.each([
    ['hash', hash, hash.toLowerCase()],
    ['path', 'tools', resolve('tools')],
    ['signature', 'Win.Test', 'Win.Test'],
  ] as const)('a %s keeps it as %s', async (kind, text, value) => {
    expect(allowValue(kind, text)).toBe(value);
    const run = await runCommand(allowCommand, ['add', kind, text, '--reason', 'mine', '--json'], {
      'allow.add': (input) => ({
        entry: allowEntry({ kind: input.kind, value: input.value, reason: input.reason }),
        is_new: true,
      }),
    });
    expect(run.asked).toEqual([
      { name: 'allow.add', input: { kind, value, reason: 'mine', actor: expect.stringMatching(/^user ./) } },
    ]);
    expect(documentOf(run)).toEqual({
      format: 'vedette.allow-add/1',
      entry: allowEntry({ kind, value, reason: 'mine' }),
      is_new: true,
    });
  });

  test.each([
    [['add', 'hash', 'abc', '--reason', 'x'], 'BAD_USAGE'],
    [['add', 'hash', `${hash}0`, '--reason', 'x'], 'BAD_USAGE'],
    [['add', 'path', '', '--reason', 'x'], 'BAD_USAGE'],
    [['add', 'user', 'me', '--reason', 'x'], 'BAD_USAGE'],
    [['add', 'path', '/x'], 'commander.missingMandatoryOptionValue'],
    [['remove', 'x'], 'BAD_USAGE'],
    [['remove'], 'commander.missingArgument'],
  ])('refuses %j', async (args, error) => {
    const run = await runCommand(allowCommand, args);
    expect([run.error, run.asked]).toEqual([error, []]);
  });

  test('says how to undo it, or that it was there', () => {
    expect(stripVTControlCharacters(addedText(allowEntry(), true))).toBe(
      'Entry 1 allows the path /srv/tools from now on.\nTo undo it: vedette allow remove 1\n',
    );
    expect(addedText(allowEntry({ value: hostilePath }), false)).toBe(
      `Entry 1 allowed the path ${hostileShown} already.\n`,
    );
  });
});

describe('removing', () => {
  test('exits with 2 when one was not there', async () => {
    const run = await runCommand(allowCommand, ['remove', '1', '5'], {
      'allow.remove': () => ({ removed: [allowEntry()] }),
    });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('Entry 1: the path /srv/tools is no longer allowed.\nEntry 5: there is none.\n');
  });

  test('says which in a document', async () => {
    const run = await runCommand(allowCommand, ['remove', '1', '--json'], {
      'allow.remove': () => ({ removed: [allowEntry()] }),
    });
    expect([run.exitCode, documentOf(run)]).toEqual([
      0,
      { format: 'vedette.allow-remove/1', removed: [allowEntry()], not_found: [] },
    ]);
    expect(removedText([allowEntry()], [], true)).toBe('');
  });
});
