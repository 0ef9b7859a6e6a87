// A scan of chosen folders from its choice to its result, by keyboard, in the pages of a real Vedette.
import { linkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { BrowserScene } from './browser-scene.ts';

/** As many names of one file of this size keep a worker busy for long enough to press things. */
const slowFiles = 6000;
const slowFileBytes = 1_000_000;

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  scene = await BrowserScene.start({
    configuration:
      'max_file_size = 1048576\n\n[performance]\nenable_cache = false\n\n[scaling]\nmin_workers = 1\nmax_workers = 1\n',
    prepare(places) {
      places.write('Mixed/clean.txt', 'nothing');
      places.write('Mixed/invoice.com', eicar());
      places.write('Mixed/disk.img', new Uint8Array(1_048_577));
      spawnSync('mkfifo', [join(places.home, 'Mixed/pipe')]);
      const first = places.write('Slow/0.bin', new Uint8Array(slowFileBytes).fill(65));
      for (let index = 1; index < slowFiles; index += 1)
        linkSync(first, join(places.home, 'Slow', `${index}.bin`));
    },
  });
  ({ page } = scene);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** With the keyboard alone, from the page of scans. */
async function chooseWithKeys(folder: string): Promise<void> {
  await scene.show('scan');
  await page.getByRole('button', { name: 'Choose…' }).press('Enter');
  const picker = page.getByRole('dialog', { name: 'What shall be scanned?' });
  const row = picker.getByRole('button', { name: folder, exact: true });
  await row.waitFor();
  await picker.getByRole('button', { name: 'One folder up' }).focus();
  for (let steps = 0; steps < 20; steps += 1) {
    if (await row.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Space');
  await picker.getByRole('button', { name: /^Choose 1\splace$/ }).press('Enter');
  await page.waitForURL(/#\/scan\/\d+$/);
  await page.getByRole('heading', { level: 1, name: 'Scan of chosen places' }).waitFor();
}

describe('a scan of a chosen folder', () => {
  test('shows how far it is, pauses, goes on, and stops', async () => {
    await chooseWithKeys('Slow');
    const bar = page.getByRole('progressbar');
    await page.getByText(/ of 6,000\sfiles/).waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('Paused', { exact: true }).first().waitFor();
    const stoppedAt = Number(await bar.getAttribute('aria-valuenow'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Now looking at').waitFor();
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(stoppedAt);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText(/^Stopped after \d[\d,]*\sfiles; nothing was found in them\./).waitFor();
    await page.getByRole('button', { name: 'Scan again' }).waitFor();
  });

  test('says what it found, and what it could not check by reason', async () => {
    await chooseWithKeys('Mixed');
    await page.getByText(/^1\sthreat found in 4\sfiles\./).waitFor();
    await page.getByRole('row').filter({ hasText: 'invoice.com' }).waitFor();
    await page.getByText(/1 not checked, 1 checked in part/).waitFor();
    await page.getByRole('button', { name: 'Show why' }).press('Enter');
    await page.getByRole('button', { name: /not an ordinary file/i }).press('Enter');
    await page.getByText('pipe', { exact: true }).waitFor();
    await page.getByRole('button', { name: /larger than the size limit/i }).press('Enter');
    await page.getByText('disk.img', { exact: true }).waitFor();
    await scene.show('scan');
    const earlier = page.getByRole('row').filter({ hasText: /1\sthreat/ });
    await earlier.first().waitFor();
    expect(await earlier.getByRole('link').count()).toBe(1);
  });

  test('leaves the page with nothing to complain about', () => {
    expect(scene.complaints).toEqual([]);
  });
});
