// Takes a picture of one page in one form: `node test/renderer/shoot.ts --page threats/12 --theme dark --width 900 --state threat --out FILE`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: 'overview' },
    theme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    state: { type: 'string', default: 'calm' },
    out: { type: 'string', default: 'page.png' },
    /** A selector that is clicked before the picture; may be given several times. */
    click: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
  },
});

const root = resolve(import.meta.dirname);
const outDir = await mkdtemp(join(tmpdir(), 'vedette-preview-'));
await build({ root, logLevel: 'error', build: { outDir, target: 'chrome140', minify: false } });
const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: 0 } });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const context = await browser.newContext({
    viewport: { width: Number(values.width), height: Number(values.height) },
    colorScheme: values.theme === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.error('console:', message.text());
  });
  page.on('pageerror', (error) => console.error('page error:', error.message));
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}?state=${values.state}#/${values.page}`);
  await page.waitForTimeout(700);
  for (const selector of values.click) {
    await page.click(selector, { timeout: 3000 });
    await page.waitForTimeout(250);
  }
  await page.screenshot({ path: values.out, fullPage: values.full });
  console.log(resolve(values.out));
} finally {
  await browser.close();
  await server.close();
  await rm(outDir, { recursive: true, force: true });
}
