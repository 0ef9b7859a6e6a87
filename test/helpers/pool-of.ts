// A pool of purpose-built workers, real processes, with limits short enough for a test.
import { join } from 'node:path';
import { silentLogger } from '../../src/core/logger.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { ScanPool, type PoolResult, type ScanPoolOptions } from '../../src/core/pool/scan-pool.ts';
import { anyFile, anyScope } from './fake-worker.ts';

export type BadWorker = 'obeys-names' | 'fails-to-start';

export function badWorkerEntry(name: BadWorker): string {
  return join(import.meta.dirname, 'bad-workers', `${name}.ts`);
}

export function poolOf(name: BadWorker, options: Partial<ScanPoolOptions> = {}): ScanPool {
  return new ScanPool({
    startProcess: childProcessStarter(badWorkerEntry(name)),
    workerSettings: {},
    verdictScope: () => anyScope,
    workers: 2,
    filesPerWorker: 8,
    filesAtOnce: 8,
    silenceLimitMs: 10_000,
    startLimitMs: 30_000,
    memoryLimitBytes: 4 * 1024 ** 3,
    restartDelayMs: 20,
    brokenDelayMs: 300,
    logger: silentLogger,
    ...options,
  });
}

/** What became of each name: `clean` for a verdict, else the kind of the result. */
export async function scanNames(
  pool: ScanPool,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const results = await Promise.all(
    names.map(async (name) => [name, wordFor(await pool.scan(anyFile(`/${name}`)))] as const),
  );
  return Object.fromEntries(results);
}

export function wordFor(result: PoolResult): string {
  if (result.kind === 'killed_workers') return result.how;
  return result.kind === 'verdict' ? result.verdict.judgement.kind : result.kind;
}
