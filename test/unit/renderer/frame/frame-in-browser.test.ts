// The frame as people meet it: keys, focus, the switch, drops, what is lost; in a browser, under the policy of the pages.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeProblems } from '../../../e2e/check-axe.ts';
import { fixtureState, job } from '../../../renderer/fixtures.ts';
import { PageBrowser, type OpenPage } from '../../../renderer/page-browser.ts';

const calm = fixtureState('calm');
const degraded = fixtureState('degraded');
const threat = fixtureState('threat');

let browser: PageBrowser;

beforeAll(async () => {
  browser = await PageBrowser.start();
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => document.activeElement?.textContent ?? '');
}

describe('a window that is open', () => {
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    opened = await browser.open({
      state: threat,
      hash: '#/scan',
      answers: {
        'settings.save': { revision: 4, restart: [] },
        'jobs.start': job({ id: 77 }),
      },
      dropped: ['/home/ada/Downloads/archive.zip'],
    });
    ({ page } = opened);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  test('a pause is chosen from the menu of the switch; why it is refused is said', async () => {
    await page.getByRole('button', { name: 'Pause protection' }).click();
    await page.getByRole('menuitem', { name: 'Pause for an hour' }).click();
    await page.getByText('protection.pause is not answered.').first().waitFor();
    expect(await opened.calls()).toContainEqual(['protection.pause', { seconds: 3600 }]);
  });

  test('off asks first; Escape leaves everything as it is', async () => {
    const toggle = page.getByRole('switch', { name: 'Real-time protection' });
    await toggle.click();
    await page.getByRole('alertdialog', { name: 'Turn protection off?' }).waitFor();
    expect(await focused(page)).toBe('Cancel');
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    expect((await opened.calls()).map(([name]) => name)).not.toContain('settings.save');
    await toggle.click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('Protection is off.').first().waitFor();
    expect(await opened.calls()).toContainEqual([
      'settings.save',
      { changes: [{ name: 'watch.enabled', value: false }] },
    ]);
  });

  test('Alt and a digit open a page: its title, its heading in focus, its mark in the rail', async () => {
    await page.keyboard.press('Alt+4');
    await expect.poll(() => focused(page)).toBe('Quarantine');
    expect(await page.title()).toBe('(1) Quarantine – Vedette');
    expect(await page.locator('nav [aria-current=page]').textContent()).toBe('Quarantine');
    expect(await page.evaluate(() => window.location.hash)).toBe('#/quarantine');
  });

  test('a question mark shows the keys, but not to who is typing one', async () => {
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('input'), { id: 'typed' }));
    });
    await page.locator('#typed').press('?');
    expect(await page.locator('#typed').inputValue()).toBe('?');
    await page.evaluate(() => document.querySelector('#typed')?.remove());
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
  });

  test('what is dropped is scanned, and its scan is shown', async () => {
    const files = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], 'archive.zip'));
      return data;
    });
    await page.dispatchEvent('main', 'dragover', { dataTransfer: files });
    await page.getByText('Drop to scan').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer: files });
    await page.waitForURL('**/#/scan/77');
    await page.getByText('Drop to scan').waitFor({ state: 'hidden' });
    expect(await opened.calls()).toContainEqual([
      'jobs.start',
      { kind: 'custom', roots: ['/home/ada/Downloads/archive.zip'] },
    ]);
  });

  test('the bar says what is wrong, and leads to where it can be put right', async () => {
    await opened.tell('protection', degraded.protection);
    await opened.tell('settings', degraded.settings);
    await page.getByText('Needs attention').first().waitFor();
    expect(await page.getByText('Partially protected: 2 of 3 folders are watched.').first().isVisible()).toBe(
      true,
    );
    expect(await page.getByRole('link', { name: 'Open Settings' }).getAttribute('href')).toBe('#/settings');
  });

  test.each(['light', 'dark'] as const)('nothing fails a rule of accessibility, %s', async (theme) => {
    await page.emulateMedia({ colorScheme: theme });
    expect(await axeProblems(page)).toEqual([]);
  });

  test('no width brings a bar to scroll sideways with, and each has all pages in sight', async () => {
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    for (const width of [360, 559, 560, 899, 900, 3840]) {
      await page.setViewportSize({ width, height: 700 });
      // A chart follows the width a moment later.
      await expect
        .poll(() =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        )
        .toBe(0);
      expect(await links.count()).toBe(7);
      expect(await links.filter({ hasText: 'Settings' }).isVisible()).toBe(true);
    }
  });

  test('after all that, with menus, dialogs and messages, the policy of the pages has nothing to complain about', () => {
    expect(opened.complaints).toEqual([]);
  });
});

describe('what the other side does', () => {
  test('a pause counts down and ends by a button; when Vedette stops answering, all stays and nothing is changed', async () => {
    await using opened = await browser.open({
      state: fixtureState('paused'),
      hash: '#/scan',
      answers: { 'protection.resume': { was_paused: true } },
    });
    const { page } = opened;
    await page.getByText(/For another 1[34]:\d\d;/).waitFor();
    await page.getByRole('button', { name: 'Resume now' }).click();
    expect(await opened.calls()).toContainEqual(['protection.resume', {}]);
    await opened.tell('protection', calm.protection);
    const toggle = page.getByRole('switch', { name: 'Real-time protection', checked: true });
    await toggle.waitFor();
    await opened.lose();
    await page
      .getByText(/Vedette stopped answering; what you see is from \d\d:\d\d\. Trying again\./)
      .waitFor();
    expect(await toggle.getAttribute('aria-disabled')).toBe('true');
    // What was true a moment ago is no promise.
    expect(await page.getByRole('status').getByText('Not answering').isVisible()).toBe(true);
    for (const text of ['Protected', '3 folders with 642 subfolders watched'])
      expect(await page.getByText(text, { exact: true }).count()).toBe(0);
    await page.keyboard.press('Alt+1');
    await page.getByRole('heading', { level: 1, name: 'Vedette does not answer.' }).waitFor();
    expect(await page.getByText('3 folders with 642 subfolders watched').isVisible()).toBe(true);
    expect(await page.getByText('Nothing needs you').count()).toBe(0);
  });

  test('what could not be had while it was gone is asked for when it is back', async () => {
    await using opened = await browser.open({ state: calm, hash: '#/scan/41' });
    const { page } = opened;
    async function asked(): Promise<number> {
      return (await opened.calls()).filter(([name]) => name === 'jobs.show').length;
    }
    await page.getByRole('alert').getByText('jobs.show is not answered.').waitFor();
    await opened.lose();
    await page.getByText('Not answering').waitFor();
    expect(await asked()).toBe(1);
    await opened.findAgain();
    await expect.poll(asked).toBe(2);
  });

  test('a page whose code cannot be had from a Vedette that is gone promises nothing, and comes when it is back', async () => {
    await using opened = await browser.open({ state: calm, hash: '#/scan' });
    const { page } = opened;
    await page.getByRole('heading', { level: 1, name: 'Scan' }).waitFor();
    await page.route('**/assets/**', (route) => route.abort());
    await opened.lose();
    await page.getByRole('link', { name: 'Quarantine' }).click();
    await page.getByText('Quarantine could not be shown').waitFor();
    expect(await page.getByText('Protection goes on').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Load it again' }).count()).toBe(0);
    await page.unroute('**/assets/**');
    await opened.findAgain();
    await page.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor();
  });

  test('the guide opens by itself on a Vedette that nobody has used, once', async () => {
    await using opened = await browser.open({ state: fixtureState('empty'), hash: '#/overview' });
    const { page } = opened;
    await page.waitForURL('**/#/guide');
    await page.evaluate(() => {
      window.location.hash = '#/scan';
    });
    await page.getByRole('heading', { level: 1, name: 'Scan' }).waitFor();
    await opened.tell('app', { ...fixtureState('empty').app, version: '0.2.0' });
    await page.getByText('Version 0.2.0').waitFor();
    expect(await page.evaluate(() => window.location.hash)).toBe('#/scan');
  });

  test('a browser without a session is told how to get one, and why', async () => {
    const withoutLink = await browser.openUnknown('#/overview');
    await withoutLink.getByRole('heading', { name: 'This browser is not signed in to Vedette' }).waitFor();
    const usedLink = await browser.openUnknown('#token=used');
    await usedLink.getByRole('heading', { name: 'This link was used already, or is too old' }).waitFor();
    // Who looks over a shoulder, or into the history, finds no token.
    expect(usedLink.url()).not.toContain('token');
    await Promise.all([withoutLink.context().close(), usedLink.context().close()]);
  });
});
