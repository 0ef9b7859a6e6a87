import { describe, expect, test } from 'vitest';
import { findingLine, findingsText } from '../../../src/cli/finding-texts.ts';
import { listFindings } from '../../../src/cli/list-findings.ts';
import { threatsCommand } from '../../../src/cli/threats.ts';
import type { Caller } from '../../../src/cli/ask-vedette.ts';
import { answerCall } from '../../../src/core/control/answer-call.ts';
import type { Handlers } from '../../../src/shared/contract.ts';
import { stripVTControlCharacters } from 'node:util';
import { fakeHandlers } from '../../helpers/fake-handlers.ts';
import { documentOf, runCommand } from './run-command.ts';
import { detection, finding, hostilePath, hostileShown, outcome, someTimeText } from './sample-reports.ts';

const hostile = finding({
  id: 7,
  path: hostilePath,
  state: 'quarantined',
  note: 'Quarantined.\u001b[2J',
  vault_id: 'ab'.repeat(16),
  detections: [detection('a\u001b[1m'), detection('b'), detection('c')],
});

function listing(...findings: ReturnType<typeof finding>[]): Partial<Handlers> {
  return { 'findings.list': () => ({ findings, total: findings.length }) };
}

function callerOf(handlers: Handlers): { readonly call: Caller } {
  return { call: (name, input) => answerCall(handlers, name, input) };
}

const acting: Partial<Handlers> = {
  'findings.act': ({ ids }) => ({ outcomes: ids.map((id) => outcome(id)) }),
};

describe('the list', () => {
  test('has for each finding a line and what was found below it', () => {
    const text = findingsText({ findings: [finding(), hostile], total: 5, all: true, quiet: false });
    expect(stripVTControlCharacters(text).split('\n')).toEqual([
      'ID  SEVERITY  STATE        FOUND             FILE',
      `12  high      open         ${someTimeText}  /home/u/eicar.com`,
      '    infected: Win.Test.EICAR_HDB-1 (clamav)',
      ` 7  high      quarantined  ${someTimeText}  ${hostileShown}`,
      String.raw`    infected: a\x1b[1m (clamav), b (clamav) and 1 more – quarantined.<U+001B>[2J (abababab)`,
      '',
      '2 of 5 are shown; --limit shows more.',
      'What to do about one: vedette threats quarantine ID | allow ID --reason TEXT | dismiss ID',
      'To get one back: vedette quarantine restore, and its id there',
      '',
    ]);
  });

  test('that is empty says where to look', () => {
    const empty = { findings: [], total: 0, quiet: false };
    expect(findingsText({ ...empty, all: false })).toContain('vedette threats list --all');
    expect(findingsText({ ...empty, all: true })).toContain('vedette jobs start quick');
    expect(findingsText({ ...empty, all: true, quiet: true })).toBe('');
  });

  test('of the open ones is what the command shows without more words, and no error', async () => {
    const run = await runCommand(threatsCommand, [], listing(finding()));
    expect(run.asked).toEqual([
      { name: 'findings.list', input: { states: ['open'], job: null, before: null, limit: 100 } },
    ]);
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain('12  high      open');
  });

  test('of all, as a document with the bytes of names that are not UTF-8', async () => {
    const run = await runCommand(
      threatsCommand,
      ['list', '--all', '--limit', '3', '--json'],
      listing(hostile),
    );
    expect(run.asked).toEqual([
      { name: 'findings.list', input: { states: [], job: null, before: null, limit: 3 } },
    ]);
    expect(documentOf(run)).toEqual({
      format: 'vedette.threats/1',
      total: 1,
      findings: [
        {
          ...hostile,
          path: hostilePath.toWellFormed(),
          path_base64: Buffer.concat([Buffer.from(hostilePath.slice(0, -1)), Buffer.of(0xff)]).toString(
            'base64',
          ),
        },
      ],
    });
  });

  test('in lines has a finding on each', async () => {
    const run = await runCommand(threatsCommand, ['--ndjson'], listing(finding(), finding({ id: 13 })));
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([finding(), finding({ id: 13 })]);
  });

  test('refuses to show none of them, which would look as if there were none', async () => {
    const run = await runCommand(threatsCommand, ['list', '--limit', '0']);
    expect([run.error, run.asked]).toEqual(['BAD_USAGE', []]);
  });

  test('is read page by page', async () => {
    const all = Array.from({ length: 2500 }, (_, index) => finding({ id: 2500 - index }));
    const { handlers, asked } = fakeHandlers({
      'findings.list': ({ before, limit }) => ({
        findings: all.filter(({ id }) => before === null || id < before).slice(0, limit),
        total: all.length,
      }),
    });
    const { call } = callerOf(handlers);
    expect(await listFindings(call, { states: [], job: null })).toEqual({ findings: all, total: 2500 });
    expect(asked).toHaveLength(3);
    const some = await listFindings(call, { states: [], job: null }, 1200);
    expect(some).toEqual({ findings: all.slice(0, 1200), total: 2500 });
  });
});

test('the line of one that has just been found says all of it', () => {
  expect(stripVTControlCharacters(findingLine(hostile))).toBe(
    String.raw`${hostileShown}: infected a\x1b[1m (clamav), b (clamav) and 1 more, high, quarantined (threat 7)`,
  );
});

describe('acting', () => {
  test('names each finding once, in calls of at most fifty', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => String(index + 1));
    const run = await runCommand(threatsCommand, ['dismiss', ...ids, '1', '--json'], acting);
    expect(run.asked).toHaveLength(3);
    expect(run.asked[0]).toMatchObject({
      name: 'findings.act',
      input: { action: 'dismiss', reason: '', confirmed: false, actor: expect.stringMatching(/^user ./) },
    });
    expect(documentOf(run)).toMatchObject({ format: 'vedette.outcomes/1', action: 'dismiss' });
    expect(run.exitCode).toBe(0);
  });

  test('exits with 2 when one could not be done', async () => {
    const run = await runCommand(threatsCommand, ['quarantine', '1', '2'], {
      'findings.act': () => ({
        outcomes: [outcome(1), outcome(2, { ok: false, text: 'The disk is full.' })],
      }),
    });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('1  done      It is done.\n2  not done  The disk is full.\n');
  });

  test('with --yes confirms what is named, but never what only belongs to all', async () => {
    const named = await runCommand(threatsCommand, ['quarantine', '1', '--yes'], acting);
    expect(named.asked).toMatchObject([{ input: { confirmed: true, ids: [1] } }]);
    const all = await runCommand(threatsCommand, ['quarantine', 'all', '--yes'], {
      ...listing(finding()),
      ...acting,
    });
    expect(all.asked).toMatchObject([
      { input: { states: ['open'] } },
      { input: { confirmed: false, ids: [12] } },
    ]);
  });

  test('takes up again all that was dismissed, and nothing else', async () => {
    const run = await runCommand(threatsCommand, ['reopen', 'all', '--yes'], {
      ...listing(finding({ state: 'dismissed' })),
      ...acting,
    });
    expect(run.asked).toMatchObject([
      { input: { states: ['dismissed'] } },
      { input: { action: 'reopen', ids: [12] } },
    ]);
  });

  test('on all of nothing does nothing', async () => {
    const run = await runCommand(threatsCommand, ['dismiss', 'all', '--yes'], listing());
    expect([run.exitCode, run.stdout, run.asked.length]).toEqual([
      0,
      'There are none: nothing was done.\n',
      1,
    ]);
  });

  test.each([
    [['dismiss', 'all'], 'BAD_USAGE'],
    [['dismiss', 'x'], 'BAD_USAGE'],
    [['dismiss'], 'commander.missingArgument'],
    [['allow', '1'], 'commander.missingMandatoryOptionValue'],
    [['bogus'], 'commander.excessArguments'],
    [['list', '--limit', '1.5'], 'BAD_USAGE'],
  ])('refuses %j', async (args, error) => {
    const run = await runCommand(threatsCommand, args, acting);
    expect([run.error, run.asked]).toEqual([error, []]);
  });

  test('keeps the reason', async () => {
    const run = await runCommand(threatsCommand, ['allow', '1', '--reason', 'our own'], acting);
    expect(run.asked).toMatchObject([{ input: { action: 'allow', reason: 'our own' } }]);
  });
});
