// `npm run bench -- NAME`: picks the benchmark; exit 0 done, 1 slower than the gate or an aim, 2 failed, 3 bad usage, 130 stopped.
import { messageOf } from '../../src/shared/errors.ts';
import { measureMemory } from './memory.ts';
import { measurePages } from './pages.ts';
import { parseBenchOptions, usage, UsageError, type BenchOptions } from './options.ts';
import { measureRescan } from './rescan.ts';
import { measureScaling } from './scaling.ts';
import { measureScan } from './scan.ts';
import { measureService } from './service.ts';
import { measureWatch } from './watch.ts';

type Benchmark = (options: BenchOptions, signal: AbortSignal) => Promise<boolean>;

const benchmarks: ReadonlyMap<string, Benchmark> = new Map([
  ['scan', measureScan],
  ['rescan', measureRescan],
  ['scaling', measureScaling],
  ['memory', measureMemory],
  ['watch', measureWatch],
  ['pages', measurePages],
  ['service', measureService],
]);

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const benchmark = benchmarks.get(name);
  if (benchmark === undefined) {
    console.error(name === '' ? usage : `there is no benchmark '${name}'\n\n${usage}`);
    return 3;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  try {
    return (await benchmark(parseBenchOptions(args), interrupt.signal)) ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    console.error(
      error instanceof UsageError
        ? error.message
        : (error instanceof Error && error.stack) || messageOf(error),
    );
    return error instanceof UsageError ? 3 : 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
