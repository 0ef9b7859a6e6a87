// Options that the benchmarks share; what is not understood is refused with a sentence, never guessed.
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Folder to scan; null for one that is made for this run. */
  readonly corpus: string | null;
  /** Files of a corpus that is made; null for the benchmark's own number. */
  readonly files: number | null;
  readonly rounds: number;
  /** Puts the tables into docs/performance.md. */
  readonly writes: boolean;
  /** Least ratio to clamdscan that is no failure; null takes no notice of times. */
  readonly gate: number | null;
  /** Recorded load for the scaling benchmark; null measures. */
  readonly trace?: string | null;
}

export const usage = `npm run bench -- scan|rescan|scaling|memory|watch|pages|service [options]

scan     Vedette against clamdscan, clamscan and yara: seconds and files a second
rescan   the same files again: against clamdscan on its own cache, from memory and from SQLite, as a whole
         command; what the cache costs on the first scan; exit 1 when an aim is not reached
scaling  an adaptive pool against two workers, once waiting for an engine and once computing
memory   resident memory of every process during one long scan
watch    from a write to its verdict, idle and in a burst, beside chokidar alone; exit 1 when a file is missed
pages    first paint of the window, and what each page costs during a full scan; exit 1 when an aim is not reached
service  look-ups and scans over the HTTP API, beside the same without it; exit 1 when an aim is not reached

--corpus DIR   what to scan (default: scan and rescan copy about 5,000 files of /usr, memory makes small files)
--files N      files of a corpus that is made (default: scan 5000, memory 100000, scaling 10000, watch 100000;
               rescan 100000 small ones, and a twentieth of N from /usr)
--rounds N     rounds, each with everybody once (default: 5)
--gate RATIO   scan: exit 1 when Vedette with clamd and hash is slower than RATIO times clamdscan
--trace FILE   scaling: print what the pool would have made of this recorded load, and measure nothing
--write        put the tables into docs/performance.md
--help         this text`;

export class UsageError extends Error {}

/** @throws UsageError */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  return {
    corpus: values.corpus ?? null,
    files: wholeNumber('--files', values.files),
    rounds: wholeNumber('--rounds', values.rounds) ?? 5,
    writes: values.write ?? false,
    gate: positive('--gate', values.gate),
    trace: values.trace ?? null,
  };
}

function parse(args: readonly string[]): {
  readonly corpus?: string;
  readonly files?: string;
  readonly rounds?: string;
  readonly write?: boolean;
  readonly gate?: string;
  readonly trace?: string;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        corpus: { type: 'string' },
        files: { type: 'string' },
        rounds: { type: 'string' },
        write: { type: 'boolean' },
        gate: { type: 'string' },
        trace: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined): number | null {
  const value = positive(name, text);
  if (value !== null && !Number.isInteger(value)) throw new UsageError(`${name} takes a whole number`);
  return value;
}

function positive(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new UsageError(`${name} takes a positive number, not '${text}'`);
  }
  return value;
}
