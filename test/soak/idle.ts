// Minutes in which nothing happens: a Vedette whose own folder lies among what it watches must scan nothing and leave everything as it was.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StatusReport } from '../../src/shared/status-report.ts';
import { watchWith } from '../bench/watching-vedette.ts';
import { makeWorkFolder } from '../bench/work-folder.ts';

export interface IdleReport {
  readonly minutes: number;
  readonly scans: number;
  /** What was scanned, as far as it was told. */
  readonly scanned: readonly string[];
  /** Paths, but for those of the data folder, that were not before as they were afterwards. */
  readonly changed: readonly string[];
}

/** Looked at again and again until the first test file has its answer; the next comes ten minutes later. */
const lookEveryMs = 2000;
/** The figures of the first minute are written down by then. */
const settleMs = 5000;

export async function idle(minutes: number): Promise<IdleReport> {
  using work = makeWorkFolder();
  mkdirSync(join(work.path, 'documents'));
  writeFileSync(join(work.path, 'documents', 'letter.txt'), 'Dear reader');
  await using vedette = await watchWith(work.path, [work.path], ['--clamd', 'none']);
  while (!isTested(await vedette.status())) await delay(lookEveryMs);
  await delay(settleMs);
  vedette.forget();
  const scansBefore = (await vedette.status()).dashboard.summary.total_scans;
  const before = timesBelow(work.path);
  await delay(minutes * 60_000);
  const after = timesBelow(work.path);
  const { total_scans: scansAfter } = (await vedette.status()).dashboard.summary;
  const paths = new Set([...before.keys(), ...after.keys()]);
  return {
    minutes,
    scanned: [...vedette.verdicts.keys()],
    scans: Math.max(scansAfter - scansBefore, vedette.verdicts.size),
    changed: [...paths].filter((path) => before.get(path) !== after.get(path)),
  };
}

function isTested({ protection }: StatusReport): boolean {
  return protection.evidence?.watcher.folders.every((folder) => folder.canary_ms !== null) ?? false;
}

function timesBelow(root: string): Map<string, string> {
  const times = new Map<string, string>();
  const dataDir = join(root, 'data');
  for (const name of ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
    const path = join(root, name);
    if (path === dataDir || path.startsWith(`${dataDir}/`)) continue;
    const { mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    times.set(path, `${mtimeNs} ${ctimeNs}`);
  }
  return times;
}
