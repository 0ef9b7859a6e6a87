// Every page and every form of it, in light and dark: no rule of accessibility fails; narrow, enlarged and in forced colours it still serves.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeProblems } from './check-axe.ts';
import { FixturePages, type FixtureName } from './fixture-pages.ts';

let pages: FixturePages;
let page: Page;

beforeAll(async () => {
  pages = await FixturePages.start();
  page = await (await pages.context()).newPage();
});

afterAll(async () => {
  await pages[Symbol.asyncDispose]();
});

/** All rules in light; in dark those of colour, the only ones that it can change. */
async function problemsInBothThemes(without: readonly string[] = []): Promise<readonly string[]> {
  const light = await axeProblems(page, { without });
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await axeProblems(page, { rules: ['color-contrast'] });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light.map((text) => `light: ${text}`), ...dark.map((text) => `dark: ${text}`)];
}

const vaultId = '0123456789abcdef0123456789abcdef';

const forms: readonly (readonly [string, FixtureName])[] = [
  ['overview', 'calm'],
  ['overview', 'threat'],
  ['overview', 'degraded'],
  ['overview', 'paused'],
  ['overview', 'loading'],
  ['overview', 'lost'],
  ['scan', 'busy'],
  ['scan', 'error'],
  ['scan/41', 'busy'],
  ['scan/40', 'calm'],
  ['threats', 'threat'],
  ['threats', 'error'],
  ['threats/12', 'threat'],
  ['threats/allowed', 'threat'],
  ['quarantine', 'threat'],
  [`quarantine/${vaultId}`, 'threat'],
  ['performance', 'busy'],
  ['performance', 'error'],
  ['engines', 'calm'],
  ['engines', 'degraded'],
  ['settings', 'degraded'],
  ['settings/scaling.max_workers', 'calm'],
  ['guide', 'empty'],
  ['guide/engines', 'degraded'],
  ['guide/folders', 'calm'],
  ['guide/test', 'calm'],
  ['overview', 'not-admitted'],
];

/** For who asked for less motion. */
async function movingThings(): Promise<readonly string[]> {
  return await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .map(({ effect }) =>
        effect instanceof KeyframeEffect ? (effect.target?.outerHTML ?? '').slice(0, 100) : 'something',
      ),
  );
}

async function sideways(): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** At 360 pixels, and with everything twice as large, which to the page is the same as half as wide. */
async function expectToFit(): Promise<void> {
  for (const width of [640, 360]) {
    await page.setViewportSize({ width, height: 720 });
    await expect.poll(sideways).toBe(0);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

describe('no rule of accessibility fails, nothing moves, and nothing scrolls sideways', () => {
  test.each(forms)('on #/%s in the state %s', async (hash, state) => {
    await pages.show(page, state, hash);
    // The code of charts comes a moment after the heading.
    if (hash === 'performance' && state === 'busy')
      await page.locator('main svg[role=application]').first().waitFor();
    expect(await problemsInBothThemes()).toEqual([]);
    expect(await movingThings()).toEqual([]);
    await expectToFit();
  });

  test.each(['scan', 'threats', 'quarantine', 'performance'])('on #/%s on the first day', async (hash) => {
    await pages.show(page, 'empty', hash);
    // The guide opens by itself first.
    await page.waitForURL(/#\/guide$/);
    await page.evaluate((place) => {
      window.location.hash = place;
    }, `#/${hash}`);
    await page
      .locator('nav [aria-current=page]')
      .filter({ hasText: new RegExp(hash, 'i') })
      .waitFor();
    await page.locator('main h1').waitFor();
    expect(await problemsInBothThemes()).toEqual([]);
  });
});

interface Opened {
  readonly what: string;
  readonly hash: string;
  readonly state: FixtureName;
  readonly open: (from: Page) => Promise<void>;
}

function press(role: 'button' | 'switch' | 'checkbox' | 'menuitem', ...names: readonly (string | RegExp)[]) {
  return async (from: Page) => {
    for (const name of names) await from.getByRole(role, { name }).first().click();
  };
}

const opened: readonly Opened[] = [
  { what: 'menu of pauses', hash: 'overview', state: 'calm', open: press('button', 'Pause protection') },
  {
    what: 'question before protection is off',
    hash: 'overview',
    state: 'calm',
    open: press('switch', 'Real-time protection'),
  },
  { what: 'list of keys', hash: 'overview', state: 'calm', open: press('button', 'Keyboard shortcuts') },
  { what: 'menu of a finding', hash: 'threats', state: 'threat', open: press('button', /^Actions for/) },
  { what: 'bar of what is chosen', hash: 'threats', state: 'threat', open: press('checkbox', 'Select all') },
  { what: 'reason for allowing', hash: 'threats/12', state: 'threat', open: press('button', 'Allow…') },
  {
    what: 'new entry of the allow-list',
    hash: 'threats/allowed',
    state: 'threat',
    open: press('button', 'Add an entry…'),
  },
  {
    what: 'message with its Undo',
    hash: 'threats/12',
    state: 'threat',
    open: async (from) => {
      await press('button', 'Leave it')(from);
      await from.getByText('Left where it is.').first().waitFor();
    },
  },
  { what: 'folders of the machine', hash: 'scan', state: 'service', open: press('button', 'Choose…') },
  { what: 'files that were not checked', hash: 'scan/40', state: 'calm', open: press('button', 'Show why') },
  {
    what: 'question before it is deleted',
    hash: 'quarantine',
    state: 'threat',
    open: press('button', /^(?:Delete for good…)$/),
  },
  { what: 'restoring', hash: 'quarantine', state: 'threat', open: press('button', 'Restore…') },
  { what: 'export', hash: 'quarantine', state: 'threat', open: press('button', 'Export…') },
  { what: 'table of a chart', hash: 'performance', state: 'busy', open: press('button', /^Show as a table/) },
  {
    what: 'mark of a scaling event',
    hash: 'performance',
    state: 'busy',
    open: async (from) => {
      await from
        .getByRole('button', { name: /→ \d workers/ })
        .first()
        .hover();
      await from
        .getByText(/waiting, CPU/)
        .first()
        .waitFor();
    },
  },
  {
    what: 'new scheduled scan',
    hash: 'settings',
    state: 'calm',
    open: press('button', 'Add a scheduled scan'),
  },
  {
    what: 'search of the settings',
    hash: 'settings',
    state: 'calm',
    open: (from) => from.getByRole('searchbox', { name: 'Search settings' }).fill('cooldown'),
  },
];

// What opens over a page lies beside its landmarks, and is reached from the one that opened it: the rule `region` is not for it.
describe('nor where something was opened', () => {
  test.each(opened)('$what', async ({ what, hash, state, open }) => {
    await pages.show(page, state, hash);
    // What is done with quarantined files needs some that are chosen.
    if (hash === 'quarantine') await page.getByRole('checkbox', { name: 'Select all' }).click();
    await open(page);
    expect([what, await problemsInBothThemes(['region'])]).toEqual([what, []]);
  });
});

describe('whoever needs it in colours of their own', () => {
  test('in forced colours a switch that is on looks otherwise than one that is off, and a chosen row than another', async () => {
    const forced = await pages.open('threat', 'threats', { forcedColors: true });
    const toggle = forced.getByRole('switch', { name: 'Real-time protection' });
    expect(await toggle.evaluate(colours)).not.toEqual(await toggle.locator('*').first().evaluate(colours));
    const box = forced.getByRole('row').nth(1).getByRole('checkbox');
    const before = await box.evaluate(colours);
    await box.click();
    expect(await box.getAttribute('aria-checked')).toBe('true');
    expect(await box.evaluate(colours)).not.toEqual(before);
    await forced.context().close();
  });
});

/** Runs in the page. */
function colours(element: Element): readonly string[] {
  const { backgroundColor, color } = getComputedStyle(element);
  return [backgroundColor, color];
}
