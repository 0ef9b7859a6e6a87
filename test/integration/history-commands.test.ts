// The record of what happened, and of who paused protection: nothing in it is changed or left out without a trace.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  historyVerifyDocumentSchema,
  pauseDocumentSchema,
  resumeDocumentSchema,
} from '../../src/shared/report-documents.ts';
import { statusReportSchema } from '../../src/shared/status-report.ts';
import { act, allow, ask, history, scan } from '../helpers/command-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { WatchedHome } from '../helpers/watching.ts';

const userName = expect.stringMatching(/^user ./);
const notRunning = 'vedette: this needs a Vedette that is watching; start one with: vedette watch\n';

describe.skipIf(process.platform === 'win32')('the history', () => {
  it('names each act and who did it, and shows where a hand has been', async () => {
    await using home = new WatchedHome();
    expect((await home.run('history', 'verify')).stdout).toBe('Intact: there are no records yet.\n');
    const bad = home.write('bad', eicar());
    await scan(home, bad, '--action', 'quarantine');
    await allow(home, 'path', join(home.path, 'tools'));
    await home.run('allow', 'remove', '1');
    await act(home, 'quarantine', 'restore', 'all', '--yes');
    const events = await history(home);
    expect(events.map(({ number, kind, actor }) => [number, kind, actor])).toEqual([
      [5, 'restored', userName],
      [4, 'disallowed', userName],
      [3, 'allowed', userName],
      [2, 'quarantined', userName],
      [1, 'detection', userName],
    ]);
    // A name that the sentence holds already is not said twice.
    const { stdout } = await home.run('history', '--kind', 'restored');
    expect(stdout.split(bad)).toHaveLength(2);
    const whole = await ask(home, historyVerifyDocumentSchema, 'history', 'verify');
    expect(whole).toMatchObject({ code: 0, document: { intact: true, records: 5, broken_at: null } });

    const untouched = join(home.path, 'untouched');
    cpSync(home.dataDir, untouched, { recursive: true });
    for (const [change, brokenAt] of [
      [`UPDATE events SET actor = 'user of nowhere' WHERE number = 3`, 3],
      [`DELETE FROM events WHERE number = 2`, 2],
      [`DELETE FROM events WHERE number > 3`, 4],
      [`DELETE FROM events`, 1],
    ] as const) {
      changeHistory(home, change);
      const { code, document } = await ask(home, historyVerifyDocumentSchema, 'history', 'verify');
      expect([change, code, document.intact, document.broken_at]).toEqual([change, 2, false, brokenAt]);
      expect(document.problem).toMatch(/^[A-Z].*\.$/);
      rmSync(home.dataDir, { recursive: true });
      cpSync(untouched, home.dataDir, { recursive: true });
    }
    // What is written after it does not heal it.
    changeHistory(home, 'DELETE FROM events WHERE number > 3');
    await allow(home, 'path', join(home.path, 'tools'));
    expect(await home.run('history', 'verify')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^Broken at record 4: /),
    });
  });

  it('has the pauses of protection, which only a Vedette that watches can make', async () => {
    await using home = new WatchedHome({ watch: { canary_interval_minutes: 0 } });
    for (const command of [['pause', '1h'], ['resume']]) {
      expect(await home.run(...command)).toEqual({ code: 2, stdout: '', stderr: notRunning });
    }
    const watching = await home.watch();
    expect(await home.run('watch', home.files)).toMatchObject({ code: 3, stdout: '' });
    const { document: paused } = await ask(home, pauseDocumentSchema, 'pause', '1h');
    expect((paused.until ?? 0) - paused.since).toBeCloseTo(3600);
    const { code, document } = await ask(home, statusReportSchema, 'status');
    expect([code, document.protection.state]).toEqual([2, 'paused']);
    home.write('meanwhile', eicar());
    for (const wasPaused of [true, false]) {
      const { document: resumed } = await ask(home, resumeDocumentSchema, 'resume');
      expect(resumed.was_paused).toBe(wasPaused);
    }
    expect(await watching.verdictOf('meanwhile')).toBe('infected');
    expect(await history(home, 'snoozed', 'snooze_ended')).toMatchObject([
      { kind: 'snooze_ended', actor: userName },
      { kind: 'snoozed', actor: userName },
    ]);
  });
});

/** As somebody with the database and no Vedette would. */
function changeHistory({ dataDir }: WatchedHome, sql: string): void {
  const database = new Database(join(dataDir, 'history.db'));
  try {
    expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  } finally {
    database.close();
  }
}
