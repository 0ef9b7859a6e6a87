// Small files, where what the cache costs and saves shows most: first scans with and without it, and rescans.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Antivirus } from '../../src/core/antivirus.ts';
import type { BloomStats } from '../../src/shared/metrics.ts';
import { settingsSchema, type Settings } from '../../src/shared/settings.ts';
import { startInProcess, timeScanJob, type TimedJob } from './in-process-scan.ts';
import type { NamedCorpus } from './rescan-corpora.ts';
import type { RescanArena } from './rescan-known-files.ts';

/** Of the look-ups of one scan. */
export interface BloomShare {
  readonly lookups: number;
  readonly avoided: number;
  readonly falsePositives: number;
}

/** The same first scan twice; both begin with empty data folders and with engines that are up. */
export interface FirstScans {
  readonly withoutCache: TimedJob;
  readonly withCache: TimedJob;
}

export interface SmallFilesRound {
  readonly first: FirstScans;
  /** Fewer of them, and clamd is asked too. */
  readonly firstWithClamd: FirstScans;
  readonly fromMemory: TimedJob;
  readonly fromDatabase: TimedJob;
  readonly firstBloom: BloomShare;
}

interface Course {
  readonly settings: Settings;
  readonly corpus: NamedCorpus;
  readonly dataDir: string;
  readonly signal: AbortSignal;
}

type ScanAndRescans = Omit<SmallFilesRound, 'first' | 'firstWithClamd'> & { readonly withCache: TimedJob };

/** @param cacheFirst every other round, so that neither always runs after the other. */
export async function measureSmallFiles(arena: RescanArena, cacheFirst: boolean): Promise<SmallFilesRound> {
  const { corpora, signatureDir, folder, signal } = arena;
  const dataDir = join(folder, 'small-data');
  const small = { settings: settingsOf({ clamd: 'none' }), corpus: corpora.small, dataDir, signal };
  const managed = settingsOf({ clamd: 'managed', signature_dir: signatureDir });
  const few = { settings: managed, corpus: corpora.few, dataDir, signal };

  const early = cacheFirst ? await scanAndRescan(small) : null;
  const withoutCache = await firstScan(small, false);
  const { withCache, ...rescans } = early ?? (await scanAndRescan(small));
  const earlyWithClamd = cacheFirst ? await firstScan(few, true) : null;
  const firstWithClamd = {
    withoutCache: await firstScan(few, false),
    withCache: earlyWithClamd ?? (await firstScan(few, true)),
  };
  return { ...rescans, first: { withoutCache, withCache }, firstWithClamd };
}

/** A clamd of its own is fresh too: it remembers no file as clean. */
async function firstScan(course: Course, useCache: boolean): Promise<TimedJob> {
  const { settings, corpus, dataDir, signal } = course;
  rmSync(dataDir, { recursive: true, force: true });
  await using antivirus = await startInProcess(settings, { dataDir, useCache, signal });
  const job = await timeScanJob(antivirus, corpus, dataDir, signal);
  requireKept(antivirus);
  return job;
}

async function scanAndRescan(course: Course): Promise<ScanAndRescans> {
  const { settings, corpus, dataDir, signal } = course;
  rmSync(dataDir, { recursive: true, force: true });
  const inMemory = await inOneProcess(course);
  // As in another process: nothing in memory, all in the database.
  const withoutMemory = { ...settings, cache: { ...settings.cache, memory_entries: 0 } };
  await using antivirus = await startInProcess(withoutMemory, { dataDir, useCache: true, signal });
  return { ...inMemory, fromDatabase: await rescan(antivirus, corpus, dataDir, signal) };
}

async function inOneProcess(course: Course): Promise<Omit<ScanAndRescans, 'fromDatabase'>> {
  const { settings, corpus, dataDir, signal } = course;
  const allInMemory = { ...settings, cache: { ...settings.cache, memory_entries: corpus.files } };
  await using antivirus = await startInProcess(allInMemory, { dataDir, useCache: true, signal });
  const before = antivirus.cacheStats().bloom;
  const withCache = await timeScanJob(antivirus, corpus, dataDir, signal);
  const between = antivirus.cacheStats().bloom;
  const fromMemory = await rescan(antivirus, corpus, dataDir, signal);
  requireKept(antivirus);
  return { withCache, fromMemory, firstBloom: shareOf(before, between) };
}

function requireKept({ store }: Antivirus): void {
  const { droppedWrites } = store.health;
  if (droppedWrites > 0) throw new Error(`${droppedWrites} entries of the databases were dropped`);
}

async function rescan(
  antivirus: Antivirus,
  corpus: NamedCorpus,
  dataDir: string,
  signal: AbortSignal,
): Promise<TimedJob> {
  const job = await timeScanJob(antivirus, corpus, dataDir, signal);
  const { files, fromCache } = job.tally;
  if (fromCache !== files) throw new Error(`only ${fromCache} of ${files} files were known`);
  return job;
}

function settingsOf(scanning: { readonly clamd: string; readonly signature_dir?: string }): Settings {
  return settingsSchema.parse({ scanning });
}

function shareOf(before: BloomStats, after: BloomStats): BloomShare {
  return {
    lookups: after.lookups - before.lookups,
    avoided: after.avoided - before.avoided,
    falsePositives: after.false_positives - before.false_positives,
  };
}
