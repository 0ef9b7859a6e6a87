// `vedette watch` as a person uses it: status, pause, quarantine and settings, each with a command or a file of its own.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryKind } from '../../src/shared/history-event.ts';
import { statusReportSchema, type StatusReport } from '../../src/shared/status-report.ts';
import { eicar } from '../helpers/eicar.ts';
import { until } from '../helpers/processes.ts';
import { WatchedHome, type Watching } from '../helpers/watching.ts';

const canaryEverySixSeconds = { canary_interval_minutes: 0.1 };
const noCanary = { canary_interval_minutes: 0 };

async function statusOf(home: WatchedHome): Promise<StatusReport> {
  const { stdout, stderr } = await home.run('status', '--json');
  if (stdout === '') throw new Error(stderr);
  return statusReportSchema.parse(JSON.parse(stdout));
}

describe.skipIf(process.platform === 'win32')('vedette watch', () => {
  it('tells of what comes, tests itself, refuses a second one, and ends within five seconds', async () => {
    await using home = new WatchedHome({ watch: canaryEverySixSeconds });
    home.write('before', eicar());
    const watching = await home.watch();
    expect(await watching.verdictOf('before')).toBe('infected');
    expect(watching.of('before')[0]?.latencyMs).toBeNull();
    home.write('clean', 'plain');
    expect(await watching.verdictOf('clean')).toBe('clean');
    expect([...watching.findings.values()]).toMatchObject([
      { path: join(home.files, 'before'), state: 'open', verdict: 'infected' },
    ]);

    await watching.until('a canary', () => typeof watching.folders[0]?.canary_ms === 'number', 20_000);
    const { protection } = await statusOf(home);
    expect(protection).toMatchObject({ state: 'threat', evidence: { open_findings: 1, lost_events: 0 } });
    expect(protection.evidence?.watcher).toMatchObject({
      state: 'running',
      restarts: 0,
      folders: [{ path: home.files, state: 'watching', canary_ms: expect.any(Number), canary_missed: false }],
    });
    // It is a test of Vedette, no file of the user.
    expect([...watching.files].filter((path) => path.includes('canary'))).toEqual([]);

    const second = await home.run('watch', home.files, '--clamd', 'none');
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`vedette watch (process ${watching.pid}) already owns the data folder`);

    const { code, tookMs } = await watching.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(5000);
    expect(home.processes).toEqual([]);
    expect(watching.stderr).toBe('');
    expect(watching.historyOf('watch_stopped')).toHaveLength(1);
    // Its folders are not in trouble because it was told to stop.
    expect(watching.historyOf('folder_degraded')).toEqual([]);
    expect((await statusOf(home)).protection).toMatchObject({ state: 'not_running', evidence: null });
    expect((await home.run('history', 'verify')).code).toBe(0);
  });

  it('quarantines what it finds, byte for byte; what is restored and allowed stays', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const watching = await home.watch({ options: ['--action', 'quarantine'] });
    const content = Buffer.concat([eicar(), Buffer.from('\n')]);
    const path = home.write('name-\udcff', content);
    await watching.until('the quarantine', () => watching.historyOf('quarantined').length === 1);
    const place = Buffer.concat([Buffer.from(join(home.files, 'name-')), Buffer.from([0xff])]);
    expect(existsSync(place)).toBe(false);
    const { records } = await home.call('quarantine.list', {});
    expect(records).toMatchObject([{ path, state: 'stored', size_bytes: content.length }]);

    const restored = await home.run('quarantine', 'restore', records[0]?.id ?? '', '--allow');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(place)).toEqual(content);
    expect(statSync(place).mode & 0o777).toBe(0o600);
    // The event for it leads to a verdict, and that to nothing more.
    await watching.until('its verdict', () => watching.of('name-\udcff').length > 1);
    await home.call('sweep.start', {});
    await watching.swept('somebody asked for it');
    expect(readFileSync(place)).toEqual(content);
    expect(watching.historyOf('quarantined')).toHaveLength(1);
    expect([...watching.findings.values()].at(-1)).toMatchObject({ state: 'allowed' });

    // Other bytes are another matter.
    home.write('other', eicar());
    await watching.until('the quarantine', () => watching.historyOf('quarantined').length === 2);
    expect(existsSync(join(home.files, 'other'))).toBe(false);
  });

  it('takes over what is changed in the configuration file: exclusions, action, folders', async () => {
    await using home = new WatchedHome({
      watch: { ...noCanary, exclude: ['**/left-out', '*.iso'] },
      response: { action: 'ask' },
    });
    const first = home.files;
    const second = join(home.path, 'second');
    home.write('there', eicar(), second);
    home.configure({ watch: { ...noCanary, folders: [first], exclude: ['**/left-out', '*.iso'] } });
    const watching = await home.watch({ paths: [] });
    home.write('left-out/inside', eicar());
    home.write('disc.iso', eicar());
    home.write('asked', eicar());
    expect(await watching.verdictOf('asked')).toBe('infected');

    home.configure({ watch: { ...noCanary, folders: [first, second] }, response: { action: 'quarantine' } });
    await watching.until('the second folder', () => watching.folders.length === 2 && watching.isUnderWay);
    for (const name of ['inside', 'disc.iso', 'there']) {
      expect(await watching.verdictOf(name, 20_000)).toBe('infected');
    }
    expect(watching.stderr).toContain('settings changed');
    await until(() => !existsSync(join(second, 'there')) && !existsSync(join(first, 'disc.iso')));

    home.configure({ watch: { ...noCanary, folders: [second] }, response: { action: 'quarantine' } });
    await watching.until('one folder', () => watching.folders.length === 1);
    home.write('unwatched', eicar());
    home.write('watched', eicar(), second);
    expect(await watching.verdictOf('watched')).toBe('infected');
    expect(watching.of('unwatched')).toEqual([]);
  });

  it('leaves out what is excluded, whatever would bring it', async () => {
    await using home = new WatchedHome({ watch: { ...noCanary, exclude: ['**/left-out', '*.iso'] } });
    home.write('left-out/before', eicar());
    const watching = await home.watch();
    home.write('left-out/inside', eicar());
    home.write('disc.iso', eicar());
    home.write('ordinary', eicar());
    expect(await watching.verdictOf('ordinary')).toBe('infected');
    await home.call('sweep.start', {});
    await watching.swept('somebody asked for it');
    expect([...watching.files]).toEqual([join(home.files, 'ordinary')]);
  });

  // This one and the next at once: they rest most of the time.
  it.concurrent('rests for as long as it is told, and then finds what came meanwhile', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const watching = await home.watch();
    const paused = await home.run('pause', '5s');
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    await watching.until('the pause', () => watching.protections.some(({ state }) => state === 'paused'));
    home.write('meanwhile', eicar());
    home.write('folder/meanwhile-too', eicar());
    expect(await toldInPause(watching)).toEqual([]);
    expect(atOf(watching, 'snooze_ended') - atOf(watching, 'snoozed')).toBeGreaterThan(4.9);
    expect(await watching.verdictOf('meanwhile')).toBe('infected');
    expect(await watching.verdictOf('meanwhile-too')).toBe('infected');
    expect(watching.protection?.evidence?.lost_events).toBe(0);
    expect(watching.historyOf('snoozed')).toMatchObject([{ actor: expect.stringContaining('user') }]);
  });

  it.concurrent('goes on to rest after it was killed, and no longer than was asked for', async () => {
    await using home = new WatchedHome({ watch: noCanary });
    const first = await home.watch();
    await home.call('protection.pause', { seconds: 12, actor: 'user somebody' });
    await first.kill();
    const watching = await home.watch();
    expect(watching.protection).toMatchObject({
      state: 'paused',
      evidence: { pause: { actor: 'user somebody' } },
    });
    home.write('meanwhile', eicar());
    expect(await toldInPause(watching, 15_000)).toEqual([]);
    expect(await watching.verdictOf('meanwhile')).toBe('infected');
  });
});

/** In seconds. */
function atOf(watching: Watching, kind: HistoryKind): number {
  return watching.historyOf(kind)[0]?.at ?? Number.NaN;
}

/** What was told until the pause ended: whoever looks afterwards may see what came with its end. */
async function toldInPause(watching: Watching, limitMs?: number): Promise<Watching['told']> {
  let told = watching.told.slice();
  function isOver(): boolean {
    const hasEnded = watching.historyOf('snooze_ended').length === 1;
    if (!hasEnded) told = watching.told.slice();
    return hasEnded;
  }
  await watching.until('the end of the pause', isOver, limitMs);
  return told;
}
