// The watch benchmark: from a write to its verdict, on an idle system and in a burst, beside what chokidar alone takes to tell of a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watch } from 'chokidar';
import { plainContent } from '../helpers/corpus.ts';
import { eicar } from '../helpers/eicar.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, writeSection } from './performance-page.ts';
import { median } from './statistics.ts';
import { watchWith, type WatchingVedette } from './watching-vedette.ts';
import { makeWorkFolder } from './work-folder.ts';

const idleFiles = 200;
const idlePauseMs = 100;
const defaultBurst = 100_000;
const filesInFolder = 1000;
const settleMs = 300;
const mib = 2 ** 20;
/** The aim: 95 of 100 files have their verdict within a second, settle time included. */
const aimP95Ms = 1000;

interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface Burst {
  readonly times: Times;
  readonly infectedMs: number;
  readonly seconds: number;
  readonly writeSeconds: number;
  readonly seen: number;
  readonly lost: number;
  readonly putOff: number;
  readonly residentBefore: number;
  readonly residentPeak: number;
  readonly residentAfter: number;
  /** After a second burst of the same size. */
  readonly residentAgain: number;
}

export async function measureWatch(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  const facts = [...(await machineFacts())];
  const idle: { readonly ours: Times; readonly peer: Times }[] = [];
  for (let round = 0; round < options.rounds && !signal.aborted; round += 1) {
    using work = makeWorkFolder();
    const ours = await idleRound(work.path);
    const peer = await chokidarRound(join(work.path, 'peer'));
    idle.push({ ours, peer });
    console.log(`idle round ${round + 1}: vedette ${timesText(ours)}, chokidar alone ${timesText(peer)}`);
  }
  using work = makeWorkFolder();
  const count = options.files ?? defaultBurst;
  const burst = await burstRound(work.path, count);
  facts.push(`load average at the end ${loadAverage()}`);

  const ratio = median(idle.map(({ ours, peer }) => ours.p95 / peer.p95));
  const p95 = median(idle.map(({ ours }) => ours.p95));
  const text = [
    facts.map((fact) => `- ${fact}`).join('\n'),
    idleTable(idle),
    `Verdict by Vedette against the event alone by chokidar 6 with \`awaitWriteFinish\` of the same ${settleMs} ms, p95: ${ratio.toFixed(2)}×, median of ${idle.length} rounds of ${idleFiles} files.`,
    burstTable(count, burst),
  ].join('\n\n');
  console.log(`\n${text}`);
  if (options.writes) writeSection('watch', text);
  const accounted = burst.seen === count;
  if (!accounted) console.log(`\nonly ${burst.seen} of ${count} files have a verdict`);
  if (p95 > aimP95Ms) console.log(`\nidle p95 of ${p95.toFixed(0)} ms is over the aim of ${aimP95Ms} ms`);
  return accounted && p95 <= aimP95Ms;
}

async function idleRound(home: string): Promise<Times> {
  const root = join(home, 'files');
  mkdirSync(root);
  await using vedette = await watchWith(home, [root], ['--clamd', 'none']);
  const writtenMs = await writeSlowly(root, seededRandom(1));
  await vedette.until(() => [...writtenMs.keys()].every((path) => vedette.verdicts.has(path)), 60_000);
  return timesOf([...writtenMs].map(([path, atMs]) => latencyOf(vedette, path, atMs)));
}

/** What is there without any scan: the file is told of when it has not grown for as long. */
async function chokidarRound(root: string): Promise<Times> {
  mkdirSync(root);
  const toldMs = new Map<string, number>();
  const watcher = watch(root, {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: settleMs, pollInterval: 50 },
  });
  watcher.on('add', (path) => toldMs.set(path, Date.now()));
  await new Promise<void>((resolve) => {
    watcher.on('ready', () => resolve());
  });
  const writtenMs = await writeSlowly(root, seededRandom(1));
  while (toldMs.size < writtenMs.size) await delay(20);
  await watcher.close();
  return timesOf([...writtenMs].map(([path, atMs]) => (toldMs.get(path) ?? Number.NaN) - atMs));
}

async function writeSlowly(
  root: string,
  random: ReturnType<typeof seededRandom>,
): Promise<Map<string, number>> {
  const writtenMs = new Map<string, number>();
  for (let index = 0; index < idleFiles; index += 1) {
    const path = join(root, `${index}.txt`);
    writeFileSync(path, plainContent(random, random.between(100, 20_000)));
    writtenMs.set(path, Date.now());
    await delay(idlePauseMs);
  }
  return writtenMs;
}

/** As fast as one process can, into new folders. */
async function writeBurst(
  root: string,
  count: number,
  random: ReturnType<typeof seededRandom>,
  infected: number,
): Promise<{ readonly writtenMs: Map<string, number>; readonly infectedPath: string }> {
  const writtenMs = new Map<string, number>();
  let infectedPath = '';
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, `${Math.floor(index / filesInFolder)}`);
    if (index % filesInFolder === 0) mkdirSync(folder, { recursive: true });
    // Whoever reads what is told runs in this process too.
    if (index % 100 === 0) await delay(0);
    const path = join(folder, `${index}.dat`);
    const content = index === infected ? eicar() : plainContent(random, random.between(1, 600));
    writeFileSync(path, content);
    writtenMs.set(path, Date.now());
    if (index === infected) infectedPath = path;
  }
  return { writtenMs, infectedPath };
}

async function burstRound(home: string, count: number): Promise<Burst> {
  const root = join(home, 'files');
  mkdirSync(root);
  const random = seededRandom(count);
  const infected = random.between(0, count - 1);
  await using vedette = await watchWith(home, [root], ['--clamd', 'none']);
  const residentBefore = vedette.use().residentBytes;
  let residentPeak = residentBefore;
  const sampling = setInterval(() => {
    residentPeak = Math.max(residentPeak, vedette.use().residentBytes);
  }, 500);
  const startedMs = Date.now();
  const { writtenMs, infectedPath } = await writeBurst(join(root, 'first'), count, random, infected);
  const writeSeconds = (Date.now() - startedMs) / 1000;
  await vedette.until(() => vedette.verdicts.size >= count, 600_000).catch(() => {});
  const seconds = (Date.now() - startedMs) / 1000;
  clearInterval(sampling);
  const status = await vedette.status();
  const residentAfter = vedette.use().residentBytes;
  const seen = [...writtenMs.keys()].filter((path) => vedette.verdicts.has(path)).length;
  const times = timesOf([...writtenMs].map(([path, atMs]) => latencyOf(vedette, path, atMs)));
  const infectedMs = latencyOf(vedette, infectedPath, writtenMs.get(infectedPath) ?? 0);
  vedette.forget();
  await writeBurst(join(root, 'second'), count, random, -1);
  await vedette.until(() => vedette.verdicts.size >= count, 600_000).catch(() => {});
  return {
    times,
    infectedMs,
    seconds,
    writeSeconds,
    seen,
    lost: status.protection.evidence?.lost_events ?? 0,
    putOff: status.protection.evidence?.put_off ?? 0,
    residentBefore,
    residentPeak,
    residentAfter,
    residentAgain: vedette.use().residentBytes,
  };
}

function latencyOf({ verdicts }: WatchingVedette, path: string, writtenMs: number): number {
  return (verdicts.get(path)?.atMs ?? Number.NaN) - writtenMs;
}

function timesOf(latencies: readonly number[]): Times {
  const sorted = latencies.filter((one) => !Number.isNaN(one)).toSorted((one, other) => one - other);
  function at(share: number): number {
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function timesText({ p50, p95, p99 }: Times): string {
  return `p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, p99 ${p99.toFixed(0)} ms`;
}

function idleTable(rounds: readonly { readonly ours: Times; readonly peer: Times }[]): string {
  function row(name: string, times: readonly Times[]): readonly string[] {
    return [
      name,
      ...(['p50', 'p95', 'p99'] as const).map((key) => median(times.map((one) => one[key])).toFixed(0)),
    ];
  }
  return markdownTable(
    ['idle system, one file each 100 ms', 'p50, ms', 'p95, ms', 'p99, ms'],
    [
      row(
        'Vedette: write to verdict',
        rounds.map(({ ours }) => ours),
      ),
      row(
        'chokidar alone: write to event',
        rounds.map(({ peer }) => peer),
      ),
    ],
  );
}

function burstTable(count: number, burst: Burst): string {
  const { times, residentBefore, residentPeak, residentAfter, residentAgain } = burst;
  return markdownTable(
    [`burst of ${count} files, one infected`, ''],
    [
      ['written in, s', burst.writeSeconds.toFixed(1)],
      ['all have a verdict after, s', burst.seconds.toFixed(1)],
      ['files with a verdict', `${burst.seen}`],
      ['of them found by the sweep alone', `${burst.lost}`],
      ['put off for want of room in the queue', `${burst.putOff}`],
      ['write to verdict p50, ms', times.p50.toFixed(0)],
      ['write to verdict p95, ms', times.p95.toFixed(0)],
      ['write to verdict p99, ms', times.p99.toFixed(0)],
      ['the infected file, ms', burst.infectedMs.toFixed(0)],
      ['memory of all processes before, MiB', (residentBefore / mib).toFixed(0)],
      ['at its peak, MiB', (residentPeak / mib).toFixed(0)],
      ['afterwards, MiB', (residentAfter / mib).toFixed(0)],
      ['after a second burst of as many, MiB', (residentAgain / mib).toFixed(0)],
    ],
  );
}
