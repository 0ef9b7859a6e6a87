// Scans of a Vedette that watches, by commands: followed, paused, cancelled, by schedule, and going on after a kill.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { history, job, jobs } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome } from '../helpers/watching.ts';

const noCanary = { canary_interval_minutes: 0 };
const userName = expect.stringMatching(/^user ./);

describe.skipIf(process.platform === 'win32')('a scan job', () => {
  it('is followed to its end and tells all that it found; quick ones look where files are watched', async () => {
    const schedules = ['30 3 * * * quick', '0 4 * * 0 full'];
    await using home = new WatchedHome({ watch: noCanary, scanning: { schedules } });
    const elsewhere = join(home.path, 'elsewhere');
    for (let index = 0; index < 12; index += 1) home.write(`bad-${index}`, eicar(), elsewhere);
    home.write('good', 'plain', elsewhere);
    home.configure({ watch: { ...noCanary, folders: [home.files] }, scanning: { schedules } });
    const watching = await home.watch({ paths: [], options: ['--action', 'quarantine'] });

    const followed = await home.run('jobs', 'start', elsewhere, '--follow', '--json');
    expect([followed.code, followed.stderr]).toEqual([1, '']);
    const { job: done, findings } = await job(home, 'show', '1');
    expect(done).toMatchObject({
      kind: 'custom',
      state: 'done',
      progress: { files: 13, infected: 12, clean: 1 },
    });
    expect(JSON.parse(followed.stdout)).toEqual({
      format: 'vedette.job/1',
      job: done,
      findings,
    });
    expect(findings?.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'quarantined'));
    expect(watching.historyOf('quarantined')).toHaveLength(12);

    home.write('clean', 'plain');
    const quick = await home.run('jobs', 'start', 'quick', '--follow');
    expect([quick.code, quick.stdout]).toEqual([0, expect.stringMatching(/^Scan 2 \(quick\) is done\.\n/)]);
    expect(await history(home, 'job_ended', 'job_started')).toMatchObject([
      { kind: 'job_ended', actor: 'system', text: 'Scan 2 (quick) is done: 1 file, no threats.' },
      { kind: 'job_started', actor: userName },
      { kind: 'job_ended', actor: 'system', text: 'Scan 1 (custom) is done: 13 files, 12 threats.' },
      { kind: 'job_started', actor: userName },
    ]);

    const listed = await jobs(home);
    expect(listed.jobs.map(({ id, state }) => [id, state])).toEqual([
      [2, 'done'],
      [1, 'done'],
    ]);
    expect(listed.schedules).toMatchObject(schedules.map((text) => ({ text, last_run_at: null, missed: 0 })));
    const [next] = listed.schedules.map(({ next_run_at: at }) => new Date((at ?? 0) * 1000));
    expect([next?.getHours(), next?.getMinutes()]).toEqual([3, 30]);
    expect(next?.getTime()).toBeGreaterThan(Date.now());
  });

  it('is paused, resumed and cancelled, each once', async () => {
    // Whatever lies on this machine: nothing that takes long is begun.
    await using home = new WatchedHome({ watch: noCanary, scanning: { max_file_size: 100_000 } });
    const watching = await home.watch();
    expect((await job(home, 'start', 'full')).job).toMatchObject({ id: 1, kind: 'full', state: 'running' });
    expect((await home.run('jobs', 'pause', '1')).stdout).toBe(
      'Scan 1 (full) is paused.\nTo let it go on: vedette jobs resume 1\n',
    );
    expect(await home.run('jobs', 'pause', '1')).toMatchObject({
      code: 2,
      stderr: 'vedette: Scan 1 is paused already.\n',
    });
    expect((await job(home, 'resume', '1')).job.state).toBe('running');
    expect((await job(home, 'cancel', '1')).job).toMatchObject({ state: 'cancelled', id: 1 });
    expect(await home.run('jobs', 'resume', '1')).toMatchObject({
      code: 2,
      stderr: 'vedette: Scan 1 has ended (cancelled).\n',
    });
    expect(await home.run('jobs', 'cancel', '9')).toMatchObject({ code: 2, stdout: '' });
    // The files that it has begun with are finished first.
    await watching.until('its end', () => watching.historyOf('job_ended').length > 0, 30_000);
    const [ended] = await history(home, 'job_ended');
    expect(ended).toMatchObject({ actor: userName, details: { job: 1, state: 'cancelled' } });
  });

  it('goes on after Vedette was killed, and stays paused when it was', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const tree = join(home.path, 'tree');
    const count = 1500;
    for (let index = 0; index < count; index += 1)
      home.write(`${index % 20}/${index}`, `content ${index}`, tree);
    const resting = join(home.path, 'resting');
    mkdirSync(resting);
    const first = await home.watch();
    const { id: paused } = await home.call('jobs.start', { kind: 'full', roots: [], actor: 'user eve' });
    await home.call('jobs.pause', { id: paused, actor: 'user eve' });
    const { id: running } = await home.call('jobs.start', {
      kind: 'custom',
      roots: [tree],
      actor: 'user eve',
    });
    await first.until(
      'some files',
      () => first.told.filter(({ path }) => path.startsWith(tree)).length > 100,
    );
    await first.kill();

    // Nobody does them now, and that is what is said.
    const atRest = await home.run('jobs', 'list');
    expect(atRest.stdout).toMatch(/\binterrupted\b[^]*\bpaused\b[^]*No Vedette is watching/);
    expect((await jobs(home)).jobs).toMatchObject([
      { id: running, state: 'interrupted', progress: { files_per_second: 0 } },
      { id: paused, state: 'paused' },
    ]);
    expect(await home.run('jobs', 'resume', String(paused))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('vedette watch'),
    });

    const second = await home.watch();
    await second.until('its end', () => second.historyOf('job_ended').length === 1, 30_000);
    const [last, resumed] = (await jobs(home)).jobs;
    expect(last).toMatchObject({
      id: running,
      state: 'done',
      resumes: 1,
      progress: { files: count, clean: count },
    });
    expect(resumed).toMatchObject({ id: paused, state: 'paused', resumes: 0 });
    expect((await job(home, 'resume', String(paused))).job).toMatchObject({ state: 'running', resumes: 1 });
    expect((await job(home, 'cancel', String(paused))).job.state).toBe('cancelled');
  });
});
