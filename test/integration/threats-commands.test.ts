// What a person decides about findings while Vedette watches: let be, moved, or gone by themselves; and the brake that asks first.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brakeReleaseDocumentSchema } from '../../src/shared/report-documents.ts';
import { statusReportSchema } from '../../src/shared/status-report.ts';
import { act, ask, history, records, threats } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome } from '../helpers/watching.ts';

const noCanary = { canary_interval_minutes: 0 };
const userName = expect.stringMatching(/^user ./);

describe.skipIf(process.platform === 'win32')('what was found', () => {
  it('is left, allowed or moved as a person decides, and gone when its file is', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const watching = await home.watch();
    const names = ['left', 'allowed', 'moved', 'vanishes'];
    // Other bytes each, so that to allow one says nothing of the others.
    for (const name of names)
      home.write(name, Buffer.concat([eicar(), Buffer.from(' '.repeat(name.length))]));
    await watching.until('all of them', () => watching.findings.size === names.length);
    const found = await threats(home);
    function idOf(name: string): string {
      return String(found.find(({ path }) => path === join(home.files, name))?.id ?? 0);
    }
    expect(found.map(({ state }) => state)).toEqual(names.map(() => 'open'));

    rmSync(join(home.files, 'vanishes'));
    expect((await act(home, 'threats', 'dismiss', idOf('left'))).code).toBe(0);
    const reason = 'our own installer';
    expect((await act(home, 'threats', 'allow', idOf('allowed'), '--reason', reason)).code).toBe(0);
    const told = await home.run('threats', 'quarantine', idOf('moved'), '99');
    expect([told.code, told.stdout.includes('There is no')]).toEqual([2, true]);
    const after = await threats(home, '--all');
    expect(
      Object.fromEntries(after.map(({ path, state }) => [path.slice(home.files.length + 1), state])),
    ).toEqual({
      left: 'dismissed',
      allowed: 'allowed',
      moved: 'quarantined',
      vanishes: 'gone',
    });
    expect(await threats(home)).toEqual([]);
    expect(readdirSync(home.files).toSorted()).toEqual(['allowed', 'left']);
    const acts = await history(home, 'dismissed', 'allowed', 'quarantined');
    expect(acts.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['quarantined', userName],
      ['allowed', userName],
      ['dismissed', userName],
    ]);
    expect((await history(home, 'detection')).map(({ actor }) => actor)).toEqual(names.map(() => 'policy'));

    // Seen again it is no news; allowed no more it is.
    await home.call('sweep.start', {});
    await watching.swept('somebody asked for it');
    expect(await threats(home)).toEqual([]);
    expect((await home.run('allow', 'remove', '1')).code).toBe(0);
    expect(await threats(home)).toMatchObject([{ path: join(home.files, 'allowed'), state: 'open' }]);
    expect((await act(home, 'threats', 'reopen', idOf('left'))).code).toBe(0);
    expect((await threats(home)).map(({ path }) => path).toSorted()).toEqual([
      join(home.files, 'allowed'),
      join(home.files, 'left'),
    ]);
    expect((await act(home, 'threats', 'reopen', idOf('left'))).code).toBe(2);
  });

  it('in bulk stops automatic quarantine with one notice, and is moved after a person said go on', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const watching = await home.watch({ options: ['--action', 'quarantine', '--log-level', 'info'] });
    for (let index = 0; index < 60; index += 1) home.write(`bad-${index}`, eicar());
    await watching.until('all of them', () => watching.historyOf('detection').length === 60, 30_000);
    await watching.until('the brake', () => watching.historyOf('brake_on').length === 1);
    const left = readdirSync(home.files).length;
    expect(left).toBe(11);
    const { code, document } = await ask(home, statusReportSchema, 'status');
    const { evidence, advice } = document.protection;
    expect([code, evidence?.brake.on]).toEqual([2, true]);
    expect(advice.join('\n')).toContain('vedette brake release');
    // The first at once, the others together after ten seconds or more.
    const notices = watching.stderr.split('\n').filter((line) => line.includes('"notification"'));
    expect([1, 2]).toContain(notices.length);

    const { document: released } = await ask(home, brakeReleaseDocumentSchema, 'brake', 'release');
    expect(released.was_on).toBe(true);
    await watching.until('the others to be moved', () => readdirSync(home.files).length === 0, 20_000);
    await watching.until('their notes', () => watching.historyOf('quarantined').length === 60);
    expect(watching.historyOf('brake_off')).toMatchObject([{ actor: userName }]);
    expect(await records(home)).toHaveLength(60);
    expect(await threats(home)).toEqual([]);
    expect((await home.run('brake')).stdout).toBe('Automatic quarantine has not stopped.\n');
  });
});
