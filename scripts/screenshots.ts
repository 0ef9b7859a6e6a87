// `npm run screenshots`: pictures of every page, taken in a browser from a real Vedette that really scans; into docs/images.
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { pageNames, type PageName } from '../src/renderer/client/page-names.ts';
import { commonMessages } from '../src/renderer/messages/words.ts';
import { buildIfStale } from './build-if-stale.ts';
import { Demo } from './demo.ts';
import { ServedVedette } from './served-vedette.ts';

const { values } = parseArgs({
  options: {
    output: { type: 'string', default: join(import.meta.dirname, '..', 'docs', 'images') },
    chromium: { type: 'string', default: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
    /** How long the demo runs before the charts are drawn: what fills five minutes, with nothing but its own waves. */
    seconds: { type: 'string', default: '320' },
  },
});

type Theme = 'light' | 'dark';

/** The first proof of the watch, and some points of the charts. */
const afterFindingsMs = 20_000;
const wide = { width: 1280, height: 860 };
/** For what is worth its length. */
const tall = { width: 1280, height: 1260 };
const narrow = { width: 400, height: 820 };

interface Shot {
  readonly name: string;
  readonly page: string;
  readonly theme: Theme;
  readonly size?: typeof wide;
}

buildIfStale();
mkdirSync(values.output, { recursive: true });
for (const file of readdirSync(values.output)) if (file.endsWith('.png')) rmSync(join(values.output, file));
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});
try {
  await emptyPages(browser);
  await livePages(browser);
} finally {
  await browser.close();
}

/** As they are on the first day. */
async function emptyPages(from: Browser): Promise<void> {
  await using demo = await Demo.start({ writesFiles: false });
  await using vedette = await ServedVedette.start(demo.options);
  await using page = await vedette.open(from, { ...wide, theme: 'light' });
  await page.call('guide.done', { done: true });
  const shown: readonly PageName[] = ['overview', 'scan', 'threats', 'quarantine', 'performance'];
  for (const name of shown) await shoot(page.page, { name: `${name}-empty`, page: name, theme: 'light' });
}

async function livePages(from: Browser): Promise<void> {
  await using demo = await Demo.start();
  await using vedette = await ServedVedette.start(demo.options);
  await using opened = await vedette.open(from, { ...wide, theme: 'light' });
  const { page } = opened;
  await opened.call('guide.done', { done: true });
  while ((await opened.call('findings.list', { states: ['open'], job: null, before: null })).total < 2) {
    await page.waitForTimeout(500);
  }
  await page.waitForTimeout(afterFindingsMs);
  await shoot(page, { name: 'overview-threat', page: 'overview', theme: 'light' });
  // Its matched bytes are the most telling.
  const finding = await opened.findingIn('install-helper.sh');
  for (const theme of ['light', 'dark'] as const) {
    await shoot(page, { name: `threat-${theme}`, page: `threats/${finding}`, theme, size: tall });
  }
  await opened.quarantineAll();
  const projects = join(demo.folder, 'home', 'Projects');
  cpSync(join(import.meta.dirname, '..', 'node_modules', 'lucide-react'), projects, { recursive: true });
  const job = await opened.scanFolder(projects);
  await shoot(page, { name: 'scan-busy', page: `scan/${job}`, theme: 'light' });
  // Long enough for the charts to have something to tell, and for the scan to be no part of it.
  await page.waitForTimeout(Number(values.seconds) * 1000);
  for (const theme of ['light', 'dark'] as const) {
    for (const name of pageNames) await shoot(page, { name: `${name}-${theme}`, page: name, theme });
  }
  for (const name of pageNames) {
    await shoot(page, { name: `${name}-narrow`, page: name, theme: 'light', size: narrow });
  }
}

async function shoot(page: Page, { name, page: place, theme, size = wide }: Shot): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(new URL(`#/${place}`, page.url()).href);
  // What a demo has to tell fits into five minutes.
  if (place === 'performance') await page.getByText('5 min', { exact: true }).click();
  await page.waitForTimeout(1500);
  await page.getByText(commonMessages.loading, { exact: true }).first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(values.output, `${name}.png`) });
  console.log(`${name}.png`);
}
