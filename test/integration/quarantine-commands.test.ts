// What was moved into the vault comes back, goes elsewhere, is exported or deleted: by commands, with and without a watch.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { act, history, onlyRecord, records, scan, threats } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome } from '../helpers/watching.ts';

const noCanary = { canary_interval_minutes: 0 };

/** Quarantined by a scan, as somebody without a watch does it. */
async function vaultOf(home: WatchedHome, ...names: readonly string[]): Promise<void> {
  for (const name of names) home.write(name, eicar());
  const { code } = await scan(home, home.files, '--action', 'quarantine');
  expect(code).toBe(1);
}

describe.skipIf(process.platform === 'win32')('a quarantined file', () => {
  it('comes back byte for byte under any name, readable by its owner alone', async () => {
    await using home = new WatchedHome();
    const names = ['-dash', 'new\nline', 'esc\u001b[31m', 'rtl\u202egpj.exe', 'byte\udcff', '中文'];
    await vaultOf(home, ...names);
    expect(readdirSync(home.files)).toEqual([]);
    const stored = await records(home);
    expect(stored.map(({ path }) => path).toSorted()).toEqual(
      names.map((name) => join(home.files, name).toWellFormed()).toSorted(),
    );
    expect(stored.find(({ path }) => path.includes('byte'))?.path_base64).toBe(
      Buffer.concat([Buffer.from(`${home.files}/byte`), Buffer.of(0xff)]).toString('base64'),
    );

    // What a person is shown has a line for each, and steers no terminal.
    const { stdout } = await home.run('quarantine');
    expect(stdout.split('\n').filter((line) => line.includes(home.files))).toHaveLength(names.length);
    for (const character of '\u001b\u202e\ufffd') expect(stdout).not.toContain(character);

    const { code, outcomes } = await act(home, 'quarantine', 'restore', 'all', '--yes');
    expect([code, outcomes.map(({ ok }) => ok)]).toEqual([0, names.map(() => true)]);
    for (const name of names) {
      const place = encodePath(join(home.files, name));
      expect(readFileSync(place)).toEqual(eicar());
      expect(statSync(place).mode & 0o777).toBe(0o600);
    }
    expect(await records(home)).toEqual([]);
    expect(await threats(home)).toEqual([]);
  });

  it('goes where it is told to, never over another file, and keeps its mode when asked to', async () => {
    await using home = new WatchedHome();
    const original = home.write('tool.sh', eicar());
    chmodSync(original, 0o4755);
    await vaultOf(home);
    const { id } = await onlyRecord(home);
    writeFileSync(original, 'mine');

    const existing = await act(home, 'quarantine', 'restore', id.slice(0, 4));
    expect(existing).toMatchObject({ code: 2, outcomes: [{ id, ok: false }] });
    expect(existing.outcomes[0]?.text).toContain('is there already, and nothing is overwritten');
    expect(readFileSync(original, 'utf8')).toBe('mine');

    const nowhere = await act(home, 'quarantine', 'restore', id, '--to', join(home.path, 'nowhere'));
    expect(nowhere).toMatchObject({ code: 2, outcomes: [{ ok: false }] });
    expect(await history(home, 'restore_failed')).toHaveLength(2);
    expect((await onlyRecord(home)).id).toBe(id);

    const elsewhere = join(home.path, 'elsewhere');
    mkdirSync(elsewhere);
    const place = join(elsewhere, 'tool.sh');
    const done = await home.run(
      'quarantine',
      'restore',
      id.toUpperCase(),
      '--to',
      'elsewhere',
      '--keep-mode',
    );
    expect([done.code, done.stdout.split('\n')[0]]).toEqual([
      0,
      `${id.slice(0, 8)}  done  Restored to ${place}.`,
    ]);
    // Never setuid, whatever was asked for.
    expect(statSync(place).mode & 0o7777).toBe(0o755);
    expect(readFileSync(place)).toEqual(eicar());
    expect(await history(home, 'restored')).toMatchObject([
      { actor: expect.stringMatching(/^user ./), path: place, details: { from: original } },
    ]);
  });

  it('is exported for others, and deleted for good only when that was said', async () => {
    await using home = new WatchedHome();
    await vaultOf(home, 'one', 'zwei\nand more');
    const zip = join(home.path, 'samples.zip');
    const exported = await act(home, 'quarantine', 'export', 'all', '--yes', '--output', 'samples.zip');
    expect(exported).toMatchObject({ code: 0, outcomes: [{ path: zip }, { path: zip }] });
    const listed = execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n');
    const members = listed.filter((name) => name !== 'vedette.json');
    expect(members).toHaveLength(2);
    for (const member of members) {
      expect(execFileSync('unzip', ['-P', 'infected', '-p', zip, member])).toEqual(eicar());
    }
    expect(spawnSync('unzip', ['-P', 'wrong', '-p', zip])).toMatchObject({ status: 82 });
    const before = readFileSync(zip);
    const again = await home.run('quarantine', 'export', 'all', '--yes', '--output', 'samples.zip');
    expect([again.code, again.stderr]).toEqual([
      2,
      'vedette: no export was written: something has that name already; choose another\n',
    ]);
    expect(readFileSync(zip)).toEqual(before);

    const [first] = await records(home);
    const asked = await home.run('quarantine', 'delete', first?.id ?? '');
    expect(asked).toMatchObject({ code: 3, stdout: '' });
    expect(asked.stderr).toContain('add --yes');
    expect(await records(home)).toHaveLength(2);
    expect((await act(home, 'quarantine', 'delete', first?.id ?? '', '--yes')).code).toBe(0);
    expect(await records(home)).toHaveLength(1);
    const states = (await threats(home, '--all')).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['gone', 'quarantined']);
    expect((await history(home)).map(({ kind }) => kind).slice(0, 3)).toEqual([
      'deleted',
      'exported',
      'exported',
    ]);
  });

  it('stays where a person puts it while Vedette watches, until it is allowed no more', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const watching = await home.watch({ options: ['--action', 'quarantine'] });
    mkdirSync(join(home.files, 'elsewhere'));
    const original = home.write('sample', eicar());
    await watching.until('the quarantine', () => watching.historyOf('quarantined').length === 1);
    const elsewhere = join(home.files, 'elsewhere', 'sample');
    const moved = await act(home, 'quarantine', 'restore', 'all', '--yes', '--to', join(elsewhere, '..'));
    expect(moved).toMatchObject({ code: 0, outcomes: [{ path: elsewhere }] });
    await watching.until('its verdict there', () => watching.told.some(({ path }) => path === elsewhere));

    // The same in the place where it was is another matter.
    home.write('sample', eicar());
    await watching.until('the second', () => watching.historyOf('quarantined').length === 2);
    expect([existsSync(original), existsSync(elsewhere)]).toEqual([false, true]);
    const back = await home.run('quarantine', 'restore', 'all', '--yes', '--allow', '--reason', 'our own');
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toContain('Its content is allowed (entry 1).');
    await home.call('sweep.start', {});
    await watching.swept('somebody asked for it');
    expect([existsSync(original), existsSync(elsewhere)]).toEqual([true, true]);
    expect(await threats(home)).toEqual([]);

    expect((await home.run('allow', 'remove', '1')).code).toBe(0);
    await watching.until('the other two', () => watching.historyOf('quarantined').length === 4);
    expect([existsSync(original), existsSync(elsewhere)]).toEqual([false, false]);
    expect((await home.run('history', 'verify')).code).toBe(0);
  });
});
