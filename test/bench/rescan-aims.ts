// What the rescan benchmark measured, beside what was aimed at; a row without an aim is there to compare with.
import type { TimedJob } from './in-process-scan.ts';
import { markdownTable } from './performance-page.ts';
import type { NamedCorpus, RescanCorpora } from './rescan-corpora.ts';
import type { KnownFilesSubject } from './rescan-known-files.ts';
import type { BloomShare, FirstScans, SmallFilesRound } from './rescan-small-files.ts';
import { median } from './statistics.ts';

export interface RescanRow {
  readonly name: string;
  readonly files: number;
  /** One for each round; empty where time is not what counts. */
  readonly seconds: readonly number[];
  readonly figure: string;
  readonly aim: string;
  /** null without an aim. */
  readonly isReached: boolean | null;
}

const leastTimesInProcess = 40;
const leastTimesCommand = 3;
const leastFilesPerSecond = 100_000;
const leastAvoided = 0.9;

export function rowsOfKnownFiles(
  samples: ReadonlyMap<KnownFilesSubject, readonly number[]>,
): readonly RescanRow[] {
  const clamdscan = new Map(
    [...samples]
      .filter(([{ kind }]) => kind === 'clamdscan')
      .map(([{ corpus }, seconds]) => [corpus, median(seconds)]),
  );
  return [...samples].map(([{ kind, name, corpus }, seconds]): RescanRow => {
    const { files } = corpus;
    if (kind === 'clamdscan') return compared({ name, files, seconds, figure: '1 × clamdscan' });
    const least = kind === 'command' ? leastTimesCommand : leastTimesInProcess;
    const times = (clamdscan.get(corpus) ?? Number.NaN) / median(seconds);
    return {
      name,
      files,
      seconds,
      figure: `${times.toFixed(1)} × clamdscan`,
      aim: `at least ${least}`,
      isReached: times >= least,
    };
  });
}

export function rowsOfSmallFiles(
  rounds: readonly SmallFilesRound[],
  { small, few }: RescanCorpora,
): readonly RescanRow[] {
  const { files } = small;
  function rescanned(name: string, seconds: readonly number[]): RescanRow {
    const perSecond = files / median(seconds);
    return {
      name,
      files,
      seconds,
      figure: `${perSecond.toFixed(0)} files/s`,
      aim: `at least ${leastFilesPerSecond} files/s`,
      isReached: perSecond >= leastFilesPerSecond,
    };
  }
  function secondsOf(which: 'fromMemory' | 'fromDatabase'): readonly number[] {
    return rounds.map((round) => round[which].seconds);
  }
  const firstShares = rounds.map(({ firstBloom }) => firstBloom);
  const avoided = Math.min(...firstShares.map((share) => share.avoided / share.lookups));
  return [
    rescanned('rescan, all in memory', secondsOf('fromMemory')),
    rescanned('rescan, all in SQLite, nothing in memory', secondsOf('fromDatabase')),
    ...rowsOfFirstScans(
      'YARA and hash',
      small,
      rounds.map(({ first }) => first),
    ),
    ...rowsOfFirstScans(
      'clamd, YARA and hash',
      few,
      rounds.map(({ firstWithClamd }) => firstWithClamd),
    ),
    {
      name: 'look-ups the bloom filter avoids in the first scan',
      files,
      seconds: [],
      figure: bloomFigure(firstShares),
      aim: `at least ${(leastAvoided * 100).toFixed(0)} %`,
      isReached: avoided >= leastAvoided,
    },
  ];
}

/** Each round is compared with itself: what others do on the machine meets both of its scans alike. */
function rowsOfFirstScans(
  engines: string,
  { files }: NamedCorpus,
  pairs: readonly FirstScans[],
): readonly RescanRow[] {
  const slower = median(pairs.map(({ withCache, withoutCache }) => withCache.seconds / withoutCache.seconds));
  const processor = median(
    pairs.map(({ withCache, withoutCache }) => processorSeconds(withCache) / processorSeconds(withoutCache)),
  );
  return [
    compared({
      name: `first scan, ${engines}, without the cache`,
      files,
      seconds: pairs.map(({ withoutCache }) => withoutCache.seconds),
      figure: '',
    }),
    compared({
      name: 'the same with the cache',
      files,
      seconds: pairs.map(({ withCache }) => withCache.seconds),
      figure: `${percent(slower)} seconds, ${percent(processor)} processor time`,
    }),
  ];
}

function processorSeconds({ cpu }: TimedJob): number {
  return cpu.vedette + cpu.clamd;
}

function bloomFigure(shares: readonly BloomShare[]): string {
  const lookups = sum(shares.map((share) => share.lookups));
  const avoided = sum(shares.map((share) => share.avoided));
  const falsePositives = sum(shares.map((share) => share.falsePositives));
  const notStored = avoided + falsePositives;
  const rate = notStored === 0 ? 0 : falsePositives / notStored;
  return `${((100 * avoided) / lookups).toFixed(2)} %, ${(100 * rate).toFixed(3)} % false positives`;
}

export function tableOf(rows: readonly RescanRow[]): string {
  const head = ['', 'files', 'seconds', 'min–max', 'files/s', 'figure', 'aim', 'reached'];
  return markdownTable(
    head,
    rows.map(({ name, files, seconds, figure, aim, isReached }) => [
      name,
      files.toFixed(0),
      ...(seconds.length === 0 ? ['', '', ''] : timesOf(seconds, files)),
      figure,
      aim,
      reached(isReached),
    ]),
  );
}

function timesOf(seconds: readonly number[], files: number): readonly string[] {
  const middle = median(seconds);
  const range = `${Math.min(...seconds).toFixed(3)}–${Math.max(...seconds).toFixed(3)}`;
  return [middle.toFixed(3), range, (files / middle).toFixed(0)];
}

function reached(isReached: boolean | null): string {
  if (isReached === null) return '';
  return isReached ? 'yes' : 'NO';
}

function compared(row: Omit<RescanRow, 'aim' | 'isReached'>): RescanRow {
  return { ...row, aim: '', isReached: null };
}

function percent(ratio: number): string {
  const more = (ratio - 1) * 100;
  return `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(1)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
