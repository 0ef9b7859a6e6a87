// Findings in the pages of a real Vedette: told at once, explained, settled and undone; hostile names are text everywhere.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  scene = await BrowserScene.start();
  ({ page } = scene);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** No two have the same bytes: what is decided about one says nothing of another. */
function infect(name: string | Buffer, folder = scene.watched): string {
  const place = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
  writeFileSync(place, Buffer.concat([eicar(), Buffer.from(' '.repeat(infected))]));
  infected += 1;
  return place.toString();
}
let infected = 0;

function rowOf(name: string): Locator {
  return page.getByRole('row').filter({ hasText: name });
}

/** From the list, by what its row says. */
async function openFinding(name: string): Promise<Locator> {
  await scene.show('threats');
  await rowOf(name).getByRole('link').click();
  const details = page.getByRole('complementary', { name: 'Why was this flagged?' });
  await details.getByText('SHA-256', { exact: true }).waitFor();
  return details;
}

async function toastSays(text: string | RegExp): Promise<void> {
  await toast(text).waitFor();
}

function toast(text: string | RegExp): Locator {
  return page.getByRole('dialog').filter({ hasText: text }).first();
}

async function undo(text: string | RegExp): Promise<void> {
  await toast(text).getByRole('button', { name: 'Undo' }).click();
}

/** Found, moved, and open on the page of quarantine. */
async function quarantined(name: string): Promise<Locator> {
  infect(name);
  const details = await openFinding(name);
  await details.getByRole('button', { name: 'Quarantine' }).click();
  await details.getByText('Quarantined', { exact: true }).first().waitFor();
  await scene.show('quarantine');
  await rowOf(name).getByRole('link').click();
  return page.getByRole('complementary', { name: 'Details' });
}

describe('the one-time link', () => {
  test('opens a session, and its secret leaves the address', async () => {
    expect(page.url()).not.toContain('token');
    expect(page.url().startsWith(`${scene.vedette.address}/`)).toBe(true);
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(true);
  });

  test('a second use of it, by another browser, shows a page that says so and how to get a new one', async () => {
    await using context = await scene.newContext();
    const other = await context.newPage();
    await other.goto(scene.vedette.link);
    await other.getByRole('heading', { name: 'This link was used already, or is too old' }).waitFor();
    expect(await other.getByText('vedette serve', { exact: true }).isVisible()).toBe(true);
    expect(await other.getByRole('navigation').count()).toBe(0);
    expect(other.url()).not.toContain('token');
  });
});

describe('a threat that is written into a watched folder', () => {
  test('is in the badge, in the title and in the list within five seconds', async () => {
    await scene.show('threats');
    const written = Date.now();
    infect('invoice.com');
    await rowOf('invoice.com').waitFor({ timeout: 5000 });
    await page.getByRole('link', { name: /Threats.*1 open threat/ }).waitFor({ timeout: 5000 });
    expect(Date.now() - written).toBeLessThan(5000);
    await expect.poll(() => page.title()).toBe('(1) Threats – Vedette');
    await page.getByText('Threat found').first().waitFor();
  });

  test('is explained: the rule, its words, and the bytes that matched', async () => {
    const details = await openFinding('invoice.com');
    const text = (await details.textContent()) ?? '';
    expect(text).toContain('YARA-X · Rule');
    expect(text).toMatch(/EICAR/);
    expect(text).toContain('58354f2150254041');
    expect(text).toMatch(/\$eicar · 68\sbytes at offset 0x0/);
    expect(text).toContain('Written by Vedette · https://');
    expect(text).not.toContain('Written by Written');
  });

  test('is moved into quarantine by a button, and back where it was by the Undo of the message', async () => {
    const path = join(scene.watched, 'invoice.com');
    const content = readFileSync(path);
    const details = await openFinding('invoice.com');
    await details.getByRole('button', { name: 'Quarantine' }).click();
    await toastSays('Moved into quarantine.');
    expect(existsSync(path)).toBe(false);
    await undo('Moved into quarantine.');
    await toastSays('Back where it was.');
    expect(readFileSync(path)).toEqual(content);
  });

  test('is left where it is, which Undo takes back, and so does a later decision', async () => {
    infect('left-alone.exe');
    const details = await openFinding('left-alone.exe');
    await details.getByRole('button', { name: 'Leave it' }).click();
    await toastSays('Left where it is.');
    await undo('Left where it is.');
    await toastSays('It waits for you again.');
    await details.getByRole('button', { name: 'Leave it' }).click();
    await details.getByRole('button', { name: 'Decide again' }).click();
    await details.getByText('Waiting for you', { exact: true }).first().waitFor();
    await details.getByRole('button', { name: 'Leave it' }).click();
    await details.getByRole('button', { name: 'Decide again' }).waitFor();
    expect(await details.getByRole('button', { name: 'Leave it' }).count()).toBe(0);
  });

  test('is allowed with a reason, which the allow-list shows; taken out of it and put back by Undo', async () => {
    infect('our-installer.exe');
    await scene.show('threats');
    await rowOf('our-installer.exe').getByRole('button', { name: 'Actions for our-installer.exe' }).click();
    await page.getByRole('menuitem', { name: 'Allow…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Allow this file?' });
    await dialog.getByLabel('Why?').fill('Our own installer');
    await dialog.getByRole('button', { name: 'Allow' }).click();
    await toastSays('Allowed from now on.');
    await page.getByRole('tab', { name: 'Allow-list' }).click();
    const entry = rowOf('Our own installer');
    await entry.waitFor();
    await entry.getByRole('button', { name: /^Remove .* from the allow-list$/ }).click();
    await toastSays('No longer allowed.');
    await entry.waitFor({ state: 'hidden' });
    await undo('No longer allowed.');
    await entry.waitFor();
    const { entries } = await scene.opened.call('allow.list', {});
    expect(entries).toMatchObject([{ kind: 'hash', reason: 'Our own installer' }]);
  });
});

describe('several at once', () => {
  test('are chosen with the keyboard, and moved together', async () => {
    const names = ['bulk-1.com', 'bulk-2.com', 'bulk-3.com'];
    const paths: string[] = [];
    await scene.show('threats');
    // One after the other: together, any of them may be found first.
    for (const name of names) {
      paths.push(infect(name));
      await rowOf(name).waitFor();
    }
    await page.keyboard.press('/');
    await page.keyboard.type('bulk-');
    await page.getByText(/^The search looks through/).waitFor();
    await page.getByRole('checkbox', { name: /^Select .*bulk-3/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Space');
    const chosen = page.getByRole('group', { name: '3 chosen' });
    await chosen.getByRole('button', { name: 'Quarantine' }).press('Enter');
    await toastSays(/3\sfiles moved into quarantine\./);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
    await undo(/3\sfiles moved into quarantine\./);
    await toastSays(/3\sfiles back where they were\./);
    expect(paths.filter((path) => existsSync(path))).toEqual(paths);
    await page.getByRole('button', { name: 'Clear the search' }).click();
  });
});

describe('quarantine', () => {
  test('gives a file back into a folder that is chosen from the folders of the machine', async () => {
    scene.write('Samples/Inner/readme.txt', 'x');
    const details = await quarantined('elsewhere.com');
    await details.getByRole('button', { name: 'Restore…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore this file?' });
    await dialog.getByRole('radio', { name: 'Another folder' }).click();
    expect(await dialog.getByRole('button', { name: 'Restore', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
    const picker = page.getByRole('dialog').filter({ hasText: 'Use this folder' });
    await picker.getByRole('button', { name: 'Samples', exact: true }).click();
    await picker.getByRole('button', { name: 'Inner', exact: true }).click();
    await picker.getByRole('group', { name: `Content of ${scene.home}/Samples/Inner` }).waitFor();
    await picker.getByRole('button', { name: 'Use this folder' }).click();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await toastSays('Restored.');
    const restored = join(scene.home, 'Samples/Inner/elsewhere.com');
    expect(readFileSync(restored).subarray(0, 68)).toEqual(eicar());
    // Nothing that runs.
    expect(statSync(restored).mode & 0o777).toBe(0o600);
    expect(existsSync(join(scene.watched, 'elsewhere.com'))).toBe(false);
  });

  test('asks before it deletes for good', async () => {
    const details = await quarantined('away.com');
    await details.getByRole('button', { name: 'Delete for good…' }).click();
    const question = page.getByRole('alertdialog', { name: 'Delete this file for good?' });
    expect(await question.textContent()).toContain('This cannot be undone');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect((await scene.opened.call('quarantine.list', {})).records.length).toBe(1);
    await details.getByRole('button', { name: 'Delete for good…' }).click();
    await question.getByRole('button', { name: 'Delete for good' }).click();
    await toastSays('Deleted for good.');
    await page.getByText('Quarantine is empty').waitFor();
    expect(existsSync(join(scene.watched, 'away.com'))).toBe(false);
  });

  test('exports into the folder of exports under a plain name, and takes no other', async () => {
    const details = await quarantined('sample.com');
    await details.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export this file for analysis?' });
    await dialog.getByLabel('Name of the zip').fill('../outside.zip');
    await dialog.getByText('A plain file name, without a folder.').first().waitFor();
    await dialog.getByLabel('Name of the zip').fill('sample.zip');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await toastSays(`Exported to ${scene.dataDir}/exports/sample.zip`);
    expect(readdirSync(join(scene.dataDir, 'exports'))).toEqual(['sample.zip']);
    const zip = readFileSync(join(scene.dataDir, 'exports/sample.zip'));
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    // Nothing that another scanner would take away.
    expect(zip.includes(eicar())).toBe(false);
  });
});

describe('names that were made to deceive', () => {
  const longName = `${'n'.repeat(251)}.com`;
  const names: readonly (readonly [string, string | Buffer, string])[] = [
    ['markup', '<img src=x onerror=alert(1)>.com', '<img src=x onerror=alert(1)>.com'],
    ['text turned around', 'invoice\u202Egpj.exe', 'invoice\\u{202e}gpj.exe'],
    ['a line break', 'line\nbreak.com', 'line\\nbreak.com'],
    ['255 bytes', longName, longName],
    ['no UTF-8', Buffer.from([0x6e, 0x6f, 0xff, 0x2e, 0x63, 0x6f, 0x6d]), 'no\\xff.com'],
  ];

  beforeAll(async () => {
    for (const [, name] of names) infect(name);
    // Of a name that is not UTF-8 there is no event: a sweep finds it.
    await scene.opened.call('sweep.start', {});
    await scene.show('threats');
    for (const [, , shown] of names) await rowOf(shown).waitFor();
  });

  test.each(names)('are text in the list and in the explanation: %s', async (_what, _name, shown) => {
    const details = await openFinding(shown);
    expect(await details.getByRole('heading', { level: 2 }).first().textContent()).toContain(shown);
    expect(await details.textContent()).not.toContain('\u202E');
  });

  test('are text in quarantine and on the Overview, and nothing of them ever ran', async () => {
    await scene.opened.quarantineAll();
    for (const hash of ['quarantine', 'overview']) {
      await scene.show(hash);
      for (const [, , shown] of names.slice(0, 3)) await page.getByText(shown).first().waitFor();
    }
    expect(await page.locator('main img').count()).toBe(0);
    expect(scene.complaints).toEqual([]);
  });
});
