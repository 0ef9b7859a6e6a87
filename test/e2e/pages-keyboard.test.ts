// Every page without a pointer: all of it is reached, the focus is always seen, never lost, and comes back from where it went.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FixturePages, type FixtureName } from './fixture-pages.ts';

/** More than any page has stops. */
const mostStops = 150;

const stopSchema = z.object({
  name: z.string(),
  isSeen: z.boolean(),
  isCovered: z.boolean(),
  isBody: z.boolean(),
  isFirst: z.boolean(),
});
type Stop = z.infer<typeof stopSchema>;

let pages: FixturePages;
let page: Page;

beforeAll(async () => {
  pages = await FixturePages.start();
  page = await (await pages.context()).newPage();
});

afterAll(async () => {
  await pages[Symbol.asyncDispose]();
});

/** What has the focus, whether a ring is drawn around it or around its frame, and whether something lies over it. */
async function stop(): Promise<Stop> {
  return stopSchema.parse(
    await page.evaluate(() => {
      const element = document.activeElement ?? document.body;
      const frames = [element, element.parentElement, element.parentElement?.parentElement];
      // The link of a row draws its ring around the whole row.
      const isSeen = [null, '::after'].some((part) =>
        frames.some((frame) => {
          if (frame === null || frame === undefined) return false;
          const { outlineStyle, outlineWidth } = getComputedStyle(frame, part);
          return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
        }),
      );
      const box = element.getBoundingClientRect();
      const points = [
        [box.x + box.width / 2, box.y + box.height / 2],
        [box.x + 3, box.y + 3],
        [box.right - 3, box.bottom - 3],
      ] as const;
      const isCovered = points.every(([x, y]) => {
        const there = document.elementFromPoint(x, y);
        return there === null || (!element.contains(there) && !there.contains(element));
      });
      const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return {
        name: `${element.tagName.toLowerCase()} ${name.trim().slice(0, 60)}`,
        isSeen,
        isCovered,
        isBody: element === document.body,
        isFirst: element.matches('a[href="#main"]'),
      };
    }),
  );
}

/** Tab after Tab from the top of the page until it begins anew. */
async function walk(): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  while (stops.length < mostStops) {
    await page.keyboard.press('Tab');
    const here = await stop();
    if (stops.length > 0 && (here.isFirst || here.isBody)) return stops;
    stops.push(here);
  }
  throw new Error(
    `the focus does not come back: ${stops
      .slice(-5)
      .map(({ name }) => name)
      .join(', ')}`,
  );
}

const all: readonly (readonly [string, FixtureName])[] = [
  ['overview', 'threat'],
  ['overview', 'degraded'],
  ['scan', 'busy'],
  ['scan/41', 'busy'],
  ['threats', 'threat'],
  ['threats/12', 'threat'],
  ['threats/allowed', 'threat'],
  ['quarantine', 'threat'],
  ['performance', 'busy'],
  ['engines', 'degraded'],
  ['settings', 'calm'],
  ['guide/engines', 'degraded'],
];

describe('Tab', () => {
  test.each(all)(
    'goes through #/%s in the state %s: each stop is seen, none is covered, and it comes back',
    async (hash, state) => {
      await pages.show(page, state, hash);
      const stops = await walk();
      expect(stops[0]?.isFirst).toBe(true);
      expect(stops.filter(({ isSeen }) => !isSeen).map(({ name }) => name)).toEqual([]);
      expect(stops.filter(({ isCovered }) => isCovered).map(({ name }) => name)).toEqual([]);
      // The order of the document is the order of the keyboard.
      expect(await page.locator('[tabindex]:not([tabindex="0"], [tabindex="-1"])').count()).toBe(0);
    },
  );

  test('first offers a way past the rail and the bar', async () => {
    await pages.show(page, 'threat', 'threats');
    await page.keyboard.press('Tab');
    expect((await stop()).name).toBe('a Go to the page');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  });
});

/** Or something in it; at the end of a dialog the focus begins anew inside, a moment later. */
async function hasFocus(place: Locator): Promise<void> {
  await expect.poll(() => place.evaluate((element) => element.contains(document.activeElement))).toBe(true);
}

interface Opening {
  readonly what: string;
  readonly hash: string;
  readonly state: FixtureName;
  readonly opener: (from: Page) => Locator;
  readonly role: 'dialog' | 'alertdialog' | 'menu';
}

function button(name: string | RegExp) {
  return (from: Page) => from.getByRole('button', { name }).first();
}

const openings: readonly Opening[] = [
  {
    what: 'the menu of pauses',
    hash: 'overview',
    state: 'calm',
    opener: button('Pause protection'),
    role: 'menu',
  },
  {
    what: 'the question before protection is off',
    hash: 'overview',
    state: 'calm',
    opener: (from) => from.getByRole('switch', { name: 'Real-time protection' }),
    role: 'alertdialog',
  },
  {
    what: 'the list of keys',
    hash: 'scan',
    state: 'calm',
    opener: button('Keyboard shortcuts'),
    role: 'dialog',
  },
  {
    what: 'the actions of a finding',
    hash: 'threats',
    state: 'threat',
    opener: button(/^Actions for/),
    role: 'menu',
  },
  {
    what: 'the reason for allowing',
    hash: 'threats/12',
    state: 'threat',
    opener: button('Allow…'),
    role: 'dialog',
  },
  {
    what: 'a new entry of the allow-list',
    hash: 'threats/allowed',
    state: 'threat',
    opener: button('Add an entry…'),
    role: 'dialog',
  },
  {
    what: 'the folders of the machine',
    hash: 'scan',
    state: 'service',
    opener: button('Choose…'),
    role: 'dialog',
  },
  {
    what: 'a new scheduled scan',
    hash: 'settings',
    state: 'calm',
    opener: button('Add a scheduled scan'),
    role: 'dialog',
  },
];

describe('what opens over a page', () => {
  test.each(openings)(
    '$what takes the focus, keeps it, and gives it back at Escape',
    async ({ hash, state, opener, role }) => {
      await pages.show(page, state, hash);
      const from = opener(page);
      await from.press(role === 'alertdialog' ? 'Space' : 'Enter');
      const popup = page.getByRole(role).filter({ visible: true }).last();
      await popup.waitFor();
      await hasFocus(popup);
      // In a menu Tab leads out of it, as everywhere.
      const tabs = role === 'menu' ? 0 : 12;
      for (let count = 0; count < tabs; count += 1) {
        await page.keyboard.press('Tab');
        await hasFocus(popup);
      }
      await page.keyboard.press('Escape');
      await popup.waitFor({ state: 'hidden' });
      await expect.poll(() => from.evaluate((element) => element === document.activeElement)).toBe(true);
    },
  );
});

describe('the focus', () => {
  test('is on the heading of a page that was opened, without a ring there', async () => {
    await pages.show(page, 'calm', 'overview');
    await page.keyboard.press('Alt+3');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect((await stop()).isSeen).toBe(false);
    await page.keyboard.press('Tab');
    expect((await stop()).isSeen).toBe(true);
  });

  test('is on the next thing when what had it is gone', async () => {
    await pages.show(page, 'threat', 'threats');
    await page.getByRole('checkbox', { name: 'Select all' }).press('Space');
    const bar = page.getByRole('group', { name: /\d chosen/ });
    await bar.getByRole('button', { name: 'Choose none' }).press('Enter');
    await bar.waitFor({ state: 'hidden' });
    await expect.poll(stop).toMatchObject({ isBody: false, isSeen: true });
  });

  test('is on the same thing when it could not be used for a moment', async () => {
    await pages.show(page, 'threat', 'threats/12');
    const quarantine = page.getByRole('button', { name: 'Quarantine' }).first();
    await quarantine.focus();
    await quarantine.evaluate(async (element: HTMLButtonElement) => {
      for (const isDisabled of [true, true, false]) {
        element.disabled = isDisabled;
        await new Promise((done) => requestAnimationFrame(done));
      }
    });
    await expect.poll(() => quarantine.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('stays nowhere when somebody pressed beside everything', async () => {
    await pages.show(page, 'threat', 'threats');
    await page.getByRole('checkbox', { name: 'Select all' }).focus();
    await page.mouse.click(640, 780);
    await page.evaluate(async () => {
      document.querySelector('main')?.append(document.createElement('span'));
      for (let frames = 0; frames < 3; frames += 1) await new Promise((done) => requestAnimationFrame(done));
    });
    expect((await stop()).isBody).toBe(true);
  });

  test('goes with a finding that is opened, and back to its row at Escape', async () => {
    await pages.show(page, 'threat', 'threats');
    const link = page.getByRole('row').nth(1).getByRole('link');
    await link.press('Enter');
    const details = page.getByRole('complementary', { name: 'Why was this flagged?' });
    await expect
      .poll(() => details.evaluate((element) => element.contains(document.activeElement)))
      .toBe(true);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    await expect.poll(() => link.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});
