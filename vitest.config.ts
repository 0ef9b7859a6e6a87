// How the tests run: those that only compute share their processes; a file that starts others has one to itself.
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { findBrowser } from './test/helpers/find-browser.ts';
import { TestOrder } from './test/helpers/test-order.ts';

const startPrograms = ['test/unit/electron-stand-in/**/*.test.ts', 'test/unit/**/*-in-browser.test.ts'];

const browser = findBrowser();
const needBrowser = [
  'test/e2e/**',
  'test/unit/**/*-in-browser.test.ts',
  'test/unit/electron-stand-in/fixture-app.test.ts',
];
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const left = browser === null && !isRequired ? needBrowser : [];
if (left.length > 0)
  process.stderr.write(`not run, for want of Chromium; CHROMIUM names one elsewhere: ${left.join(', ')}\n`);

export default defineConfig({
  test: {
    // For what hangs. Who waits for something has a shorter deadline, and says what for.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A second, which is the default, a busy machine may need for anything.
    expect: { poll: { timeout: 10_000 } },
    sequence: { sequencer: TestOrder },
    env: {
      // Types are stripped once for all that tests start, as `bin/vedette` has it for itself.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/vedette'),
      ...(browser === null ? {} : { CHROMIUM: browser }),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          exclude: startPrograms,
          setupFiles: ['test/helpers/leaves-nothing-behind.ts'],
          // Modules are loaded once a process, not once a file.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['test/*.test.ts', 'test/!(unit)/**/*.test.{ts,tsx}', ...startPrograms],
          exclude: [...configDefaults.exclude, ...left],
          // They wait half of the time. Four files keep two processors busy; with more, deadlines would be missed there.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
