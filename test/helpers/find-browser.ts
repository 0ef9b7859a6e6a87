// The browser that tests drive: the one that CHROMIUM names, or Chromium or Chrome where packages put them; null where there is none.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-browser',
  '/usr/lib/chromium/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export function findBrowser(named: string | undefined = process.env['CHROMIUM']): string | null {
  return named ?? places.find((path) => existsSync(path) && !startsSnap(path)) ?? null;
}

/** Of Ubuntu: a script that starts, or asks for, a snap, which sees no temporary folder of ours. */
function startsSnap(path: string): boolean {
  const start = startOf(path);
  return start.startsWith('#!') && start.includes('/snap');
}

/** Of a program there are hundreds of megabytes. */
function startOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(16 * 1024);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
