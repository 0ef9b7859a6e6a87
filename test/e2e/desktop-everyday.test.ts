// A day with the desktop app, in one launch: what is pressed in the page or in the tray happens, and both show it.
import { existsSync, openSync, closeSync, mkdirSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
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
import { protectionWords } from '../../src/renderer/messages/words.ts';
import { eicar } from '../helpers/eicar.ts';
import { allGone, DesktopScene, quickConfiguration, until } from './desktop-scene.ts';

/** In the page. */
declare const document: {
  querySelector(selector: string): { getAttribute(name: string): string | null } | null;
};

const configuration = `${quickConfiguration.replace('min_workers = 2', 'min_workers = 1')}
scale_up_threshold = 20
scale_down_threshold = 5
scaling_cooldown_seconds = 0
memory_ceiling_percent = 100
`;
const largeFiles = 160;
const largeFileBytes = 8 * 1024 * 1024;

describe('a day with the desktop app', () => {
  let scene: DesktopScene;

  beforeAll(async () => {
    scene = await DesktopScene.launch({
      configuration,
      prepare({ home }) {
        mkdirSync(join(home, 'large'));
        for (let number = 0; number < largeFiles; number += 1) writeLargeFile(home, number);
      },
    });
    await scene.watched();
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  function stateShown(word: string) {
    return scene.page.getByRole('banner').getByText(word, { exact: true }).first();
  }

  test('protection is switched off in the page after a question, and on in the tray; both and the file follow', async () => {
    const { page } = scene;
    await scene.show('overview');
    const protection = page.getByRole('switch', { name: frameMessages.protectionSwitch });
    await protection.click();
    const dialog = page.getByRole('alertdialog', { name: frameMessages.turnOffTitle });
    expect((await scene.protection()).state).not.toBe('off');
    await dialog.getByRole('button', { name: frameMessages.turnOff }).click();
    await stateShown(protectionWords.off.word).waitFor();
    await until('the tray to follow', async () => !(await scene.isCheckedInTray()));
    expect(scene.configuration).toMatch(/^enabled = false$/m);
    await scene.pressTray('Protection');
    await stateShown(protectionWords.reduced.word).waitFor();
    await until('the tray to follow', () => scene.isCheckedInTray());
    expect(scene.configuration).toMatch(/^enabled = true$/m);
    expect(scene.configuration).toContain(`folders = ["${scene.files}"] # only this one`);
    await until('the switch to follow', () => protection.isChecked());
  });

  test('a pause from the tray shows in both until it is ended in the page', async () => {
    await scene.pressTray('Pause protection', 'For 15 minutes');
    await stateShown(protectionWords.paused.word).waitFor();
    await until('the tray to say so', async () => (await scene.trayLabels()).includes('End the pause'));
    const images = await scene.app.evaluate(({ __standIn }) => String(__standIn.trays[0]?.toolTip));
    expect(images).toMatch(/^Vedette: Paused/i);
    await scene.page.getByRole('banner').getByRole('button', { name: frameMessages.resume }).click();
    await stateShown(protectionWords.reduced.word).waitFor();
    await until('the tray to follow', async () => (await scene.trayLabels()).includes('Pause protection'));
  });

  test('a threat shows in the page and as a notification, whose button quarantines it', async () => {
    const { page } = scene;
    await scene.show('threats');
    const path = scene.writeThreat('eicar.com');
    const row = page.getByRole('row').filter({ hasText: 'eicar.com' });
    await row.waitFor({ timeout: 5000 });
    const told = await until('the notification', async () => (await scene.notifications())[0] ?? null);
    expect(told).toMatchObject({
      title: 'Threat found: eicar.com',
      buttons: ['Quarantine', 'Allow', 'Show'],
    });
    await scene.app.evaluate(({ __standIn }) => __standIn.pressNotificationAction(0, 0));
    await row.waitFor({ state: 'detached' });
    expect((await scene.findingOf(path)).state).toBe('quarantined');
    expect(existsSync(path)).toBe(false);
  });

  test('what is in quarantine is restored, found again, quarantined, brought back with Undo, and allowed', async () => {
    const { page } = scene;
    const path = join(scene.files, 'eicar.com');
    async function pressOn(name: string): Promise<void> {
      await page.getByRole('row').filter({ hasText: 'eicar.com' }).getByText('eicar.com', { exact: true }).click();
      await page.getByRole('button', { name, exact: true }).click();
    }
    await scene.show('quarantine');
    await pressOn(quarantineTexts.restore.label);
    const restoring = page.getByRole('dialog', { name: quarantineTexts.restore.title(1) });
    await restoring.getByRole('button', { name: quarantineTexts.restore.confirm, exact: true }).click();
    await page.getByText(quarantineTexts.restore.done(1)).waitFor();
    expect(readFileSync(path)).toEqual(eicar());
    expect(await scene.call('quarantine.list', {})).toEqual({ records: [] });

    await scene.show('threats');
    await pressOn(threatTexts.actions.quarantine.label);
    await page.getByText(threatTexts.outcome.quarantined(1)).waitFor();
    expect(existsSync(path)).toBe(false);
    await page.getByRole('button', { name: threatTexts.outcome.undo, exact: true }).click();
    await page.getByText(threatTexts.outcome.backAgain(1)).waitFor();
    expect(readFileSync(path)).toEqual(eicar());

    await pressOn(threatTexts.actions.allow.label);
    const allowing = page.getByRole('dialog', { name: threatTexts.allowDialog.title(1) });
    await allowing.getByLabel(threatTexts.allowDialog.reason).fill('a test of mine');
    await allowing.getByRole('button', { name: threatTexts.allowDialog.confirm, exact: true }).click();
    await page.getByText(threatTexts.outcome.allowed(1)).waitFor();
    expect((await scene.findingOf(path)).state).toBe('allowed');
    const { entries } = await scene.call('allow.list', {});
    expect(entries).toMatchObject([{ kind: 'hash', reason: 'a test of mine' }]);
  });

  test('a pause ends by itself, and what came meanwhile is looked at', async () => {
    await scene.call('protection.pause', { seconds: 1 });
    expect((await scene.protection()).state).toBe('paused');
    const path = scene.writeThreat('while-paused.com', 1);
    await until('the end of the pause', async () => (await scene.protection()).evidence?.pause === null);
    const { id } = await scene.findingOf(path);
    rmSync(path);
    await scene.call('findings.act', { ids: [id], action: 'dismiss', reason: '', confirmed: false });
  });

  test('a dropped folder is scanned, with its progress, a pause, and an end before its end', async () => {
    const { page, app } = scene;
    await scene.show('performance');
    await page.getByRole('button', { name: '5 min', exact: true }).or(page.getByText('5 min', { exact: true })).first().click();
    await until('a chart', () => page.locator('main svg path').count());
    const before = await page.locator('main').innerHTML();
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
    expect(Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(0);
    await until('scaling', async () => {
      const { scaling_events: events } = await scene.call('metrics.series', { range: '5m' });
      return events.some(({ type }) => type === 'scale_up');
    });
    await page.getByRole('button', { name: scanTexts.cancel, exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: scanTexts.cancelConfirm }).click();
    await until('it to be cancelled', async () => (await scene.call('jobs.show', { id: paused?.id ?? 0 })).state === 'cancelled');
    await scene.show('performance');
    await page.getByRole('button', { name: /1 → 2/ }).first().waitFor();
    expect(await page.locator('main').innerHTML()).not.toBe(before);
  });
});

/** Mostly holes: it costs time to read, but no room. */
function writeLargeFile(home: string, number: number): void {
  const path = join(home, 'large', `file-${number}.bin`);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, `number ${number}`);
  closeSync(descriptor);
  truncateSync(path, largeFileBytes);
}
