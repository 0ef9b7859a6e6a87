import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real processes compete for the cores: two files at a time keep deadlines meaningful on small machines.
    maxWorkers: 2,
  },
});
