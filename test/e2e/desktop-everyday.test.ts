// A day with the desktop app, in one launch: what is pressed in the page or in the tray happens, and both show it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameMessages } from '../../src/renderer/messages/frame.ts';
import { performanceMessages } from '../../src/renderer/messages/performance.ts';
import { quarantineTexts } from '../../src/renderer/messages/quarantine.ts';
import { scanTexts } from '../../src/renderer/messages/scan.ts';
import { settingLabels } from '../../src/renderer/messages/setting-labels.ts';
import { settingMessages } from '../../src/renderer/messages/settings.ts';
import { threatTexts } from '../../src/renderer/messages/threats.ts';
import { findingStateWords, protectionWords } from '../../src/renderer/messages/words.ts';
import { eicar } from '../helpers/eicar.ts';
import { freePort } from '../helpers/free-port.ts';
import { runVedette } from '../helpers/run-vedette.ts';
import { allGone, DesktopScene, quickConfiguration, until } from './desktop-scene.ts';
import { writeLargeFiles } from './large-files.ts';

const configuration = `${quickConfiguration.replace('max_workers = 1', 'max_workers = 2')}
scale_up_threshold = 20
scale_down_threshold = 5
scaling_cooldown_seconds = 0
memory_ceiling_percent = 100
battery_max_workers = 2
`;

const port = await freePort();

/** Off in an app unless it is switched on. */
const withApi = `${configuration}
[api]
enabled = true
listen = "127.0.0.1:${port}"
`;

const metricsSchema = join(import.meta.dirname, '../../assets/schema/vedette.metrics-1.schema.json');

describe('a day with the desktop app', () => {
  let scene: DesktopScene;

  beforeAll(async () => {
    scene = await DesktopScene.launch({
      configuration: withApi,
      prepare({ home }) {
        writeLargeFiles(join(home, 'large'), 120);
      },
    });
    await scene.watched();
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('protection is switched off in the page after a question, and on in the tray; both and the file follow', async () => {
    const { page } = scene;
    await scene.show('overview');
    const protection = page.getByRole('switch', { name: frameMessages.protectionSwitch });
    await protection.click();
    const dialog = page.getByRole('alertdialog', { name: frameMessages.turnOffTitle });
    expect((await scene.protection()).state).not.toBe('off');
    await dialog.getByRole('button', { name: frameMessages.turnOff }).click();
    await scene.stateShown(protectionWords.off.word).waitFor();
    await until('the tray to follow', async () => !(await scene.isCheckedInTray()));
    expect(scene.configuration).toMatch(/^enabled = false$/m);
    await scene.pressTray('Protection');
    await scene.stateShown(protectionWords.reduced.word).waitFor();
    await until('the tray to follow', () => scene.isCheckedInTray());
    expect(scene.configuration).toMatch(/^enabled = true$/m);
    expect(scene.configuration).toContain(`folders = ["${scene.files}"] # only this one`);
    await until('the switch to follow', () => protection.isChecked());
  });

  test('a pause from the tray shows in both until it is ended in the page', async () => {
    await scene.pressTray('Pause protection', 'For 15 minutes');
    await scene.stateShown(protectionWords.paused.word).waitFor();
    await until('the tray to say so', async () => (await scene.trayLabels()).includes('End the pause'));
    const images = await scene.app.evaluate(({ __standIn }) => String(__standIn.trays[0]?.toolTip));
    expect(images).toMatch(/^Vedette: Paused/i);
    await scene.page.getByRole('banner').getByRole('button', { name: frameMessages.resume }).click();
    await scene.stateShown(protectionWords.reduced.word).waitFor();
    await until('the tray to follow', async () => (await scene.trayLabels()).includes('Pause protection'));
  });

  test('programs are answered where the API is switched on, with the token and without pages', async () => {
    const address = `http://127.0.0.1:${port}`;
    const token = readFileSync(join(scene.dataDir, 'api', 'owner.token'), 'utf8').trim();
    const answer = await fetch(`${address}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ format: 'vedette.status/1', data_folder: scene.dataDir }),
    ]);
    expect((await fetch(`${address}/api/v1/status`)).status).toBe(401);
    expect((await fetch(address)).status).toBe(404);
  });

  test('a threat shows in the page and as a notification, whose button quarantines it', async () => {
    await scene.show('threats');
    const path = scene.writeThreat('eicar.com');
    const row = scene.page.getByRole('row').filter({ hasText: 'eicar.com' });
    await row.waitFor({ timeout: 5000 });
    const told = await until('the notification', async () => (await scene.notifications())[0] ?? null);
    expect(told).toMatchObject({
      title: 'Threat found: eicar.com',
      buttons: ['Quarantine', 'Allow', 'Show'],
    });
    await scene.app.evaluate(({ __standIn }) => __standIn.pressNotificationAction(0, 0));
    // The list of what needs somebody has it no more; the list of all says what became of it.
    const quarantined = row.getByText(findingStateWords.quarantined.word);
    await until(
      'the page to follow',
      async () => (await row.count()) === 0 || (await quarantined.count()) > 0,
    );
    expect((await scene.findingOf(path)).state).toBe('quarantined');
    expect(existsSync(path)).toBe(false);
  });

  test('what is in quarantine is restored, quarantined again, brought back with Undo, and allowed', async () => {
    const { page } = scene;
    const path = join(scene.files, 'eicar.com');
    async function press(name: string): Promise<void> {
      await page.getByRole('button', { name, exact: true }).click();
    }
    await scene.show('quarantine');
    await page
      .getByRole('row')
      .filter({ hasText: 'eicar.com' })
      .getByText('eicar.com', { exact: true })
      .click();
    await press(quarantineTexts.restore.label);
    const restoring = page.getByRole('dialog', { name: quarantineTexts.restore.title(1) });
    await restoring.getByRole('button', { name: quarantineTexts.restore.confirm, exact: true }).click();
    await page.getByText(quarantineTexts.restore.done(1), { exact: true }).waitFor();
    expect(readFileSync(path)).toEqual(eicar());
    expect(await scene.call('quarantine.list', {})).toEqual({ records: [] });

    await scene.show(`threats/${(await scene.findingOf(path)).id}`);
    await press(threatTexts.actions.quarantine.label);
    await page.getByText(threatTexts.outcome.quarantined(1)).waitFor();
    expect(existsSync(path)).toBe(false);
    await press(threatTexts.outcome.undo);
    await page.getByText(threatTexts.outcome.backAgain(1)).waitFor();
    expect(readFileSync(path)).toEqual(eicar());

    await press(threatTexts.actions.allow.label);
    const allowing = page.getByRole('dialog', { name: threatTexts.allowDialog.title(1) });
    await allowing.getByLabel(threatTexts.allowDialog.reason).fill('a test of mine');
    await allowing.getByRole('button', { name: threatTexts.allowDialog.confirm, exact: true }).click();
    await page.getByText(threatTexts.outcome.allowed(1)).waitFor();
    expect((await scene.findingOf(path)).state).toBe('allowed');
    const { entries } = await scene.call('allow.list', {});
    expect(entries).toMatchObject([{ kind: 'hash', reason: 'a test of mine' }]);
  });

  test('a pause ends by itself, and what came meanwhile is looked at', async () => {
    const { since, until: end } = await scene.call('protection.pause', { seconds: 1 });
    expect((end ?? 0) - since).toBeCloseTo(1);
    const path = scene.writeThreat('while-paused.com', 1);
    await until('the end of the pause', async () => (await scene.protection()).evidence?.pause === null);
    const { id } = await scene.findingOf(path);
    rmSync(path);
    await scene.act(id, 'dismiss');
  });

  test('a dropped folder is scanned, with its progress, a pause, and an end before its end', async () => {
    const { page, app } = scene;
    await scene.show('overview');
    const many = Array.from({ length: 1001 }, () => scene.writeFile('one.txt', 'one'));
    await app.evaluate(async ({ __standIn }, paths) => __standIn.dropFiles(paths), many);
    await page.getByText(frameMessages.dropTooMany(1000)).first().waitFor();
    expect((await scene.call('jobs.list', {})).jobs).toEqual([]);
    const tile = page.locator('a[href="#/performance/cache"]');
    const before = await tile.innerHTML();
    await app.evaluate(async ({ __standIn }, path) => __standIn.dropFiles([path]), join(scene.home, 'large'));
    await page.getByRole('button', { name: scanTexts.pause, exact: true }).click();
    const goOn = page.getByRole('button', { name: scanTexts.resume, exact: true });
    await goOn.waitFor();
    const paused = (await scene.call('jobs.list', {})).jobs[0];
    expect(paused).toMatchObject({ kind: 'custom', state: 'paused', roots: [join(scene.home, 'large')] });
    await goOn.click();
    await until('progress', async () => {
      const { jobs } = await scene.call('jobs.list', {});
      return (jobs[0]?.progress.files ?? 0) > (paused?.progress.files ?? 0);
    });
    expect(Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(
      0,
    );
    await until('scaling', async () => {
      const { scaling_events: events } = await scene.call('metrics.series', { range: '5m' });
      return events.some(({ type }) => type === 'scale_up');
    });
    await page.getByRole('button', { name: scanTexts.cancel, exact: true }).click();
    // Asked only where much would be lost.
    const sure = page.getByRole('alertdialog').getByRole('button', { name: scanTexts.cancelConfirm });
    async function isOver(): Promise<boolean> {
      return (await scene.call('jobs.show', { id: paused?.id ?? 0 })).state === 'cancelled';
    }
    await until('the question or the end', async () => (await sure.isVisible()) || (await isOver()));
    if (await sure.isVisible()) await sure.click();
    await until('the end of the scan', isOver);
    await scene.show('overview');
    await until('the figures to move', async () => (await tile.innerHTML()) !== before);
    await page.locator('a[href="#/performance/queue"]').click();
    const queue = page.locator('#queue');
    await queue
      .getByRole('button', { name: /1 → \d workers/ })
      .first()
      .waitFor();
    await until('the line of the chart', async () => (await queue.locator('svg path').count()) > 0);
  });

  test('files are chosen in the dialog of the system, and scanned to the end', async () => {
    const { page, app } = scene;
    const path = scene.writeFile('one.txt', 'one', join(scene.home, 'chosen'));
    await scene.show('scan');
    await app.evaluate(({ __standIn }, chosen) => {
      __standIn.dialogs.showOpenDialog.push({ canceled: false, filePaths: [chosen] });
    }, path);
    await page.getByRole('button', { name: scanTexts.custom.files, exact: true }).click();
    // Files of the scan before that are under way already come first.
    await page.getByText('Nothing found in 1 file.').waitFor({ timeout: 20_000 });
    const job = (await scene.call('jobs.list', {})).jobs.find(({ roots }) => roots[0] === path);
    expect(job).toMatchObject({ state: 'done', progress: { files: 1, total_files: 1, clean: 1 } });
  });

  test('an export from the page is what its schema says, and lies where the page says', async () => {
    const { page } = scene;
    await scene.show('performance');
    await page.getByRole('button', { name: performanceMessages.export.button, exact: true }).click();
    const said = await page
      .getByText(/^Exported to /)
      .first()
      .innerText();
    const document: unknown = JSON.parse(readFileSync(said.replace('Exported to ', ''), 'utf8'));
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(metricsSchema, 'utf8')));
    expect({ isValid: validate(document), errors: validate.errors }).toEqual({ isValid: true, errors: null });
    await page.getByRole('button', { name: performanceMessages.export.show }).click();
    const shown = await until('the file manager', () =>
      scene.app.evaluate(
        ({ __standIn }) => __standIn.calls.find(({ api }) => api === 'shell.showItemInFolder') ?? null,
      ),
    );
    expect(shown.args).toEqual([join(scene.dataDir, 'metrics')]);
  });

  test('a setting that is changed in the page is in the file, beside its comments, and holds at once', async () => {
    const { page } = scene;
    await scene.show('settings');
    await page.getByRole('searchbox', { name: settingMessages.search }).fill('scaling.max_workers');
    const field = page.getByRole('textbox', { name: settingLabels['scaling.max_workers'] ?? '' });
    await field.fill('1');
    await field.press('Enter');
    await until('the file to have it', () => /^max_workers = 1$/m.test(scene.configuration));
    expect(scene.configuration).toContain('# My settings.\n');
    expect(scene.configuration).toContain('# only this one');
    await until('the pool to follow', async () => {
      const { live } = await scene.call('app.state', {});
      return live.max_workers === 1 && live.workers <= 1;
    });
  });

  test('a worker that is killed is replaced, and the file that it had is answered', async () => {
    await scene.call('settings.save', { changes: [{ name: 'scaling.max_workers', value: 2 }] });
    await until('a worker', () => scene.scanWorkers().length > 0);
    const before = scene.scanWorkers();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await scene.show('overview');
    await scene.page.getByText(/, \d+ replaced/).waitFor();
    await until('others', () => scene.scanWorkers().some((pid) => !before.includes(pid)));
    const path = scene.writeThreat('after-kill.com', 3);
    const { id, state } = await scene.findingOf(path);
    expect(state).toBe('open');
    rmSync(path);
    await scene.act(id, 'dismiss');
  });

  test('closed, it goes on protecting and sends nothing to its page; the tray opens it again', async () => {
    const { app } = scene;
    await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      if (window === undefined) return;
      const { webContents } = window;
      const send = webContents.send.bind(webContents);
      Object.assign(globalThis, { sentToPage: 0 });
      webContents.send = (channel: string, ...args: unknown[]) => {
        Object.assign(globalThis, { sentToPage: Number(Reflect.get(globalThis, 'sentToPage')) + 1 });
        send(channel, ...args);
      };
      window.close();
    });
    function sentToPage(): Promise<number> {
      return app.evaluate(() => Number(Reflect.get(globalThis, 'sentToPage')));
    }
    expect(await scene.isWindowSeen()).toBe(false);
    // What was on its way when the page was hidden.
    let sent = await sentToPage();
    await until('the page to have stopped listening', async () => {
      const before = sent;
      await scene.call('protection', {});
      sent = await sentToPage();
      return sent === before;
    });
    const path = scene.writeThreat('while-hidden.com', 4);
    await scene.findingOf(path);
    expect(await sentToPage()).toBe(sent);

    await app.evaluate(({ __standIn }) => __standIn.clickTray());
    await until('the window', () => scene.isWindowSeen());
    await scene.stateShown(protectionWords.threat.word).waitFor();
    expect(await sentToPage()).toBeGreaterThan(sent);
  });

  test('quit in the tray leaves no process, no wait, and the vault whole', async () => {
    await scene.act((await scene.findingOf(join(scene.files, 'while-hidden.com'))).id, 'quarantine');
    const { records } = await scene.call('quarantine.list', {});
    expect(records).toMatchObject([{ state: 'stored' }]);
    const pids = scene.processes();
    expect(pids.length).toBeGreaterThan(3);
    const { code, tookMs } = await scene.end(() => scene.pressTray('Quit Vedette'));
    expect({ code, isInTime: tookMs < 5000 }).toEqual({ code: 0, isInTime: true });
    await until('all of its processes to be gone', () => allGone(pids) && scene.processes().length === 0);
    const { stdout } = await runVedette(['quarantine', 'list', '--json'], {
      home: scene.home,
      env: { VEDETTE_DATA_DIR: scene.dataDir },
    });
    expect(JSON.parse(stdout)).toMatchObject({ records: [{ id: records[0]?.id, state: 'stored' }] });
  });
});
