// The pages benchmark: when the window has its first paint, and what a page costs while a full scan runs over a long history.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { openStore } from '../../src/core/store/store.ts';
import { HistoryStore } from '../../src/core/store/history-store.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { ServedVedette, type OpenedPage } from '../../scripts/served-vedette.ts';
import { launchApp } from '../e2e/launch-app.ts';
import { historyRows } from './history-rows.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, writeSection } from './performance-page.ts';
import { median } from './statistics.ts';
import { makeWorkFolder } from './work-folder.ts';

const rows = 10_000;
const lookSeconds = 40;
/** The aims. */
const aimFirstPaintMs = 1500;
const aimShare = 0.1;
const looks = ['overview', 'performance', 'scan', 'threats'] as const;

interface Cost {
  readonly page: string;
  /** Of one processor, on average. */
  readonly share: number;
}

export async function measurePages(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  buildIfStale();
  const facts = [...(await machineFacts())];
  const paints: number[] = [];
  for (let round = 0; round < options.rounds && !signal.aborted; round += 1)
    paints.push(await firstPaintMs());
  const paint = median(paints);
  console.log(`first paint: ${paints.map((ms) => Math.round(ms)).join(', ')} ms`);
  const costs = await pageCosts(signal);
  facts.push(`load average at the end ${loadAverage()}`);
  const table = markdownTable(
    ['what', 'measured', 'aim'],
    [
      [
        'first paint of the window, from the start of the program',
        `${Math.round(paint)} ms`,
        `${aimFirstPaintMs} ms`,
      ],
      ...costs.map(({ page, share }) => [
        page,
        `${(share * 100).toFixed(1)} % of a processor`,
        page === 'an empty page' ? '' : `${aimShare * 100} %`,
      ]),
    ],
  );
  console.log(table);
  if (options.writes) writeSection('pages', [facts.join('; '), '', table].join('\n'));
  return paint <= aimFirstPaintMs && costs.every(({ share }) => share <= aimShare);
}

/** On whatever runs the app here: the output says which. */
async function firstPaintMs(): Promise<number> {
  const startedAt = Date.now();
  await using launched = await launchApp({ env: { VEDETTE_SCANNING_CLAMD: 'none' } });
  await launched.page.waitForSelector('h1');
  const paintedAt = await launched.page.evaluate<number>(
    `performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  );
  return paintedAt - startedAt;
}

async function pageCosts(signal: AbortSignal): Promise<readonly Cost[]> {
  using work = makeWorkFolder();
  const dataDir = join(work.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  fillHistory(dataDir);
  await using vedette = await ServedVedette.start(['--data-dir', dataDir, '--clamd', 'none']);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    await using opened = await vedette.open(browser, { width: 1280, height: 860, theme: 'light' });
    await opened.call('guide.done', { done: true });
    await opened.call('jobs.start', { kind: 'full', roots: [] });
    const costs: Cost[] = [];
    for (const page of looks) {
      if (signal.aborted) break;
      await show(opened, page);
      costs.push({ page: `the page ${page}`, share: await shareOf(browser) });
    }
    await opened.page.goto('about:blank');
    costs.push({ page: 'an empty page', share: await shareOf(browser) });
    return costs;
  } finally {
    await browser.close();
  }
}

function fillHistory(dataDir: string): void {
  using store = openStore({ folder: dataDir, logger: silentLogger });
  const history = new HistoryStore(store.history);
  const nowSeconds = Date.now() / 1000;
  history.beginRun({ id: 'bench', kind: 'watch', startedAtSeconds: nowSeconds - rows * 60 });
  for (const { snapshot, totals } of historyRows(rows, nowSeconds))
    history.saveSnapshot('bench', snapshot, totals);
  history.endRun('bench', nowSeconds);
}

async function show({ page }: OpenedPage, name: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${name}'`);
  // What it costs to open is not what it costs to look at.
  await page.waitForTimeout(4000);
}

/** Of all processes that draw pages. */
async function shareOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const before = await rendererSeconds();
  const startedMs = performance.now();
  await new Promise((resolve) => {
    setTimeout(resolve, lookSeconds * 1000);
  });
  const spent = (await rendererSeconds()) - before;
  await session.detach();
  return spent / ((performance.now() - startedMs) / 1000);

  async function rendererSeconds(): Promise<number> {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo
      .filter(({ type }) => type === 'renderer')
      .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }
}
