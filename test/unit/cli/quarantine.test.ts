import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { deleteQuestion, quarantineText } from '../../../src/cli/quarantine-texts.ts';
import { quarantineCommand } from '../../../src/cli/quarantine.ts';
import type { Handlers } from '../../../src/shared/contract.ts';
import type { VaultRecord } from '../../../src/shared/vault-record.ts';
import { documentOf, runCommand } from './run-command.ts';
import { hostilePath, hostileShown, outcome, record, someTimeText } from './sample-reports.ts';

const first = record('abcd1234');
const second = record('abcd99', { path: hostilePath, size_bytes: 2048 });
const damaged = record('0123', {
  state: 'damaged',
  problem: 'the seal is broken',
  detections: [],
  other_links: ['/srv/x'],
  other_link_count: 2,
});

function each({ ids }: { readonly ids: readonly string[] }) {
  return { outcomes: ids.map((id) => outcome(id)) };
}

function answers(...records: VaultRecord[]): Partial<Handlers> {
  return {
    'quarantine.list': () => ({ records }),
    'quarantine.restore': each,
    'quarantine.delete': each,
    'quarantine.export': each,
  };
}

describe('the list', () => {
  test('says what is there, since when, from where, and what is wrong with it', () => {
    expect(stripVTControlCharacters(quarantineText([first, second, damaged], false)).split('\n')).toEqual([
      'ID        SINCE                SIZE  WHERE IT WAS',
      `abcd1234  ${someTimeText}     68 B  /home/u/eicar.com`,
      '          Win.Test.EICAR_HDB-1 (clamav), by policy',
      `abcd9900  ${someTimeText}  2.0 KiB  ${hostileShown}`,
      '          Win.Test.EICAR_HDB-1 (clamav), by policy',
      `01230000  ${someTimeText}     68 B  /home/u/eicar.com`,
      '          by policy',
      '          damaged: the seal is broken',
      '          2 other names of this file are still there: /srv/x',
      '',
      '3 files, 2.1 KiB.',
      'vedette quarantine restore ID [--allow] | delete ID | export ID --output FILE',
      '',
    ]);
  });

  test('that is empty says where to look', async () => {
    const run = await runCommand(quarantineCommand, [], answers());
    expect(run.stdout).toBe('The vault is empty.\nWhat was found is shown by: vedette threats\n');
    expect(run.exitCode).toBe(0);
    expect(quarantineText([], true)).toBe('');
  });

  test('is a document with whole ids and the bytes of names', async () => {
    const run = await runCommand(quarantineCommand, ['list', '--json'], answers(second, damaged));
    expect(documentOf(run)).toMatchObject({
      format: 'vedette.quarantine/1',
      records: [
        { id: second.id, path: hostilePath.toWellFormed(), path_base64: expect.any(String) },
        { id: damaged.id, other_links: [{ path: '/srv/x' }] },
      ],
    });
  });
});

describe('restoring', () => {
  test('takes the beginnings of ids and asks for the safest way', async () => {
    const run = await runCommand(
      quarantineCommand,
      ['restore', 'abcd1', 'ABCD99', 'abcd12'],
      answers(first, second),
    );
    expect(run.asked.at(-1)).toEqual({
      name: 'quarantine.restore',
      input: {
        ids: [first.id, second.id],
        to: null,
        allow: false,
        keep_mode: false,
        reason: 'restored from quarantine',
        actor: expect.stringMatching(/^user ./),
      },
    });
    expect([run.exitCode, ...run.stdout.split('\n')]).toEqual([
      0,
      'abcd1234  done  It is done.',
      'abcd9900  done  It is done.',
      expect.stringContaining('To allow one: vedette allow add path PATH --reason TEXT'),
      '',
    ]);
  });

  test('passes on where to and how', async () => {
    const options = ['--to', 'x', '--allow', '--keep-mode', '--reason', 'mine'];
    const run = await runCommand(quarantineCommand, ['restore', 'all', '--yes', ...options], answers(first));
    expect(run.asked.at(-1)?.input).toMatchObject({
      ids: [first.id],
      to: resolve('x'),
      allow: true,
      keep_mode: true,
      reason: 'mine',
    });
  });

  test('of many is asked for in batches', async () => {
    const records = Array.from({ length: 51 }, (_, index) =>
      record((index + 1).toString(16).padStart(4, '0')),
    );
    const run = await runCommand(
      quarantineCommand,
      ['restore', 'all', '--yes', '--json'],
      answers(...records),
    );
    expect(run.asked.map(({ name }) => name)).toEqual([
      'quarantine.list',
      'quarantine.restore',
      'quarantine.restore',
    ]);
    expect(documentOf(run)).toMatchObject({ action: 'restore', outcomes: { length: 51 } });
  });

  test.each([
    [['restore', 'all'], 'BAD_USAGE', 0],
    [['restore', 'abcd'], 'BAD_USAGE', 1],
    [['restore', 'ffff'], 'NOT_FOUND', 1],
    [['restore'], 'commander.missingArgument', 0],
  ])('refuses %j', async (args, error, asked) => {
    const run = await runCommand(quarantineCommand, args, answers(first, second));
    expect([run.error, run.asked.length]).toEqual([error, asked]);
  });
});

describe('deleting', () => {
  test('is not done where nobody can be asked, unless it was said', async () => {
    const refused = await runCommand(quarantineCommand, ['delete', 'abcd1234'], answers(first));
    expect([refused.error, refused.asked]).toEqual(['BAD_USAGE', []]);
    const done = await runCommand(quarantineCommand, ['delete', 'abcd1234', '--yes'], answers(first));
    expect([done.exitCode, done.asked.at(-1)]).toEqual([
      0,
      { name: 'quarantine.delete', input: { ids: [first.id], actor: expect.any(String) } },
    ]);
  });

  test('asks with the names of the first ten', () => {
    expect(deleteQuestion([second])).toBe(`  ${hostileShown}\nDelete 1 file for good?`);
    const many = Array.from({ length: 12 }, () => first);
    expect(deleteQuestion(many).split('\n').slice(-2)).toEqual(['  and 2 more', 'Delete 12 files for good?']);
  });
});

describe('exporting', () => {
  test('writes where it was told to, with the usual password', async () => {
    const run = await runCommand(
      quarantineCommand,
      ['export', 'abcd1234', '--output', 'x.zip'],
      answers(first),
    );
    expect(run.asked.at(-1)?.input).toEqual({
      ids: [first.id],
      file: resolve('x.zip'),
      password: 'infected',
      actor: expect.any(String),
    });
  });

  test('needs a place, and no more than one zip can hold', async () => {
    const nowhere = await runCommand(quarantineCommand, ['export', 'abcd1234'], answers(first));
    expect(nowhere.error).toBe('commander.missingMandatoryOptionValue');
    const records = Array.from({ length: 1001 }, (_, index) =>
      record(`f${index.toString(16).padStart(4, '0')}`),
    );
    const many = await runCommand(
      quarantineCommand,
      ['export', 'all', '--yes', '--output', 'x'],
      answers(...records),
    );
    expect([many.error, many.asked.length]).toEqual(['BAD_USAGE', 1]);
  });
});
