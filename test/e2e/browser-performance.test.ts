// The charts of a real Vedette under load: they move, say why the workers changed, and what costs much can be left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BrowserScene } from './browser-scene.ts';

const schema = z
  .record(z.string(), z.unknown())
  .parse(
    JSON.parse(
      readFileSync(join(import.meta.dirname, '../../assets/schema/vedette.metrics-1.schema.json'), 'utf8'),
    ),
  );

let scene: BrowserScene;
let page: Page;
let written = 0;

beforeAll(async () => {
  scene = await BrowserScene.start({
    configuration: `
[scaling]
min_workers = 1
max_workers = 2
scale_up_threshold = 5
scale_down_threshold = 2
scaling_cooldown_seconds = 1
check_interval_seconds = 1
memory_ceiling_percent = 100
battery_max_workers = 2

[monitoring]
snapshot_interval_seconds = 1
`,
  });
  ({ page } = scene);
  burst();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** Each file is another content, so that no cache answers. */
function burst(): void {
  for (let count = 0; count < 400; count += 1) {
    written += 1;
    writeFileSync(join(scene.watched, `${written}.dat`), Buffer.alloc(200_000, `${written} `));
  }
}

function chart(question: string): Locator {
  return page.getByRole('region', { name: question, exact: true });
}

describe('performance', () => {
  test('the charts move under load', async () => {
    await scene.show('performance');
    await page.getByRole('radio', { name: '5 min' }).click();
    const answer = chart('How much is being scanned?').getByText(/scanned in the last 5 minutes/);
    await answer.waitFor();
    const before = await answer.textContent();
    burst();
    await expect.poll(() => answer.textContent(), { timeout: 60_000 }).not.toBe(before);
  });

  test('a change of the workers is marked, and the mark says from, to and why', async () => {
    const marker = chart('Do files have to wait?')
      .getByRole('button', { name: /1 → 2 workers/ })
      .first();
    const name = (await marker.getAttribute('aria-label')) ?? '';
    expect(name).toMatch(/\d+\sfiles? waiting, CPU [\d.]+\s?%, memory [\d.]+\s?%/);
    await marker.hover();
    await page
      .getByText(/waiting, CPU [\d.]+\s?%, memory [\d.]+\s?%/)
      .first()
      .waitFor();
  });

  test('every chart is a table too, and other ranges have their answers', async () => {
    const box = chart('How much is being scanned?');
    await box.getByRole('button', { name: 'Show as a table: How much is being scanned?' }).click();
    await box.getByRole('table').waitFor();
    expect(await box.getByRole('row').count()).toBeGreaterThan(2);
    await box.getByRole('button', { name: 'Show as a chart: How much is being scanned?' }).click();
    for (const [range, words] of [
      ['24 h', 'in the last 24 hours'],
      ['30 d', 'in the last 30 days'],
    ] as const) {
      await page.getByRole('radio', { name: range }).click();
      await box.getByText(new RegExp(words)).waitFor();
    }
  });

  test('a folder that costs much is left out for 7 days, is on the list, and is ended from there', async () => {
    await page.getByRole('button', { name: /^Leave out for 7 days: .*Downloads/ }).click();
    await page.getByText('Left out at the moment').waitFor();
    const { exclusions } = await scene.opened.call('exclusions.list', {});
    expect(exclusions.map(({ pattern }) => pattern)).toEqual([expect.stringContaining(scene.watched)]);
    await page
      .getByText(/^Left out for another [67]\sd$/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^End now: / }).press('Enter');
    await page.getByText('Nothing is left out for a time').waitFor();
    // The button is gone; the keyboard goes on near it.
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
    expect((await scene.opened.call('exclusions.list', {})).exclusions).toEqual([]);
  });

  test('an export is a file that its published schema accepts', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const told = page.getByText(/^Exported to /).first();
    await told.waitFor();
    const path = (await told.textContent())?.replace('Exported to ', '') ?? '';
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
    expect([validate(document), validate.errors]).toEqual([true, null]);
  });

  test('leaves the page with nothing to complain about', () => {
    expect(scene.complaints).toEqual([]);
  });
});
