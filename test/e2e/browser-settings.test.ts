// The first day, the settings, the switch and the engines, in the pages of a real Vedette; then it is stopped and started again.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  scene = await BrowserScene.start({
    isFirstDay: true,
    configuration: `rule_paths = ["HOME/rules"]

# Small machine.
[scaling]
min_workers = 1 # enough at night
max_workers = 3
`,
    prepare(places) {
      places.write('rules/good.yar', 'rule good { condition: false }\n');
      places.write(
        'rules/broken.yar',
        'rule first { condition: false }\n\nrule broken { condition: nothing_known }\n',
      );
    },
  });
  ({ page } = scene);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

function file(): string {
  return readFileSync(scene.configurationFile, 'utf8');
}

async function toastSays(text: string | RegExp): Promise<Locator> {
  const toast = page.getByRole('dialog').filter({ hasText: text }).first();
  await toast.waitFor();
  return toast;
}

async function search(text: string): Promise<void> {
  await scene.show('settings');
  await page.getByRole('searchbox', { name: 'Search settings' }).fill(text);
}

describe('the first-run guide', () => {
  test('opens by itself, and its self-test really finds a test file; then it does not come again', async () => {
    await page.getByRole('heading', { level: 1, name: 'A sentry for your files' }).waitFor();
    await page.getByRole('link', { name: 'Begin' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Who looks at your files' }).waitFor();
    await page.getByText('You can go on without ClamAV').waitFor();
    await page.getByText('Clamd is switched off in the configuration.').waitFor();
    await page.getByRole('link', { name: 'Continue' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'What is watched, and what happens' }).waitFor();
    await page.getByText('Downloads', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Continue' }).press('Enter');
    await page.getByRole('button', { name: 'Run the self-test' }).press('Enter');
    await page.getByText('Protection works').waitFor();
    await page.getByText(/Found after/).waitFor();
    await page.getByRole('button', { name: 'Finish' }).press('Enter');
    await page.waitForURL('**/#/overview');
    expect((await scene.opened.call('app.state', {})).app.guide_done).toBe(true);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: /./ }).waitFor();
    expect(page.url()).toContain('#/overview');
  });
});

describe('protection', () => {
  test('is paused from the menu and goes on by a button', async () => {
    await page.getByRole('button', { name: 'Pause protection' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Pause for an hour' }).press('Enter');
    await page.getByText(/^For another (?:1:00:00|59:\d\d);/).waitFor();
    const { evidence } = await scene.opened.call('protection', {});
    expect(evidence?.pause).not.toBeNull();
    await page.getByRole('button', { name: 'Resume now' }).first().press('Enter');
    await page.getByRole('switch', { name: 'Real-time protection', checked: true }).waitFor();
  });

  test('off asks first, says so everywhere, is written into the file, and is undone by its message', async () => {
    const toggle = page.getByRole('switch', { name: 'Real-time protection' });
    await toggle.press('Space');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).press('Enter');
    const toast = await toastSays('Protection is off.');
    await page.getByRole('switch', { name: 'Real-time protection', checked: false }).waitFor();
    expect(file()).toContain('enabled = false');
    await toast.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('switch', { name: 'Real-time protection', checked: true }).waitFor();
    expect(file()).toContain('folders = ["' + scene.watched + '"] # only this one');
  });
});

describe('engines', () => {
  test('a rule file that does not compile stands there with its file and line', async () => {
    await scene.show('engines');
    await page.getByText('1 problem in rule files').waitFor();
    await page.getByText('broken.yar').first().waitFor();
    expect(await page.getByText('line 3', { exact: true }).isVisible()).toBe(true);
    expect(
      await page
        .getByText(/nothing_known/)
        .first()
        .isVisible(),
    ).toBe(true);
  });
});

describe('settings', () => {
  test('a change reaches the running workers and the file, comments and all; Undo takes it back', async () => {
    await search('min_workers');
    await page.getByRole('textbox', { name: 'Fewest workers' }).fill('3');
    await page.keyboard.press('Enter');
    const toast = await toastSays('Fewest workers: saved.');
    expect(file()).toContain('# Small machine.\n[scaling]\nmin_workers = 3 # enough at night\n');
    expect(file().startsWith('# My settings.\n')).toBe(true);
    await expect
      .poll(async () => (await scene.opened.call('app.state', {})).live.workers, { timeout: 10_000 })
      .toBe(3);
    await toast.getByRole('button', { name: 'Undo' }).click();
    await toastSays('Fewest workers: as it was before.');
    expect(file()).toContain('min_workers = 1 # enough at night\n');
  });

  test('a value that is not possible stands at its field, and nothing is saved', async () => {
    await search('min_workers');
    const before = file();
    const field = page.getByRole('textbox', { name: 'Fewest workers' });
    await field.fill('99');
    await page.keyboard.press('Enter');
    await page.getByText(/^It must be at most 64\sworkers\.$/).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    const words = await Promise.all(
      described
        .split(' ')
        .map((id) => page.evaluate((known) => document.getElementById(known)?.textContent ?? '', id)),
    );
    expect(words.join(' ')).toMatch(/It must be at most 64\sworkers\./);
    expect(file()).toBe(before);
  });

  test('what only the core knows to be wrong stands at its field too', async () => {
    await search('min_workers');
    await page.getByRole('textbox', { name: 'Fewest workers' }).fill('9');
    await page.keyboard.press('Enter');
    await page.getByText(/must not be more than max_workers \(3\)/).waitFor();
    expect(file()).toContain('min_workers = 1 # enough at night');
  });

  test('a file that is broken by hand is shown with its line, on every page, until it is corrected', async () => {
    const whole = file();
    writeFileSync(scene.configurationFile, `${whole}this is not toml\n`);
    await scene.show('scan');
    await page.getByText('The settings file has a problem; the settings before it hold.').waitFor();
    await page.getByRole('link', { name: 'Open Settings' }).first().press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page
      .getByText(`Line ${whole.split('\n').length}`)
      .first()
      .waitFor();
    writeFileSync(scene.configurationFile, whole);
    await page.getByText('The settings file has a problem', { exact: true }).waitFor({ state: 'hidden' });
    expect((await scene.opened.call('settings.show', {})).problem).toBe('');
  });

  test('leaves the page with nothing to complain about', () => {
    expect(scene.complaints).toEqual([]);
  });
});

describe('a Vedette that stops', () => {
  test('is missed: what was known stays, nothing can be pressed; started again, it wants a new session and says so', async () => {
    await scene.show('overview');
    await scene.stop();
    await page
      .getByText(/^Vedette stopped answering; what you see is from \d\d:\d\d\. Trying again\.$/)
      .waitFor();
    expect(
      await page.getByRole('switch', { name: 'Real-time protection' }).getAttribute('aria-disabled'),
    ).toBe('true');
    expect(await page.getByText('1 folder').first().isVisible()).toBe(true);
    await scene.startAgain();
    const notAdmitted = page.getByRole('heading', { name: 'This browser is not signed in to Vedette' });
    await notAdmitted.waitFor({ timeout: 20_000 });
    // In another tab, which has shown that it has no session either: both are back, each where it was.
    const other = await page.context().newPage();
    await other.goto(`${scene.vedette.address}/#/settings`);
    await other.getByRole('heading', { name: 'This browser is not signed in to Vedette' }).waitFor();
    await other.goto(scene.vedette.link);
    for (const tab of [other, page]) {
      await tab.getByRole('navigation', { name: 'Pages' }).waitFor();
      expect(await tab.getByText(/stopped answering/).count()).toBe(0);
    }
    expect(page.url()).toBe(`${scene.vedette.address}/#/overview`);
  });
});
