// How the tests run: those that only compute share their processes; a file that starts others has one to itself.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const startPrograms = ['test/unit/electron-stand-in/**/*.test.ts', 'test/unit/**/*-in-browser.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Types are stripped once for all that tests start, as `bin/vedette` has it for itself.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/vedette') },
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
          // They wait half of the time. Four files keep two processors busy; with more, deadlines would be missed there.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
