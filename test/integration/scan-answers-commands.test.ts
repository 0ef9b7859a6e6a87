// What `vedette scan` does about what it finds: moved when asked to, left when allowed, and never a file of the system without a second word.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { act, allow, history, records, scan, threats } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome } from '../helpers/watching.ts';

const userName = expect.stringMatching(/^user ./);

describe.skipIf(process.platform === 'win32')('vedette scan', () => {
  it('moves what it finds when it was asked to, and says what became of each', async () => {
    await using home = new WatchedHome();
    const bad = home.write('bad', eicar());
    home.write('good', 'plain');
    const reported = await scan(home, home.files);
    expect([reported.code, existsSync(bad)]).toEqual([1, true]);
    expect(reported.results.find(({ path }) => path === bad)).not.toHaveProperty('quarantine');

    const told = await home.run('scan', '--clamd', 'none', '--action', 'quarantine', home.files);
    const [record] = await records(home);
    expect([told.code, existsSync(bad), record?.path]).toEqual([1, false, bad]);
    expect(told.stdout).toContain(`[quarantined as ${record?.id.slice(0, 8)}]\n`);
    expect(told.stdout).toMatch(/^Nothing is left of what was found/m);
    expect(await threats(home, '--all')).toMatchObject([
      { id: 1, path: bad, state: 'quarantined', vault_id: record?.id },
    ]);
    expect(await history(home)).toMatchObject([
      { kind: 'quarantined', actor: userName, path: bad },
      { kind: 'detection', actor: userName, path: bad },
    ]);
  });

  it('has the Vedette that watches move it, which owns the vault', async () => {
    await using home = new WatchedHome({ watch: { canary_interval_minutes: 0 } });
    const watching = await home.watch();
    const bad = home.write('bad', eicar(), join(home.path, 'unwatched'));
    const { code, results } = await scan(home, bad, '--action', 'quarantine');
    expect([code, existsSync(bad)]).toEqual([1, false]);
    expect(results).toMatchObject([{ verdict: 'infected', quarantine: { done: true } }]);
    await watching.until('the news of it', () => watching.historyOf('quarantined').length === 1);
    expect(watching.historyOf('quarantined')).toMatchObject([{ actor: userName, path: bad }]);
    expect((await home.run('history', 'verify')).code).toBe(0);
  });

  it('lets be what is allowed by content, place or signature, until it is no more', async () => {
    await using home = new WatchedHome();
    const bad = home.write('bad', eicar());
    const before = await scan(home, home.files);
    expect([before.code, before.summary.allowed]).toEqual([1, undefined]);
    const names = before.results[0]?.detections.map(({ name }) => name) ?? [];
    for (const [kind, values] of [
      ['hash', [before.results[0]?.sha256 ?? '']],
      ['path', [home.files]],
      ['signature', names],
    ] as const) {
      const entries: string[] = [];
      for (const value of values) entries.push(await allow(home, kind, value));
      const allowed = await scan(home, home.files, '--action', 'quarantine');
      expect(allowed).toMatchObject({
        code: 0,
        summary: { infected: 1, allowed: 1 },
        results: [{ verdict: 'infected', allowed: { kind, reason: 'drill', author: userName } }],
      });
      expect(allowed.results[0]).not.toHaveProperty('quarantine');
      expect((await home.run('allow', 'remove', ...entries)).code).toBe(0);
    }
    expect(await threats(home)).toMatchObject([{ id: 1, state: 'open', note: 'It is no longer allowed.' }]);
    // One name of two is not enough.
    expect(names).toHaveLength(2);
    await allow(home, 'signature', names[0] ?? '');
    const { code, results } = await scan(home, home.files, '--action', 'quarantine');
    expect([code, results[0]?.quarantine?.done, existsSync(bad)]).toEqual([1, true, false]);
  });

  it.skipIf(process.getuid?.() !== 0)('moves no file of the system before it is confirmed', async () => {
    await using home = new WatchedHome();
    const folder = mkdtempSync('/etc/vedette-test-');
    try {
      const bad = home.write('bad', eicar(), folder);
      const { code, results } = await scan(home, folder, '--action', 'quarantine');
      expect([code, existsSync(bad)]).toEqual([1, true]);
      expect(results[0]?.quarantine).toMatchObject({
        done: false,
        detail: expect.stringMatching(/operating system.* vedette threats quarantine 1 --yes$/),
      });
      for (const which of [['1'], ['all', '--yes']]) {
        const refused = await act(home, 'threats', 'quarantine', ...which);
        expect(refused).toMatchObject({ code: 2, outcomes: [{ ok: false, needs_confirmation: true }] });
      }
      expect(existsSync(bad)).toBe(true);
      expect((await act(home, 'threats', 'quarantine', '1', '--yes')).code).toBe(0);
      expect(existsSync(bad)).toBe(false);
      expect((await act(home, 'quarantine', 'restore', 'all', '--yes')).code).toBe(0);
      expect(existsSync(bad)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks before it moves what is next to its own settings only if that is one of its own', async () => {
    await using home = new WatchedHome({ response: { action: 'ask' } });
    const beside = home.write('beside', eicar(), join(home.path, 'vedette'));
    const inside = home.write('inside', eicar(), home.dataDir);
    const { results } = await scan(home, home.path, '--action', 'quarantine');
    expect(results.map(({ path, quarantine }) => [path, quarantine?.done])).toEqual([[beside, true]]);
    expect([existsSync(beside), existsSync(inside)]).toEqual([false, true]);
  });
});
