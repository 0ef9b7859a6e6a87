// Where the results of a scan go, whoever looks at the files: the form that was asked for, the line of progress, and Ctrl-C.
import { countFiles } from '../core/intake/count-files.ts';
import type { ScanTally } from '../core/scan-tally.ts';
import type { EntrySource } from './scan-entries.ts';
import type { ScanOptions } from './scan-options.ts';
import { ScanProgress } from './scan-progress.ts';
import {
  jsonReporter,
  ndjsonReporter,
  textReporter,
  type ScanAdvice,
  type ScanReporter,
} from './scan-reporter.ts';

export function reporterFor(
  options: ScanOptions,
  progress: ScanProgress | null,
  advice?: ScanAdvice,
): ScanReporter {
  function write(text: string): void {
    progress?.clear();
    process.stdout.write(text);
  }
  if (options.json) return jsonReporter(write);
  return options.ndjson ? ndjsonReporter(write) : textReporter(write, options.quiet, advice);
}

/** null where nobody looks on. */
export function progressFor(options: ScanOptions, tally: ScanTally): ScanProgress | null {
  const isShown = process.stderr.isTTY && !options.quiet && !options.json && !options.ndjson;
  return isShown ? new ScanProgress(process.stderr, tally) : null;
}

/** Counts beside the scan until disposed; what a list holds cannot be counted before it is read. */
export function countFor(
  progress: ScanProgress | null,
  { paths, list, walking, signal }: EntrySource,
): Disposable {
  const counting = new AbortController();
  if (progress !== null && list === null) {
    void tellTotal(progress, countFiles(paths, walking.options, AbortSignal.any([signal, counting.signal])));
  }
  return { [Symbol.dispose]: () => counting.abort() };
}

/** null: the scan was over before the count. */
async function tellTotal(progress: ScanProgress, counting: Promise<number | null>): Promise<void> {
  const total = await counting;
  if (total !== null) progress.expect(total);
}

/** A reader that is slower than the scan slows the scan: what it has not taken would pile up in memory. */
export function untilWritten(): Promise<void> | undefined {
  if (!process.stdout.writableNeedDrain) return undefined;
  return new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });
}

/** The first Ctrl-C asks for a clean end with what is known so far; a second one ends at once. */
export function onInterrupt(stop: () => void): Disposable {
  function listener(): void {
    process.removeListener('SIGINT', listener);
    process.removeListener('SIGTERM', listener);
    process.stderr.write('\nvedette: stopping; here is what is known so far (Ctrl-C again to end at once)\n');
    stop();
  }
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    [Symbol.dispose]() {
      process.removeListener('SIGINT', listener);
      process.removeListener('SIGTERM', listener);
    },
  };
}
