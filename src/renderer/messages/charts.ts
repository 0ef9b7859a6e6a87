// What charts say: their questions, their answers in one line, their marks and what stands where there is nothing yet.
import type { SeriesRange } from '../../shared/page-documents.ts';

const lastOf: Readonly<Record<SeriesRange, string>> = {
  '5m': 'in the last 5 minutes',
  '1h': 'in the last hour',
  '24h': 'in the last 24 hours',
  '30d': 'in the last 30 days',
};
const keptUp: Readonly<Record<SeriesRange, string>> = {
  '5m': 'Kept up',
  '1h': 'Kept up all hour',
  '24h': 'Kept up all day',
  '30d': 'Kept up all month',
};
const nextPoint: Readonly<Record<SeriesRange, string>> = {
  '5m': 'The first point comes within 5 seconds.',
  '1h': 'A point is recorded every minute while Vedette runs.',
  '24h': 'A point is recorded every minute while Vedette runs.',
  '30d': 'A point is recorded every minute while Vedette runs, and kept for 30 days.',
};

export const chartMessages = {
  questions: {
    scans: 'How much is being scanned?',
    queue: 'Do files have to wait?',
    machine: 'How busy is this machine?',
    workers: 'Are the workers busy?',
    cache: 'How much does the cache answer?',
    saved: 'How much scanning did the cache save?',
  },
  figures: {
    scansPerHour: 'Scans per hour',
    files: 'Files in 5 seconds',
    queueDepth: 'Longest queue',
    workers: 'Workers',
    utilizationPercent: 'Workers busy',
    cpuPercent: 'CPU',
    memoryPercent: 'Memory',
    hitRatePercent: 'From the cache',
    scans: 'Scans',
    savedSeconds: 'Saved',
    savedSoFarSeconds: 'Saved so far',
  },

  /** What the numbers of a value axis are. */
  units: {
    files: 'files in 5 seconds',
    scansPerHour: 'scans per hour',
    queueDepth: 'files waiting',
  },

  scans: {
    none: (range: SeriesRange) => `No file was scanned ${lastOf[range]}.`,
    some: (count: string, range: SeriesRange, at: string, most: string, interval: string) =>
      `${count} scanned ${lastOf[range]}; the most ${at}, ${most} in ${interval}.`,
    atOnce: (count: string, range: SeriesRange, at: string) => `${count} scanned ${lastOf[range]}, ${at}.`,
  },
  queue: {
    never: (range: SeriesRange) => `${keptUp[range]}; no file had to wait.`,
    keptUp: (range: SeriesRange, depth: string, at: string) =>
      `${keptUp[range]}; longest queue ${depth} ${at}.`,
    behind: (since: string, waiting: string) => `Not keeping up since ${since}; ${waiting} waiting.`,
    waited: (share: string, depth: string, at: string) =>
      `Files waited ${share} of the time; longest queue ${depth} ${at}.`,
  },
  machine: (cpu: string, highest: string, interval: string, at: string, memory: string) =>
    `CPU ${cpu} on average, ${highest} in the busiest ${interval}, ${at}; memory ${memory}.`,
  workers: {
    none: 'No worker ran.',
    some: (share: string, from: string, to: string) =>
      from === to
        ? `Busy ${share} of the time, with ${to} running.`
        : `Busy ${share} of the time, with ${from} to ${to} running.`,
    count: (count: string, isOne: boolean) => `${count} ${isOne ? 'worker' : 'workers'}`,
    lost: (count: string, isOne: boolean, when: string, cause: string) =>
      isOne
        ? `1 worker ended while it worked, ${when} (${cause}), and was replaced.`
        : `${count} workers ended while they worked, the last ${when} (${cause}), and were replaced.`,
  },
  cache: {
    none: (range: SeriesRange) => `Nothing was asked of it ${lastOf[range]}.`,
    some: (share: string, range: SeriesRange) => `${share} of all scans ${lastOf[range]}.`,
  },
  saved: {
    none: (range: SeriesRange) => `None ${lastOf[range]}: every file was new to it.`,
    some: (time: string, range: SeriesRange) => `${time} of scanning ${lastOf[range]}.`,
  },
  unknown: (range: SeriesRange) => `Nothing is known of ${lastOf[range].replace('in ', '')}.`,

  empty: {
    title: 'Nothing recorded yet',
    text: (range: SeriesRange) => nextPoint[range],
  },
  aMinute: 'a minute',
  anHour: 'an hour',
  gap: 'Nothing was recorded here',
  table: {
    show: (question: string) => `Show as a table: ${question}`,
    hide: (question: string) => `Show as a chart: ${question}`,
    label: (question: string) => `${question} As a table, newest first`,
    time: 'Time',
    nothing: 'none',
  },
  keyboard: 'Use the arrow keys to go from point to point.',

  marker: {
    /** On the axis. */
    short: (from: number, to: number) => `${from}→${to}`,
    why: (files: string | null) => (files === null ? 'no backlog' : `backlog ${files}`),
    workers: (from: number, to: number) => `${from} → ${to} workers`,
    load: (files: string, cpu: string, memory: string) => `${files} waiting, CPU ${cpu}, memory ${memory}`,
    cooldown: (until: string) => `cooldown until ${until}`,
    /** Some up and some down. */
    several: (count: number) => `${count}×`,
    more: (count: number) => `and ${count} more`,
  },
  gauge: {
    mean: (percent: string) => `${percent} on average`,
    highest: (percent: string) => `${percent} at most`,
  },
} as const;
