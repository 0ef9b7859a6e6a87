import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { followedExitCode, jobsCommand, startInput } from '../../../src/cli/jobs.ts';
import { jobProgressLine, jobsText, jobText } from '../../../src/cli/job-texts.ts';
import { ControlServer } from '../../../src/core/control/control-server.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { takeOwnerLock } from '../../../src/core/store/owner-lock.ts';
import type { FeedEvent, Handlers } from '../../../src/shared/contract.ts';
import type { Job, Schedule } from '../../../src/shared/job.ts';
import { fakeHandlers, type FakeHandlers } from '../../helpers/fake-handlers.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { documentOf, runCommand, type CommandRun } from './run-command.ts';
import { finding, hostilePath, hostileShown, job, someTime, someTimeText } from './sample-reports.ts';

const schedule: Schedule = {
  text: 'quick 0 12 * * *',
  kind: 'quick',
  roots: [],
  next_run_at: someTime,
  last_run_at: null,
  last_state: null,
  missed: 2,
};

describe('the list', () => {
  test('has the scans and the schedules', () => {
    const done = job(
      { id: 12, kind: 'quick', state: 'done', schedule: 'x', roots: [hostilePath] },
      { infected: 0 },
    );
    expect(stripVTControlCharacters(jobsText([job(), done], [schedule], false)).split('\n')).toEqual([
      'ID  KIND    STATE    FILES  FOUND  STARTED            TOOK  WHAT',
      ` 3  custom  running  1,204      1  ${someTimeText}  4.0 s  /home/u and 1 more`,
      `12  quick   done     1,204      0  ${someTimeText}  4.0 s  ${hostileShown} (by schedule)`,
      '',
      'SCHEDULE          NEXT              LAST',
      `quick 0 12 * * *  ${someTimeText}  never  2 missed`,
      '',
    ]);
  });

  test('that is empty says how to begin', async () => {
    const run = await runCommand(jobsCommand, [], { 'jobs.list': () => ({ jobs: [], schedules: [] }) });
    expect(run.stdout).toMatch(/^No scans yet\.\nTo begin: vedette jobs start quick/);
    expect(jobsText([], [], true)).toBe('');
  });

  test('is a document with the bytes of names', async () => {
    const hostile = job({ roots: [hostilePath] }, { current_path: '/\uDCFF' });
    const run = await runCommand(jobsCommand, ['--json', '--limit', '5'], {
      'jobs.list': () => ({ jobs: [hostile], schedules: [schedule] }),
    });
    expect(run.asked).toEqual([{ name: 'jobs.list', input: { limit: 5 } }]);
    expect(documentOf(run)).toMatchObject({
      format: 'vedette.jobs/1',
      jobs: [
        {
          roots: [{ path: hostilePath.toWellFormed(), path_base64: expect.any(String) }],
          progress: { current_path: { path: '/\uFFFD', path_base64: 'L/8=' } },
        },
      ],
      schedules: [schedule],
    });
  });
});

describe('one scan', () => {
  test('is shown with how far it is and what it found', () => {
    const text = jobText(job({}, { from_cache: 800 }), [finding()]);
    expect(stripVTControlCharacters(text).split('\n')).toEqual([
      'Scan 3 (custom) is running.',
      '  looks through  /home/u, /srv',
      `  started        ${someTimeText}`,
      '  scanned        1,204 of 5,000 files, 1.0 MiB in 4.0 s',
      '  speed          310 files/s, 12.2 s left',
      '  verdicts       clean 1,203, infected 1',
      '  from cache     800',
      '  now at         /home/u/now',
      '',
      'ID  SEVERITY  STATE  FOUND             FILE',
      `12  high      open   ${someTimeText}  /home/u/eicar.com`,
      '    infected: Win.Test.EICAR_HDB-1 (clamav)',
      '',
    ]);
  });

  test('that failed says why, and not where it is', () => {
    const failed = job(
      { state: 'failed', problem: 'the disk\nis gone', ended_at: someTime },
      { total_files: null },
    );
    expect(stripVTControlCharacters(jobText(failed, [])).split('\n')).toEqual([
      'Scan 3 (custom) failed: the disk<U+000A>is gone',
      '  looks through  /home/u, /srv',
      `  started        ${someTimeText}`,
      `  ended          ${someTimeText}`,
      '  scanned        1,204 files, 1.0 MiB in 4.0 s',
      '  verdicts       clean 1,203, infected 1',
      '',
    ]);
  });

  test('is a document with its findings', async () => {
    const run = await runCommand(jobsCommand, ['show', '3', '--json'], {
      'jobs.show': () => job(),
      'findings.list': () => ({ findings: [finding()], total: 1 }),
    });
    expect(run.asked.map(({ input }) => input)).toEqual([
      { id: 3 },
      { states: [], job: 3, before: null, limit: 1000 },
    ]);
    expect(documentOf(run)).toMatchObject({
      format: 'vedette.job/1',
      job: { id: 3 },
      findings: [{ id: 12 }],
    });
  });

  test.each(['pause', 'resume', 'cancel'] as const)('can be told to %s', async (name) => {
    const run = await runCommand(jobsCommand, [name, '3'], {
      [`jobs.${name}`]: () => job({ state: 'paused' }),
    });
    expect(run.asked).toEqual([
      { name: `jobs.${name}`, input: { id: 3, actor: expect.stringMatching(/^user ./) } },
    ]);
    const text = 'Scan 3 (custom) is paused.\nTo let it go on: vedette jobs resume 3\n';
    expect([run.exitCode, run.stdout]).toEqual([0, text]);
  });

  test.each([
    [job(), 'scan 3 · 1,204 of 5,000 files · 310 files/s · 12.2 s left · 1 found · /home/u/now'],
    [
      job(
        { state: 'paused' },
        { total_files: null, remaining_seconds: null, infected: 0, current_path: hostilePath },
      ),
      `scan 3 paused · 1,204 files · 310 files/s · ${hostileShown}`,
    ],
    [
      job({}, { total_files: 3, current_path: null }),
      'scan 3 · 1,204 files · 310 files/s · 12.2 s left · 1 found',
    ],
  ])('in a line', (each, line) => {
    expect(jobProgressLine(each)).toBe(line);
  });
});

describe('starting', () => {
  test.each([
    [['quick'], { kind: 'quick', roots: [] }],
    [['full'], { kind: 'full', roots: [] }],
    [['/a', 'b'], { kind: 'custom', roots: ['/a', resolve('b')] }],
    [['./quick'], { kind: 'custom', roots: [resolve('quick')] }],
    [['/\uDCFF'], { kind: 'custom', roots: ['/\uDCFF'] }],
  ])('%j is %j', (what, expected) => {
    expect(startInput(what)).toEqual(expected);
  });

  test.each([[['quick', '/a']], [['/a', 'full']], [['']], [['quick', 'full']]])('%j is refused', (what) => {
    expect(() => startInput(what)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });

  test('says how to see and how to end it', async () => {
    const run = await runCommand(jobsCommand, ['start', 'full'], {
      'jobs.start': () => job({ kind: 'full' }),
    });
    expect(run.asked).toEqual([
      { name: 'jobs.start', input: { kind: 'full', roots: [], actor: expect.stringMatching(/^user ./) } },
    ]);
    expect(run.stdout).toBe(
      'Scan 3 (full) is running.\nHow far it is: vedette jobs show 3; to end it: vedette jobs cancel 3\n',
    );
  });

  test.each([
    [['list', '--limit', '0'], 'BAD_USAGE'],
    [['list', '--limit', '1001'], 'BAD_USAGE'],
    [['show', '0'], 'BAD_USAGE'],
    [['show'], 'commander.missingArgument'],
    [['start'], 'commander.missingArgument'],
    [['cancel', '1', '2'], 'commander.excessArguments'],
  ])('%j is refused', async (args, error) => {
    const run = await runCommand(jobsCommand, args);
    expect([run.error, run.asked]).toEqual([error, []]);
  });
});

test.each([
  [job({ state: 'done' }), 1],
  [job({ state: 'done' }, { infected: 0 }), 0],
  [job({ state: 'done' }, { infected: 0, suspicious: 1 }), 1],
  [job({ state: 'done' }, { infected: 0, unscannable: 1 }), 2],
  [job({ state: 'cancelled' }), 2],
  [job({ state: 'failed' }), 2],
])('the exit code of a scan that was looked on is that of `scan`', (ended, exitCode) => {
  expect(followedExitCode(ended)).toBe(exitCode);
});

interface Running extends AsyncDisposable, FakeHandlers {
  readonly server: ControlServer;
  emit(event: FeedEvent): void;
  run(...args: string[]): Promise<CommandRun>;
}

/** A Vedette behind a real socket whose scan goes as the test says. */
async function running(answers: Partial<Handlers>): Promise<Running> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(temporaryFolder());
  const address = join(folder.path, 'control.sock');
  const fake = fakeHandlers(answers);
  const listeners = new Set<(event: FeedEvent) => void>();
  const server = await ControlServer.listen({
    address,
    handlers: fake.handlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    logger: silentLogger,
  });
  made.use(server);
  const taken = takeOwnerLock(folder.path, { purpose: 'watch', address });
  if (taken.kind === 'taken') made.use(taken.lock);
  const kept = made.move();
  return {
    ...fake,
    server,
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    run: (...args) => runCommand(jobsCommand, ['start', '--follow', ...args], {}, folder.path),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function told(each: Job): FeedEvent {
  return { kind: 'job', at: 1, job: each };
}

describe('looking on', () => {
  test('tells each finding once, of this scan only, and ends with it', async () => {
    const found = [finding()];
    await using vedette = await running({
      'jobs.start': () => job({}, { infected: 0 }),
      'findings.list': ({ job: of }) => ({ findings: of === 3 ? found : [], total: found.length }),
    });
    const following = vedette.run('quick');
    await expect.poll(() => vedette.asked).toHaveLength(1);
    vedette.emit(told(job({ id: 99, state: 'done' })));
    vedette.emit(told(job()));
    await expect.poll(() => vedette.asked).toHaveLength(2);
    found.unshift(finding({ id: 13, path: '/b' }));
    vedette.emit({ kind: 'finding', at: 1, finding: finding({ id: 13 }) });
    vedette.emit(told(job({ state: 'done', ended_at: someTime }, { infected: 2 })));
    const run = await following;
    expect(run.exitCode).toBe(1);
    expect(run.stdout.split('\n').slice(0, 3)).toEqual([
      '/home/u/eicar.com: infected Win.Test.EICAR_HDB-1 (clamav), high, open (threat 12)',
      '/b: infected Win.Test.EICAR_HDB-1 (clamav), high, open (threat 13)',
      'Scan 3 (custom) is done.',
    ]);
  });

  test('tells what became of a finding, not that it has only just been found', async () => {
    const found = [finding()];
    await using vedette = await running({
      'jobs.start': () => job({}, { infected: 0 }),
      'findings.list': () => ({ findings: [...found], total: 1 }),
    });
    const following = vedette.run('quick');
    await expect.poll(() => vedette.asked).toHaveLength(1);
    vedette.emit(told(job()));
    await expect.poll(() => vedette.asked).toHaveLength(2);
    found[0] = finding({ state: 'quarantined', note: 'Quarantined.' });
    vedette.emit(told(job()));
    await expect.poll(() => vedette.asked).toHaveLength(3);
    vedette.emit(told(job({ state: 'done', ended_at: someTime }, { infected: 1 })));
    const { stdout } = await following;
    expect(stdout.split('\n').filter((line) => line.includes('eicar.com'))).toEqual([
      '/home/u/eicar.com: infected Win.Test.EICAR_HDB-1 (clamav), high, quarantined (threat 12)',
    ]);
  });

  test('at a scan that is over at once misses nothing', async () => {
    await using vedette = await running({
      'jobs.start': () => job({ state: 'done' }),
      'findings.list': () => ({ findings: [finding()], total: 1 }),
    });
    const run = await vedette.run('/a', '--json');
    expect(run.exitCode).toBe(1);
    expect(documentOf(run)).toMatchObject({ format: 'vedette.job/1', findings: [{ id: 12 }] });
  });

  test('in lines gives a finding on each, the scan last', async () => {
    await using vedette = await running({
      'jobs.start': () => job({ state: 'done' }),
      'findings.list': () => ({ findings: [finding()], total: 1 }),
    });
    const run = await vedette.run('/a', '--ndjson');
    expect(
      run.stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([
      { finding: { id: 12 } },
      { job: { id: 3, roots: [{ path: '/home/u' }, { path: '/srv' }] } },
    ]);
  });

  test('can be left with Ctrl-C: the scan goes on, and that is said', async () => {
    await using vedette = await running({ 'jobs.start': () => job() });
    const following = vedette.run('quick');
    await expect.poll(() => vedette.asked).toHaveLength(1);
    vedette.emit(told(job({}, { files: 2000 })));
    process.emit('SIGINT');
    const run = await following;
    expect([run.exitCode, run.stderr]).toEqual([
      0,
      'Scan 3 goes on without you looking: vedette jobs show 3; to end it: vedette jobs cancel 3\n',
    ]);
    expect(vedette.asked.map(({ name }) => name)).not.toContain('jobs.cancel');
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  test('ends with an error when Vedette does, and says that the scan goes on later', async () => {
    await using vedette = await running({ 'jobs.start': () => job() });
    const following = vedette.run('quick');
    await expect.poll(() => vedette.asked).toHaveLength(1);
    vedette.emit(told(job()));
    await vedette.server[Symbol.asyncDispose]();
    const run = await following;
    expect(run.error).toBe('CALL_FAILED');
    expect(run.stderr).toContain('scan 3 goes on when Vedette is started again');
  });

  test('without a running Vedette is what starting is', async () => {
    const run = await runCommand(jobsCommand, ['start', 'quick', '--follow']);
    expect(run.error).toBe('NOT_FOUND');
  });
});
