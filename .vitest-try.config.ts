// How the tests are run: what computes shares its modules, what starts processes has a file to itself.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // Types are stripped once for all processes that tests start, as `bin/vedette` does it.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/vedette') },
};
export default defineConfig({ test: { include: ['test/**/*.test.{ts,tsx}'], maxWorkers: 2, ...shared } });
